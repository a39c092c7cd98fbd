import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinTraining

@Suite("svd, popular, random")
struct SVDTests {
  /// The squared singular values of the zero-filled table, largest first, from the whole Gramian.
  private func spectrum(_ x: Interactions) -> [Double] {
    let n = x.userIDs.count
    let m = x.itemIDs.count
    var a = [Double](repeating: 0, count: n * m)
    for user in 0..<n {
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        a[user * m + Int(x.byUser.others[place])] = Double(x.byUser.values[place])
      }
    }
    var gramian = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      for j in 0..<m { for user in 0..<n { gramian[i * m + j] += a[user * m + i] * a[user * m + j] } }
    }
    var values = [Double](repeating: 0, count: m)
    var work = [Double](repeating: 0, count: 3 * m)
    #expect(unsafe akin_eigen(&gramian, m, &values, &work) == 0)
    return values.sorted(by: >)
  }

  private func loss(_ model: TrainedModel, _ x: Interactions) -> Double {
    var sum = 0.0
    for user in 0..<x.userIDs.count {
      var row = [Double](repeating: 0, count: x.itemIDs.count)
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        row[Int(x.byUser.others[place])] = Double(x.byUser.values[place])
      }
      for item in row.indices {
        let error = row[item] - model.score(user: Row(user), item: Row(item))
        sum += error * error
      }
    }
    return sum
  }

  @Test("The loss is ‖A‖² − Σ σ², pair by pair", arguments: [1, 4, 12])
  func identity(rank: Int) throws {
    let x = try ratings(users: 60, items: 50, count: 900, seed: 21)
    var options = SVDOptions()
    options.dimensions = rank
    options.rounds = 12
    let model = try SVD.train(x, options: options)
    let spectrum = spectrum(x)
    let expected = spectrum.dropFirst(rank).reduce(0, +)
    let reported = try #require(model.losses.last).total
    #expect(abs(reported - expected) <= 1e-3 * expected, "rank \(rank)")
    #expect(abs(loss(model, x) - reported) <= 1e-5 * spectrum.reduce(0, +), "rank \(rank)")
  }

  @Test("Weighted alternating least squares at weight 1 everywhere and no regularisation comes to the same loss")
  func sameAsWALS() throws {
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    var random = SeededGenerator(seed: 3)
    for user in 0..<40 {
      for item in 0..<30 where random.uniform() < 0.2 { rows.append((.number(UInt64(user)), .number(UInt64(item)), 1)) }
    }
    let x = try Interactions(rows: rows)
    var svd = SVDOptions()
    svd.dimensions = 5
    svd.rounds = 12
    var wals = WALSOptions()
    wals.adaptive = []
    wals.dimensions = 5
    wals.epochs = 60
    wals.weighting = .constant
    wals.w0 = 1
    wals.lambda = 1e-6
    let a = try #require(try SVD.train(x, options: svd).losses.last).total
    let b = try #require(try WALS.train(x, options: wals).losses.last).total
    #expect(abs(a - b) <= 2e-3 * a, "\(a) and \(b)")
  }

  @Test("More dimensions than the table has, and one pair alone, give zeros beyond the rank")
  func small() throws {
    let x = try Interactions(rows: [(user: .number(1), item: .number(1), value: 3)])
    let model = try SVD.train(x)
    #expect(abs(model.score(user: Row(0), item: Row(0)) - 3) < 1e-5)
    #expect(model.users[Row(0)].dropFirst().allSatisfy { $0 == 0 })
    #expect(throws: TrainingError.nothingToLearn) { try SVD.train(Interactions(rows: [])) }
  }

  @Test("The same bytes at any thread count")
  func deterministic() throws {
    let x = try ratings(users: 600, items: 500, count: 9000, seed: 4)
    for method in [SVDOptions(), PopularOptions(), RandomOptions()] as [any TrainingMethod] {
      let models = try [1, 2, 4].map { try method.train(x, execution: Execution(threads: $0)) }
      #expect(bits(models[1]) == bits(models[0]) && bits(models[2]) == bits(models[0]), "\(method.model)")
    }
  }

  @Test("Popular scores are shares of users; random scores favour nobody")
  func baselines() throws {
    let x = try ratings(seed: 5)
    let popular = try PopularOptions().train(x)
    for item in 0..<x.itemIDs.count {
      let share = Double(x.byItem.count(ofRow: item)) / Double(x.userIDs.count)
      #expect(abs(popular.score(user: Row(3), item: Row(item)) - share) < 1e-6)
    }
    let random = try RandomOptions().train(x)
    var sum = 0.0
    for item in 0..<x.itemIDs.count {
      let q = random.items[Row(item)]
      #expect(abs(q.reduce(0) { $0 + Double($1) * Double($1) } - 1) < 1e-5)
      for user in 0..<x.userIDs.count { sum += random.score(user: Row(user), item: Row(item)) }
    }
    #expect(abs(sum / Double(x.itemIDs.count * x.userIDs.count)) < 0.05)
    for model in [popular, random] { #expect(model.objective.loss == .none && model.losses.isEmpty) }
  }
}
