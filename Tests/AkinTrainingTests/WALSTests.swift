import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinTraining

/// Interactions drawn from a seed, with a few busy users and items, and some of neither.
private func world(users: Int = 150, items: Int = 120, pairs: Int = 2500, seed: UInt64) throws -> Interactions {
  var random = SeededGenerator(seed: seed)
  var rows: [(user: UserID, item: ItemID, value: Float)] = []
  for _ in 0..<pairs {
    let user = Int(random.uniform() * random.uniform() * Double(users))
    let item = (Int(random.uniform() * random.uniform() * Double(items)) + user % 3 * 40) % items
    rows.append((.number(UInt64(user)), .number(UInt64(item)), Float(1 + random.next() % 5)))
  }
  return try Interactions(rows: rows, duplicates: .last)
}

private func options(_ change: (inout WALSOptions) -> Void = { _ in }) -> WALSOptions {
  var options = WALSOptions()
  options.dimensions = 20
  options.epochs = 5
  change(&options)
  return options
}

private func bytes(_ matrix: EmbeddingMatrix) -> [UInt32] {
  (0..<matrix.count).flatMap { matrix[Row($0)].map(\.bitPattern) }
}

@Suite("Weighted alternating least squares")
struct WALSTests {
  private static let objectives: [WALSOptions] = [
    options(),
    options {
      $0.weighting = .value; $0.w0 = 0.05; $0.nu = 1; $0.lambda = 0.02
    },
    options {
      $0.weighting = .constant; $0.alpha = 1; $0.w0 = 1; $0.nu = 0; $0.lambda = 0.1
    },
    options {
      $0.weighting = .constant; $0.alpha = 0.2; $0.w0 = 1
    },
    options {
      $0.w0 = 0; $0.lambda = 1; $0.dimensions = 5
    },
    options {
      $0.weighting = .value; $0.alpha = 40; $0.dimensions = 70; $0.lambda = 1e-4
    },
    options {
      $0.weighting = .power; $0.power = 0.5; $0.userExponent = 0.25; $0.nu = 0.5; $0.lambda = 0.5
    },
    options {
      $0.userExponent = 1; $0.alpha = 2
    },
    options {
      $0.weighting = .constant; $0.w0 = 0.1; $0.decay = .weighed; $0.lambda = 0.01
    },
  ]

  @Test("The loss falls at every half-step", arguments: objectives.indices)
  func falls(index: Int) throws {
    let model = try WALS.train(world(seed: 1), options: Self.objectives[index])
    #expect(model.losses.count == 10)
    for (before, after) in zip(model.losses, model.losses.dropFirst()) {
      // Factors are stored in single precision: 1e-6 of the loss is rounding.
      #expect(after.total <= before.total * (1 + 1e-6), "\(before) then \(after)")
      #expect(after.observed >= 0 && after.regularisation >= 0 && after.unobserved >= -1e-6 * after.total)
    }
  }

  @Test("The loss that is reported is the loss, pair by pair", arguments: objectives.indices)
  func loss(index: Int) throws {
    let options = Self.objectives[index]
    let x = try world(seed: 2)
    let model = try WALS.train(x, options: options)
    let oracle = WALSOracle(x, options)
    let parts = oracle.loss(users: model.users, items: model.items)
    let last = try #require(model.losses.last)
    #expect(abs(last.observed - parts.observed) < 1e-4 * parts.total)
    #expect(abs(last.unobserved - parts.unobserved) < 1e-4 * parts.total)
    #expect(abs(last.regularisation - parts.regularisation) < 1e-4 * parts.total)
  }

  @Test("Every item row solves its normal equations in double precision", arguments: objectives.indices)
  func exact(index: Int) throws {
    let options = Self.objectives[index]
    let x = try world(seed: 3)
    let model = try WALS.train(x, options: options)
    let oracle = WALSOracle(x, options)
    var worst = 0.0
    for item in 0..<x.byItem.rowCount {
      let exact = oracle.itemRow(item, users: model.users)
      let found = model.items[Row(item)]
      let size = exact.map(\.magnitude).max() ?? 0
      for (a, b) in zip(found, exact) { worst = max(worst, abs(Double(a) - b) / (size + 1e-6)) }
    }
    #expect(worst < 2e-3, "worst relative difference \(worst)")
  }

