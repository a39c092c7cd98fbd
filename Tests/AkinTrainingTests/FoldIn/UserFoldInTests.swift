import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Users whom training has not seen")
struct UserFoldInTests {
  private func history(_ x: Interactions, _ user: Int) -> (items: [UInt32], values: [Float]) {
    let range = x.byUser.offsets[user]..<x.byUser.offsets[user + 1]
    return (Array(x.byUser.others[range]), Array(x.byUser.values[range]))
  }

  private func fold(_ model: TrainedModel, _ x: Interactions) throws -> UserFoldIn {
    try #require(try model.foldIn(for: x, execution: Execution(threads: 1)))
  }

  static let solved: [MFOptions] = [
    options { _ in },
    options {
      $0.biases = .none; $0.nu = 0; $0.lambda = 0.5
    },
    options {
      $0.biases = .user; $0.meanDamping = 5; $0.decay = .touched; $0.lambda = 1
    },
    options {
      $0.decay = .everywhere; $0.lambda = 0.7; $0.biasLambda = 0.1
    },
  ]

  @Test("mf: a user of the training gets the row of the next half-step", arguments: solved.indices)
  func nextHalfStep(index: Int) throws {
    let x = try ratings(seed: UInt64(index) + 1)
    let options = Self.solved[index]
    let model = try MF.train(x, options: options, execution: Execution(threads: 1))
    // The same training once more, by hand, to have what comes after it.
    let problem = try MFProblem(x, options: options.resolved, loops: .active)
    let parameters = try MFParameters(startOf: problem, execution: Execution(threads: 1))
    let solver = MFAlternating(problem: problem, parameters: parameters)
    for _ in 0..<(options.resolved.epochs ?? 0) {
      for isUsers in [true, false] { try solver.solve(users: isUsers, execution: Execution(threads: 1)) }
    }
    try solver.solve(users: true, execution: Execution(threads: 1))
    let fold = try fold(model, x)
    for user in 0..<x.byUser.rowCount {
      let (items, values) = history(x, user)
      let made = try fold.user(history: items, values: values)
      for component in 0..<options.dimensions {
        #expect((Double(made.vector[component]) - parameters.users[user, component]).magnitude < 1e-4)
      }
      #expect((Double(made.bias) - parameters.users[user, parameters.userBias]).magnitude < 1e-4, "user \(user)")
      let turned = try fold.user(history: items.reversed(), values: values.reversed())
      #expect(turned == made, "the order of a history says nothing")
    }
  }

  @Test("mf: no trained row has a smaller loss than the fold-in, whatever loss and optimiser", arguments: [0, 1, 2, 3])
  func neverWorse(index: Int) throws {
    let options = [
      options {
        $0.optimiser = .adam; $0.epochs = 60; $0.loss = .logistic
      },
      options {
        $0.optimiser = .sgd; $0.epochs = 15; $0.decay = .touched; $0.range = 0.5...5.5
      },
      options {
        $0.optimiser = .sgd; $0.epochs = 15; $0.decay = .everywhere
      },
      options {
        $0.optimiser = .adam; $0.epochs = 60; $0.loss = .absolute
      },
    ][index]
    let x = try ratings(seed: 9)
    let model = try MF.train(x, options: options, execution: Execution(threads: 1))
    let fold = try fold(model, x)
    let penalty = MFPenalty(options.resolved)
    let loss = PointLoss(model.objective.loss, range: model.objective.range)
    func value(_ vector: [Float], _ bias: Float, _ items: [UInt32], _ values: [Float]) -> Double {
      let (own, ownBias) = penalty(count: items.count, pairs: x.count)
      var sum = vector.reduce(0.5 * ownBias * Double(bias * bias)) { $0 + 0.5 * own * Double($1) * Double($1) }
      for (item, value) in zip(items, values) {
        var score = Double(model.globalMean) + Double(model.itemBiases?[Int(item)] ?? 0) + Double(bias)
        score += zip(vector, model.items[Row(item)]).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        sum += loss(score, target: Double(value)).value
      }
      return sum
    }
    for user in 0..<x.byUser.rowCount where x.byUser.count(ofRow: user) > 0 {
      let (items, values) = history(x, user)
      let made = try fold.user(history: items, values: values)
      let folded = value(made.vector, made.bias, items, values)
      let trained = value(model.users[Row(user)], model.userBiases?[user] ?? 0, items, values)
      #expect(folded <= trained * 1.001 + 1e-6, "variant \(index), user \(user)")
    }
  }

