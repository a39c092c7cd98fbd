import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinTraining

@Suite("spectral")
struct SpectralTests {
  private func options(_ change: (inout SpectralOptions) -> Void) -> SpectralOptions {
    var options = SpectralOptions()
    change(&options)
    return options
  }

  /// The table divided by powers of degrees, entry by entry.
  private func table(_ x: Interactions, _ options: SpectralOptions) -> [[Double]] {
    func weight(_ value: Float) -> Double {
      switch options.weighting {
      case .value: Double(value)
      case .power: value > 0 ? pow(Double(value), options.power) : 0
      default: value > 0 ? 1 : 0
      }
    }
    var a = [[Double]](repeating: [Double](repeating: 0, count: x.itemIDs.count), count: x.userIDs.count)
    for user in a.indices {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        a[user][Int(x.byUser.others[place])] = weight(x.byUser.values[place])
      }
    }
    let users = a.map { $0.reduce(0, +) }
    let items = a[0].indices.map { item in a.reduce(0) { $0 + $1[item] } }
    return a.indices.map { user in
      a[user].indices.map { item in
        a[user][item] == 0
          ? 0 : a[user][item] / pow(users[user], options.degrees.user) / pow(items[item], options.degrees.item)
      }
    }
  }

  /// All squared singular values, largest first.
  private func spectrum(_ a: [[Double]]) -> [Double] {
    let m = a[0].count
    var gramian = [Double](repeating: 0, count: m * m)
    for i in 0..<m { for j in 0..<m { for row in a { gramian[i * m + j] += row[i] * row[j] } } }
    var values = [Double](repeating: 0, count: m)
    var work = [Double](repeating: 0, count: 3 * m)
    #expect(unsafe akin_eigen(&gramian, m, &values, &work) == 0)
    return values.sorted(by: >)
  }

  private static let variants: [SpectralOptions] = {
    var all = [SpectralOptions(), SpectralOptions(), SpectralOptions(), SpectralOptions()]
    (all[1].weighting, all[1].degrees) = (.value, Objective.DegreeExponents(user: 0, item: 0, score: 0))
    (all[2].weighting, all[2].power, all[2].degrees) = (.power, 0.7, .init(user: 0.4, item: 0.3, score: 0.6))
    (all[3].weighting, all[3].degrees) = (.value, .init(user: 1, item: 0.5, score: -0.25))
    return all
  }()

  @Test(
    "The loss is the sum of the squared singular values that are left out", arguments: variants.indices, [1, 5, 20])
  func loss(variant: Int, rank: Int) throws {
    let x = try ratings(users: 70, items: 60, count: 1200, seed: 5)
    var options = Self.variants[variant]
    (options.dimensions, options.rounds) = (rank, 20)
    let model = try options.train(x, execution: Execution(threads: 1))
    let spectrum = spectrum(table(x, options))
    let expected = spectrum.dropFirst(rank).reduce(0, +)
    let reported = try #require(model.losses.last).total
    #expect((reported - expected).magnitude <= 1e-5 * spectrum.reduce(0, +), "variant \(variant), rank \(rank)")
  }

  @Test("At full rank a score is the entry times degree^(c − b)", arguments: variants.indices)
  func fullRank(variant: Int) throws {
    let x = try ratings(users: 40, items: 20, count: 500, seed: 6)
    var options = Self.variants[variant]
    options.dimensions = 20
    let model = try options.train(x, execution: Execution(threads: 1))
    let a = table(x, options)
    let degrees = try #require(model.itemDegrees)
    for user in a.indices {
      for item in a[user].indices where degrees[item] > 0 {
        let expected = a[user][item] * pow(Double(degrees[item]), options.degrees.score)
        let made = model.score(user: Row(user), item: Row(item))
        #expect((made - expected).magnitude < 1e-4 * (1 + expected), "variant \(variant), \(user), \(item)")
      }
    }
  }

  @Test(
    "A user of the training is, to the bit, the user folded in; an item too, up to rounding",
    arguments: variants.indices)
  func foldIn(variant: Int) throws {
    let x = try ratings(users: 90, items: 50, count: 900, seed: 7)
    var options = Self.variants[variant]
    (options.dimensions, options.rounds) = (6, 40)
    let model = try options.train(x, execution: Execution(threads: 1))
    let fold = try #require(try model.foldIn(for: x))
    for user in 0..<x.byUser.rowCount {
      let pairs = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
      let made = try fold.user(history: Array(x.byUser.others[pairs]), values: Array(x.byUser.values[pairs]))
      #expect(made.vector == model.users[Row(user)], "user \(user)")
    }
    let items = try ItemFoldIn(model.embeddings(for: x), x)
    for item in 0..<x.byItem.rowCount {
      for (made, trained) in zip(try items.item(item).vector, model.items[Row(item)]) {
        #expect((made - trained).magnitude < 1e-3 * (1 + trained.magnitude), "item \(item)")
      }
    }
  }

  @Test("The same bits at any thread count")
  func deterministic() throws {
    let x = try ratings(users: 600, items: 500, count: 6000, seed: 4)
    let small = options { ($0.dimensions, $0.rounds) = (12, 2) }
    let models = try [1, 2, 4].map { try small.train(x, execution: Execution(threads: $0)) }
    #expect(bits(models[1]) == bits(models[0]) && bits(models[2]) == bits(models[0]))
  }

  @Test("A note says the residual, and rounds lower it")
  func residual() throws {
    let x = try ratings(users: 400, items: 300, count: 6000, seed: 8)
    func residual(_ rounds: Int) throws -> Double {
      let note = try #require(try options { ($0.dimensions, $0.rounds) = (10, rounds) }.train(x).notes.first)
      let words = note.split(separator: " ")
      #expect(note.hasPrefix("the largest residual of a singular vector is "), "\(note)")
      return try #require(Double(words[8]))
    }
    let (few, many) = (try residual(1), try residual(12))
    #expect(many < few / 2, "\(few) \(many)")
  }

  @Test("One pair, or dimensions beyond the rank, give zeros beyond the rank; no weight is an error")
  func small() throws {
    let x = try Interactions(rows: [(user: .number(1), item: .number(1), value: 3)])
    let model = try SpectralOptions().train(x)
    #expect((model.score(user: Row(0), item: Row(0)) - 1).magnitude < 1e-6)
    #expect(model.users[Row(0)].dropFirst().allSatisfy { $0 == 0 })
    #expect(throws: TrainingError.nothingToLearn) { try SpectralOptions().train(Interactions(rows: [])) }
    let zero = try Interactions(rows: [(user: .number(1), item: .number(1), value: 0)])
    #expect(throws: TrainingError.allZero) { try SpectralOptions().train(zero) }
  }

  @Test("Options out of their ranges are errors that name them")
  func options() {
    for (name, options) in [
      ("dimensions", options { $0.dimensions = 0 }), ("rounds", options { $0.rounds = 0 }),
      ("weighting", options { $0.weighting = .bm25 }), ("power", options { $0.power = .nan }),
      ("user-degree-exponent", options { $0.degrees.user = -1 }),
      ("item-degree-exponent", options { $0.degrees.item = 3 }),
      ("score-degree-exponent", options { $0.degrees.score = .infinity }),
    ] {
      do {
        try options.check()
        Issue.record("\(name) passed")
      } catch {
        guard case .option(name, _, _) = error else { Issue.record("\(name): \(error)"); continue }
      }
    }
  }
}