  @Test("Weights by hand: a power of the value, divided by a power of the user's share")
  func weights() throws {
    let x = try Interactions(
      rows: [(1, 1, 4), (1, 2, 9), (1, 3, 1), (2, 1, 0.25)].map {
        (user: .number($0.0), item: .number($0.1), value: $0.2)
      })
    func weight(_ user: Int, _ value: Float, _ change: (inout WALSOptions) -> Void) -> Float {
      WALSWeights(objective: options(change).objective, users: x.byUser)
        .scale(userCount: x.byUser.count(ofRow: user)).weight(value)
    }
    // Users have 3 and 1 interactions, 2 on average.
    #expect(
      weight(0, 9) {
        $0.weighting = .power; $0.alpha = 10
      } == 30)
    #expect(
      weight(1, 0.25) {
        $0.weighting = .power; $0.power = 2; $0.userExponent = 1
      } == 0.125)
    #expect(
      weight(0, 4) {
        $0.weighting = .constant; $0.alpha = 3; $0.userExponent = 1
      } == 2)
    #expect(
      weight(0, 0) {
        $0.weighting = .power; $0.power = 0
      } == 1)
    #expect(options { $0.power = 3 }.objective.power == 0, "the other weightings have none")
    // With an exponent of 1 and a constant weighting each user weighs the same in all.
    let sums = (0..<2).map { user in
      Float(x.byUser.count(ofRow: user))
        * weight(user, 1) {
          $0.weighting = .constant; $0.userExponent = 1
        }
    }
    #expect(sums[0] == sums[1])
  }

  @Test("One, two and four threads give the same bits", arguments: [0, 3])
  func threads(index: Int) throws {
    let x = try world(users: 2500, items: 400, pairs: 6000, seed: 4)
    let one = try WALS.train(x, options: Self.objectives[index], execution: Execution(threads: 1))
    for threads in [2, 4] {
      let more = try WALS.train(x, options: Self.objectives[index], execution: Execution(threads: threads))
      #expect(bytes(one.users) == bytes(more.users), "\(threads) threads")
      #expect(bytes(one.items) == bytes(more.items), "\(threads) threads")
      #expect(one.losses == more.losses, "\(threads) threads")
    }
  }

  @Test("The order of the input changes no bit", arguments: [1, 2])
  func permuted(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var rows: [(user: UserID, item: ItemID, value: Float)] = (0..<900).map {
      (.text("u\($0 % 61)"), .number(UInt64($0 % 71)), Float($0 % 4 + 1))
    }
    let first = try WALS.train(Interactions(rows: rows), options: options())
    rows.shuffle(using: &random)
    let second = try WALS.train(Interactions(rows: rows), options: options())
    #expect(bytes(first.items) == bytes(second.items), "seed \(seed)")
    #expect(bytes(first.users) == bytes(second.users), "seed \(seed)")
  }

  @Test("Every level of kernels comes to the same loss")
  func levels() throws {
    let x = try world(seed: 5)
    let plain = try #require(Solver(level: AKIN_SCALAR))
    let slow = try WALS.train(x, options: options(), execution: Execution(threads: 1), solver: plain)
    for level in [AKIN_AVX2, AKIN_AVX512, AKIN_NEON] {
      guard let solver = Solver(level: level) else { continue }
      let fast = try WALS.train(x, options: options(), execution: Execution(threads: 1), solver: solver)
      for (a, b) in zip(slow.losses, fast.losses) { #expect(abs(a.total - b.total) < 1e-4 * a.total, "\(level)") }
    }
  }

  @Test("With weight 1 everywhere and almost no regularisation it is the singular value decomposition")
  func decomposition() throws {
    let x = try world(users: 40, items: 30, pairs: 400, seed: 6)
    let model = try WALS.train(
      x,
      options: options {
        $0.weighting = .constant
        $0.dimensions = 6
        $0.epochs = 120
        $0.nu = 0
        $0.lambda = 1e-5
      })
    // ‖A‖² − Σ of the 6 largest eigenvalues of AᵀA.
    let n = x.byItem.rowCount
    var gram = [Double](repeating: 0, count: n * n)
    for user in 0..<x.byUser.rowCount {
      let seen = x.byUser.others[x.byUser.offsets[user]..<x.byUser.offsets[user + 1]].map { Int($0) }
      for i in seen { for j in seen { gram[i * n + j] += 1 } }
    }
    var values = [Double](repeating: 0, count: n)
    var work = [Double](repeating: 0, count: 3 * n)
    #expect(unsafe akin_eigen(&gram, n, &values, &work) == 0)
    let best = Double(x.count) - values.sorted().suffix(6).reduce(0, +)
    let last = try #require(model.losses.last)
    #expect(abs(last.total - best) < 2e-3 * best, "\(last.total) against \(best)")
  }

  @Test("Folding a user in gives what the next half-step would", arguments: [0, 1, 3, 6, 7, 8])
  func foldIn(index: Int) throws {
    let x = try world(seed: 10)
    var options = Self.objectives[index]
    let model = try WALS.train(x, options: options)
    options.epochs += 1
    let next = try WALS.train(x, options: options)
    let mean = Double(x.count) / Double(x.byUser.rowCount)
    let foldIn = try WALSFoldIn(items: model.items, objective: options.objective, meanHistory: mean)
    for user in 0..<x.byUser.rowCount {
      let range = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
      let found = try foldIn.user(history: Array(x.byUser.others[range]), values: Array(x.byUser.values[range]))
      #expect(found == next.users[Row(user)], "user \(user)")
    }
    #expect(try foldIn.user(history: [], values: []).allSatisfy { $0 == 0 })
  }

  @Test("Who has no interactions gets a zero vector, and nothing is NaN")
  func unseen() throws {
    let x = try world(seed: 7)
    let catalogue = ItemTable(
      ids: .numbers([5, 7000, 8000]), titles: ["a", "b", "c"], categories: [["x"], ["y"], []])
    let all = try x.including(catalogue)
    let model = try WALS.train(all, options: options())
    let embeddings = model.embeddings(for: all, catalogue: catalogue)
    #expect(embeddings.items.count == x.itemIDs.count + 2)
    for row in 0..<embeddings.items.count {
      let id = embeddings.itemIDs[Row(row)]
      #expect(embeddings.items.isZero(Row(row)) == (id == .number(7000) || id == .number(8000)))
      #expect(embeddings.items[Row(row)].allSatisfy { $0.isFinite })
    }
    #expect(embeddings.titles?.last == "c" && embeddings.titles?[5] == "a")
    #expect(embeddings.history == all.history)
    var objective = options().objective
    objective.training = .init(
      seed: options().seed, pairs: UInt64(all.count), users: UInt32(all.byUser.activeRows))
    #expect(embeddings.objective == objective)
    #expect(embeddings.provenance["inputDigest"] == .string(all.digest))
    #expect(embeddings.provenance["items"] == .integer(Int64(all.itemIDs.count)))
  }

  @Test("One pair is enough, none is an error")
  func limits() throws {
    let one = try Interactions(rows: [(user: .number(1), item: .number(2), value: 3)])
    let model = try WALS.train(one, options: options { $0.lambda = 0.01 })
    let user = model.users[Row(0)]
    let item = model.items[Row(0)]
    #expect(abs(zip(user, item).map { $0 * $1 }.reduce(0, +) - 1) < 0.1)
    let none = try Interactions(rows: [(user: UserID, item: ItemID, value: Float)]())
    #expect(throws: TrainingError.nothingToLearn) { try WALS.train(none) }
  }

  @Test("Values of 0 alone have no weight", arguments: [Objective.Weighting.value, .bm25, .power])
  func allZero(weighting: Objective.Weighting) throws {
    let rows = try Interactions(rows: (0..<60).map { (user: .number($0), item: .number($0 % 9), value: 0) })
    #expect(throws: TrainingError.allZero) { try WALS.train(rows, options: options { $0.weighting = weighting }) }
  }

  /// Interactions that all have one value.
  private func constant(_ value: Float) throws -> Interactions {
    try Interactions(
      rows: (0..<60).map { (user: .number($0 % 7), item: .number($0 % 9), value: value) }, duplicates: .last)
  }

  @Test(
    "Tiny weights, and huge values that bm25 bounds, give finite vectors",
    arguments: [(1e-30, .value), (1e-30, .bm25), (1e30, .bm25), (.greatestFiniteMagnitude, .bm25)]
      as [(Float, Objective.Weighting)])
  func extremes(value: Float, weighting: Objective.Weighting) throws {
    let model = try WALS.train(constant(value), options: options { $0.weighting = weighting })
    #expect(bytes(model.users).allSatisfy { Float(bitPattern: $0).isFinite })
    #expect(bytes(model.items).allSatisfy { Float(bitPattern: $0).isFinite })
  }

  @Test(
    "Weights beyond the digits of float64 make a row singular, which is named",
    arguments: [1e30, .greatestFiniteMagnitude] as [Float])
  func overflow(value: Float) throws {
    let x = try constant(value)
    #expect {
      try WALS.train(x, options: options { $0.weighting = .value })
    } throws: { error in
      guard case TrainingError.singular(let row, side: "items", let pairs) = error else { return false }
      return (0..<x.itemIDs.count).contains { x.itemIDs[Row($0)] == row && x.byItem.count(ofRow: $0) == pairs }
    }
  }

  @Test("Options without a meaning are refused by name")
  func refused() throws {
    let x = try world(seed: 8)
    func name(_ change: (inout WALSOptions) -> Void) -> String? {
      do {
        _ = try WALS.train(x, options: options(change))
        return nil
      } catch TrainingError.option(let name, _, _) {
        return name
      } catch {
        Issue.record("expected an option error, found \(error)")
        return nil
      }
    }
    #expect(name { _ in } == nil)
    #expect(name { $0.lambda = 0 } == "lambda")
    #expect(name { $0.lambda = .nan } == "lambda")
    #expect(name { $0.alpha = -1 } == "alpha")
    #expect(name { $0.w0 = -0.1 } == "w0")
    #expect(name { $0.nu = 3 } == "nu")
    #expect(name { $0.decay = .touched } == "decay")
    #expect(name { $0.power = -1 } == "power")
    #expect(name { $0.userExponent = 3 } == "user-weight-exponent")
    #expect(name { $0.dimensions = 0 } == "dimensions")
    #expect(name { $0.epochs = 0 } == "epochs")
    let error = TrainingError.option(name: "lambda", expected: "a number above 0", found: "0.0")
    #expect("\(error)" == "lambda: expected a number above 0, found 0.0")
    #expect(error.kind == .usage && error.help != nil)
  }

  @Test("Vectors that this machine cannot hold are refused by their size, not by the system")
  func memory() throws {
    let error = TrainingError.memory(needed: 3_040_000, present: 3_039_999)
    #expect(throws: error) { try WALS.checkMemory(users: 500, items: 1000, dimensions: 300, present: 3_039_999) }
    #expect(throws: Never.self) { try WALS.checkMemory(users: 500, items: 1000, dimensions: 300, present: 3_040_000) }
    #expect("\(error)" == "training needs at least 3040000 bytes of memory, this machine has 3039999 free")
    #expect(error.kind == .io && error.help?.hasPrefix("use fewer dimensions") == true)
  }

  @Test("Training can be cancelled, and tells the loss of every half-step")
  func cancel() throws {
    let x = try world(seed: 9)
    let switchOff = Cancellation()
    let execution = Execution(
      threads: 2,
      progress: { event in
        #expect(event.note?.hasPrefix("epoch 1 users loss ") == true)
        switchOff.cancel()
      }, cancellation: switchOff)
    #expect(throws: Cancelled.self) { try WALS.train(x, options: options(), execution: execution) }
  }
}