  @Test("svd: a user of the training gets the same vector")
  func projection() throws {
    let x = try ratings(users: 60, items: 40, count: 900, seed: 4)
    var options = SVDOptions()
    options.dimensions = 5
    options.rounds = 60
    let model = try options.train(x, execution: Execution(threads: 1))
    let fold = try fold(model, x)
    for user in 0..<x.byUser.rowCount {
      let (items, values) = history(x, user)
      for (made, trained) in zip(try fold.user(history: items, values: values).vector, model.users[Row(user)]) {
        #expect((made - trained).magnitude < 1e-3, "user \(user)")
      }
    }
  }

  /// Two camps: even users take even items, odd users odd ones.
  private func camps() throws -> Interactions {
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<30 {
      for item in 0..<20 where (user + item) % 2 == 0 && (user * 7 + item * 3) % 5 != 0 {
        rows.append((.number(UInt64(user)), .number(UInt64(item)), 1))
      }
    }
    return try Interactions(rows: rows)
  }

  @Test("bpr and logistic: who takes what a camp takes is given what the camp takes; the same each time")
  func taste() throws {
    let x = try camps()
    var bpr = BPROptions()
    bpr.dimensions = 4
    bpr.epochs = 80
    var logistic = LogisticOptions()
    logistic.dimensions = 4
    logistic.epochs = 80
    for method in [bpr, logistic] as [any TrainingMethod] {
      let model = try method.train(x, execution: Execution(threads: 1))
      let fold = try fold(model, x)
      // The rows of items are in the order of their ids.
      let made = try fold.user(history: [0, 2, 4], values: [1, 1, 1])
      #expect(try fold.user(history: [4, 0, 2], values: [1, 1, 1]) == made)
      let scores = (0..<20).map { item in
        zip(made.vector, model.items[Row(item)]).reduce(model.itemBiases?[item] ?? 0) { $0 + $1.0 * $1.1 }
      }
      let others = stride(from: 6, to: 20, by: 2).map { scores[$0] }
      let strangers = stride(from: 1, to: 20, by: 2).map { scores[$0] }
      #expect(try #require(others.min()) > #require(strangers.max()), "\(method.model)")
    }
    let model = try bpr.train(x, execution: Execution(threads: 1))
    #expect(try fold(model, x).user(history: [3], values: [0]).vector == [0, 0, 0, 0], "no positive item, no order")
  }

  @Test("popular and random: as everybody, and a direction of length 1 that the history determines")
  func baselines() throws {
    let x = try camps()
    #expect(try fold(try PopularOptions().train(x), x).user(history: [1], values: [1]).vector == [1])
    let fold = try fold(try RandomOptions().train(x), x)
    let made = try fold.user(history: [1, 2], values: [1, 1]).vector
    #expect((made.reduce(0) { $0 + $1 * $1 } - 1).magnitude < 1e-5)
    #expect(try fold.user(history: [1, 2], values: [1, 1]).vector == made)
    #expect(try fold.user(history: [1, 3], values: [1, 1]).vector != made)
  }

  @Test("Nothing known is a vector of zeros; a row without a single solution is an error")
  func edges() throws {
    let x = try ratings(seed: 3)
    for method in [MFOptions(), SVDOptions(), WALSOptions()] as [any TrainingMethod] {
      let user = try fold(try method.train(x, execution: Execution(threads: 1)), x).user(history: [], values: [])
      #expect(user.vector.allSatisfy { $0 == 0 } && user.bias == 0, "\(method.model)")
    }
    // Long rows can be solved without regularisation; the short one that comes later can not.
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<12 {
      for item in 0..<12 { rows.append((.number(UInt64(user)), .number(UInt64(item)), Float((user * item) % 5 + 1))) }
    }
    let dense = try Interactions(rows: rows)
    let free = options {
      $0.dimensions = 2; $0.lambda = 0; $0.biasLambda = 0; $0.biases = .none
    }
    let open = try fold(try free.train(dense, execution: Execution(threads: 1)), dense)
    #expect(throws: TrainingError.singular(row: .text("new row"), side: "users", pairs: 1)) {
      try open.user(history: [0], values: [3])
    }
  }

  @Test("wals: a model of a part folds the other users in, and leaves those it knows alone")
  func foldingIn() throws {
    let x = try ratings(seed: 6)
    let split = try x.split(.strong(folds: 4, known: 0.5), fold: 0)
    var options = WALSOptions()
    options.dimensions = 6
    options.epochs = 3
    let model = try WALS.train(split.train, options: options, execution: Execution(threads: 1))
    let whole = try model.trained.foldingIn(x, beyond: split.train)
    let fold = try fold(model.trained, split.train)
    for user in 0..<x.byUser.rowCount {
      let (items, values) = history(x, user)
      let isKnown = split.train.byUser.count(ofRow: user) > 0
      let expected = isKnown ? model.users[Row(user)] : try fold.user(history: items, values: values).vector
      #expect(whole.users[Row(user)] == expected, "user \(user)")
    }
    #expect(whole.options == model.trained.options)
  }
}