@Suite("Block Krylov")
struct BlockKrylovTests {
  @Test(
    "Singular vectors are orthonormal on both sides and fit the table", arguments: [(80, 50), (50, 80)], [1, 7, 50])
  func vectors(size: (Int, Int), rank: Int) throws {
    let x = try ratings(users: size.0, items: size.1, count: 1500, seed: 9)
    let (n, m) = (x.userIDs.count, x.itemIDs.count)
    let rank = min(rank, n, m)
    let found = try BlockKrylov(
      rows: x.byUser, columns: x.byItem, rank: rank, limit: 30, seed: 3, execution: Execution(threads: 1))
    #expect(found.residual < 1e-5, "\(size), \(rank): \(found.residual) after \(found.rounds)")
    for (table, count) in [(found.left, n), (found.right, m)] {
      for a in 0..<rank where found.values[a] > 0 {
        for b in 0...a where found.values[b] > 0 {
          let inner = (0..<count).reduce(0.0) { $0 + table[$1, a] * table[$1, b] }
          #expect((inner - (a == b ? 1 : 0)).magnitude < 1e-8, "\(size), \(rank): columns \(a), \(b)")
        }
      }
    }
    for user in 0..<n {
      for k in 0..<rank {
        var image = 0.0
        for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
          image += Double(x.byUser.values[place]) * found.right[Int(x.byUser.others[place]), k]
        }
        #expect((image - found.values[k] * found.left[user, k]).magnitude < 1e-4 * found.values[0])
      }
    }
    #expect(zip(found.values, found.values.dropFirst()).allSatisfy { $0 >= $1 })
  }
}
