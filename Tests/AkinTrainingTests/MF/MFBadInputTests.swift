import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("mf: input without sense, and input at the edge")
struct MFBadInputTests {
  private func interactions(_ rows: [(UInt64, UInt64, Float)]) throws -> Interactions {
    try Interactions(rows: rows.map { (user: .number($0.0), item: .number($0.1), value: $0.2) })
  }

  private func failure(_ x: Interactions, _ options: MFOptions) -> TrainingError? {
    do {
      _ = try MF.train(x, options: options)
      return nil
    } catch let error as TrainingError {
      return error
    } catch {
      Issue.record("expected a TrainingError, found \(error)")
      return nil
    }
  }

  @Test("Options that contradict each other are named")
  func contradictions() throws {
    let x = try ratings(seed: 1)
    func named(_ change: (inout MFOptions) -> Void) -> String? {
      if case .option(let name, _, _) = failure(x, options(change)) { name } else { nil }
    }
    #expect(named { $0.loss = .absolute } == "loss")
    #expect(named { $0.range = 0...6 } == "range")
    #expect(named { $0.learningRate = 0.1 } == "learning-rate")
    #expect(named { $0.loss = .ranking } == "loss")
    #expect(
      named {
        $0.decay = .touched; $0.nu = 1
      } == "nu")
    #expect(
      named {
        $0.optimiser = .sgd; $0.range = 2...2
      } == "range")
    #expect(
      named {
        $0.optimiser = .sgd; $0.range = 0...6; $0.meanDamping = 5
      } == "mean-damping")
    #expect(named { $0.dimensions = 0 } == "dimensions")
    #expect(named { $0.epochs = 0 } == "epochs")
    #expect(named { $0.lambda = -1 } == "lambda")
    #expect(named { $0.lambda = .nan } == "lambda")
    #expect(named { $0.biasLambda = .infinity } == "bias-lambda")
    #expect(
      named {
        $0.optimiser = .sgd; $0.learningRate = 0
      } == "learning-rate")
    #expect(named { $0.meanDamping = -1 } == "mean-damping")
  }

  @Test("No interaction at all is nothing to learn from")
  func none() throws {
    #expect(failure(try interactions([]), MFOptions()) == .nothingToLearn)
  }

  @Test("A rating outside the range is named with its user and item")
  func outside() throws {
    let x = try interactions([(1, 1, 3), (1, 2, 5), (2, 1, 4)])
    let error = failure(
      x,
      options {
        $0.optimiser = .sgd; $0.range = 0...4.5
      })
    #expect(error == .outsideRange(user: .number(1), item: .number(2), value: 5, range: 0...4.5))
    #expect(
      error?.description
        == "user '1', item '2': expected a value from 0.0 to 4.5, the range of predictions, found 5.0")
  }

  @Test("Without regularisation a row with few ratings has many solutions, and is named")
  func singular() throws {
    let x = try interactions([(1, 1, 3), (1, 2, 5), (7, 1, 4)])
    let error = failure(
      x,
      options {
        $0.lambda = 0; $0.biasLambda = 0
      })
    #expect(error == .singular(row: .number(1), side: "users", pairs: 2))
    #expect(error?.help?.hasPrefix("raise lambda") == true)
  }

  @Test("Without regularisation, rows with ratings enough are solved")
  func unregularised() throws {
    var rows: [(UInt64, UInt64, Float)] = []
    for user in 0..<12 { for item in 0..<12 { rows.append((UInt64(user), UInt64(item), Float((user * item) % 5))) } }
    let model = try MF.train(
      interactions(rows),
      options: options {
        $0.dimensions = 2; $0.lambda = 0; $0.biasLambda = 0; $0.epochs = 30
      })
    #expect(model.losses.last.map { $0.total.isFinite } == true)
  }

  @Test("Ratings that are all the same are predicted as they are", arguments: MFOptions.Optimiser.allCases)
  func constant(optimiser: MFOptions.Optimiser) throws {
    let x = try interactions((0..<30).map { (UInt64($0 % 6), UInt64($0 / 6), 4) })
    let model = try MF.train(
      x,
      options: options {
        $0.optimiser = optimiser; $0.epochs = 20
      })
    for user in 0..<6 {
      for item in 0..<5 {
        #expect(abs(model.score(user: Row(user), item: Row(item)) - 4) < 0.1)
        #expect(model.prediction(user: Row(user), item: Row(item)) == 4, "clipped to the ratings' scale")
      }
    }
    let error = failure(
      x,
      options {
        $0.optimiser = .adam; $0.loss = .logistic
      })
    #expect(error == .constantValues(value: 4))
  }

  @Test("One user alone is learned from", arguments: MFOptions.Optimiser.allCases)
  func oneUser(optimiser: MFOptions.Optimiser) throws {
    let x = try interactions([(9, 1, 1), (9, 2, 5), (9, 3, 3)])
    let model = try MF.train(
      x,
      options: options {
        $0.optimiser = optimiser; $0.epochs = 20
        if optimiser == .adamw { $0.learningRate = 0.1 } else { $0.biasLambda = 0.1 }
      })
    #expect(model.score(user: Row(0), item: Row(1)) > model.score(user: Row(0), item: Row(0)))
  }

  @Test(
    "A step size that would diverge is halved, and that is noted",
    arguments: [.sgd, .adam, .gd, .adamw] as [MFOptions.Optimiser])
  func halved(optimiser: MFOptions.Optimiser) throws {
    let x = try ratings(seed: 3)
    let rate = optimiser == .adam ? 1e5 : optimiser == .adamw ? 1e4 : 30
    let model = try MF.train(
      x,
      options: options {
        $0.optimiser = optimiser; $0.epochs = 6; $0.learningRate = rate
        if optimiser != .adamw { $0.lambda = 0.01 }
      })
    #expect(!model.notes.isEmpty && model.losses.allSatisfy { $0.total.isFinite })
    #expect(bits(model).allSatisfy { Float(bitPattern: $0).isFinite })
  }

  @Test("One that stays too large is an error", arguments: [.sgd, .adam, .gd, .adamw] as [MFOptions.Optimiser])
  func diverged(optimiser: MFOptions.Optimiser) throws {
    let x = try ratings(seed: 3)
    let error = failure(
      x,
      options {
        $0.optimiser = optimiser; $0.epochs = 6; $0.learningRate = 1e30
      })
    guard case .diverged(_, let rate, let halvings) = error else {
      Issue.record("found \(String(describing: error))")
      return
    }
    #expect(halvings == 24 && rate < 1e30)
  }

  @Test("Items that nobody has rated score the mean and the user's bias")
  func untouched() throws {
    let x = try ratings(seed: 4)
    let catalogue = ItemTable(ids: .numbers([1_000_000]), titles: ["new"], categories: [[]])
    let more = try x.including(catalogue)
    for optimiser in MFOptions.Optimiser.allCases {
      let model = try MF.train(
        more,
        options: options {
          $0.optimiser = optimiser; $0.epochs = 5
        })
      let biases = try #require(model.userBiases)
      let new = Row(more.itemIDs.count - 1)
      for user in 0..<3 {
        #expect(abs(model.score(user: Row(user), item: new) - Double(model.globalMean + biases[user])) < 1e-6)
      }
    }
  }

  @Test("More memory than there is is refused before it is asked for")
  func memory() {
    #expect(throws: TrainingError.memory(needed: 8_000_000, present: 7_999_999)) {
      try OptionCheck.memory(rows: 1000, stride: 1000, present: 7_999_999)
    }
  }
}
