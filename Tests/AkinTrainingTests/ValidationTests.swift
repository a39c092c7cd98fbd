import AkinSupport
import AkinVectors
import Synchronization
import Testing

@testable import AkinTraining

@Suite("Stopping early")
struct ValidationTests {
  private func options(_ epochs: Int) -> WALSOptions {
    var options = WALSOptions()
    options.dimensions = 8
    options.epochs = epochs
    return options
  }

  @Test("The model is that of the best epoch, to the bit, and says so", arguments: [1, 3, 6])
  func best(epoch: Int) throws {
    let x = try Interactions.few(seed: 1)
    let validation = Validation { -Double(($0.epoch - epoch).magnitude) }
    let model = try WALS.train(x, options: options(12), validation: validation)
    let plain = try WALS.train(x, options: options(epoch))
    #expect(rows(model.users) == rows(plain.users) && rows(model.items) == rows(plain.items))
    #expect(model.options == plain.options && model.losses == plain.losses)
    // Three measurements without a new best end it.
    #expect(model.validation.map(\.epoch) == Array(1...epoch + 3))
  }

  @Test("A state stays as it was while training goes on")
  func copies() throws {
    let x = try Interactions.few(seed: 2)
    let kept = Mutex<[[[Float]]]>([])
    let states = Mutex<[TrainingState]>([])
    let validation = Validation { state in
      kept.withLock { $0.append(rows(state.model.items)) }
      states.withLock { $0.append(state) }
      return Double(state.epoch)
    }
    _ = try WALS.train(x, options: options(4), validation: validation)
    let later = states.withLock { $0.map { rows($0.model.items) } }
    #expect(later == kept.withLock { $0 } && later.count == 4)
    #expect(later[0] != later[3])
  }

  @Test("It is measured every few epochs, and at the end")
  func every() throws {
    var validation = Validation { Double($0.epoch) }
    validation.every = 3
    let model = try WALS.train(try Interactions.few(seed: 3), options: options(8), validation: validation)
    #expect(model.validation == [3, 6, 8].map { ValidationPoint(epoch: $0, score: Double($0)) })
    #expect(model.options.epochs == 8)
  }

  @Test("A measure that is no number is worse than any")
  func notFinite() throws {
    let validation = Validation { $0.epoch == 2 ? 0 : .nan }
    let model = try WALS.train(try Interactions.few(seed: 4), options: options(9), validation: validation)
    #expect(model.options.epochs == 2 && model.validation.count == 5)
  }

  @Test("What the measure throws comes out; a cancelled training gives the best only when asked to")
  func errors() throws {
    struct MeasureError: Error {}
    let x = try Interactions.few(seed: 5)
    #expect(throws: MeasureError.self) {
      try WALS.train(x, options: options(3), validation: Validation { _ in throw MeasureError() })
    }
    for keeps in [false, true] {
      let cancellation = Cancellation()
      var validation = Validation { state in
        if state.epoch == 2 { cancellation.cancel() }
        return Double(state.epoch)
      }
      validation.keepsBestWhenCancelled = keeps
      let execution = Execution(threads: 1, cancellation: cancellation)
      if keeps {
        let model = try WALS.train(x, options: options(9), validation: validation, execution: execution)
        #expect(model.options.epochs == 2)
      } else {
        #expect(throws: Cancelled()) {
          try WALS.train(x, options: options(9), validation: validation, execution: execution)
        }
      }
    }
    var senseless = Validation { _ in 0 }
    senseless.patience = 0
    #expect(throws: TrainingError.option(name: "patience", expected: "1 or more", found: "0")) {
      try WALS.train(x, options: options(2), validation: senseless)
    }
    senseless.patience = 1
    senseless.every = 0
    #expect(throws: TrainingError.option(name: "every", expected: "1 or more", found: "0")) {
      try WALS.train(x, options: options(2), validation: senseless)
    }
  }
}

@Suite("Stopping early, whatever the model")
struct EveryModelValidationTests {
  /// Every model that is made in epochs, with few of them.
  static let methods: [any TrainingMethod] = {
    var wals = WALSOptions()
    (wals.dimensions, wals.epochs) = (4, 9)
    var bpr = BPROptions()
    (bpr.dimensions, bpr.epochs) = (4, 9)
    var logistic = LogisticOptions()
    (logistic.dimensions, logistic.epochs) = (4, 9)
    let mf = MFOptions.Optimiser.allCases.map { optimiser in
      var options = MFOptions()
      (options.dimensions, options.epochs, options.optimiser) = (4, 9, optimiser)
      return options
    }
    var contrastive = ContrastiveOptions()
    (contrastive.dimensions, contrastive.epochs, contrastive.negatives) = (4, 9, 16)
    var elsa = ELSAOptions()
    (elsa.dimensions, elsa.epochs) = (4, 9)
    return [wals, bpr, logistic, contrastive, elsa] + mf
  }()

  private func world() throws -> Interactions {
    var random = SeededGenerator(seed: 11)
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<30 {
      for item in Array(0..<40).shuffled(using: &random).prefix(8) {
        rows.append((.number(UInt64(user)), .number(UInt64(item)), Float(1 + random.next() % 5)))
      }
    }
    return try Interactions(rows: rows)
  }

  private func same(_ a: TrainedModel, _ b: TrainedModel) -> Bool {
    (0..<a.users.count).allSatisfy { a.users[Row($0)] == b.users[Row($0)] }
      && (0..<a.items.count).allSatisfy { a.items[Row($0)] == b.items[Row($0)] }
      && a.userBiases == b.userBiases && a.itemBiases == b.itemBiases && a.globalMean == b.globalMean
      && a.options == b.options && a.losses == b.losses && a.notes == b.notes
  }

  @Test("The model is that of the best epoch, to the bit, and says so", arguments: methods.indices, [1, 4, 9])
  func best(index: Int, epoch: Int) throws {
    let method = Self.methods[index]
    let x = try world()
    #expect(method.epochLimit == 9)
    let model = try method.train(
      x, validation: Validation { -Double(($0.epoch - epoch).magnitude) }, execution: Execution())
    let plain = try method.limited(toEpochs: epoch).train(x, execution: Execution())
    #expect(same(model, plain), "\(method)")
    #expect(model.validation.map(\.epoch) == Array(1...min(9, epoch + 3)))
    #expect(model.secondsPerEpoch.count >= epoch)
  }

  @Test("What is measured is the model of the epoch", arguments: methods.indices)
  func states(index: Int) throws {
    let method = Self.methods[index]
    let x = try world()
    let states = Mutex<[TrainingState]>([])
    var validation = Validation { state in
      states.withLock { $0.append(state) }
      return Double(state.epoch)
    }
    validation.every = 4
    _ = try method.train(x, validation: validation, execution: Execution())
    let seen = states.withLock { $0 }
    #expect(seen.map(\.epoch) == [4, 8, 9])
    let plain = try method.limited(toEpochs: 4).train(x, execution: Execution())
    #expect((0..<x.itemIDs.count).allSatisfy { seen[0].model.items[Row($0)] == plain.items[Row($0)] })
    #expect(seen[0].model.itemBiases == plain.itemBiases && seen[0].model.losses == plain.losses)
  }

  @Test("A validation without meaning is a TrainingError of every model", arguments: methods.indices)
  func refused(index: Int) throws {
    var validation = Validation { _ in 0 }
    validation.patience = 0
    #expect(throws: TrainingError.option(name: "patience", expected: "1 or more", found: "0")) {
      try Self.methods[index].train(world(), validation: validation, execution: Execution())
    }
  }

  @Test("A cancelled training gives the best only when asked to", arguments: methods.indices, [false, true])
  func cancelled(index: Int, keeps: Bool) throws {
    let method = Self.methods[index]
    let cancellation = Cancellation()
    var validation = Validation { state in
      if state.epoch == 3 { cancellation.cancel() }
      return state.epoch == 2 ? 1 : 0
    }
    validation.keepsBestWhenCancelled = keeps
    let execution = Execution(threads: 1, cancellation: cancellation)
    if keeps {
      let model = try method.train(world(), validation: validation, execution: execution)
      #expect(model.options["epochs"] == .integer(2) && model.validation.count == 3)
    } else {
      #expect(throws: Cancelled()) { try method.train(world(), validation: validation, execution: execution) }
    }
  }

  @Test("Models without epochs are never measured")
  func others() throws {
    struct Measured: Error {}
    for method in [SVDOptions(), PopularOptions(), RandomOptions()] as [any TrainingMethod] {
      #expect(method.epochLimit == nil)
      let model = try method.train(
        world(), validation: Validation { _ in throw Measured() }, execution: Execution())
      #expect(model.validation.isEmpty)
    }
  }

  @Test("A step size that makes the loss grow beyond bounds after a measurement ends with the best so far")
  func diverges() throws {
    var options = MFOptions()
    (options.optimiser, options.learningRate, options.epochs, options.dimensions) = (.adam, 1e6, 40, 4)
    var validation = Validation { -Double($0.epoch) }
    validation.patience = 100
    let model = try options.train(world(), validation: validation, execution: Execution())
    #expect(model.options["epochs"] == .integer(1) && model.notes.isEmpty)
  }

  @Test("About thirty measurements, or one an epoch, and patience for a quarter")
  func spacing() throws {
    for (epochs, every, patience) in [(1, 1, 3), (15, 1, 3), (30, 1, 7), (40, 1, 10), (60, 2, 7), (200, 6, 8)] {
      let validation = Validation(epochs: epochs) { _ in 0 }
      try validation.check()
      #expect(validation.every == every && validation.patience == patience, "\(epochs)")
    }
  }
}

@Suite("The bias-only baseline")
struct BiasBaselineTests {
  @Test("Constant ratings leave nothing to the biases")
  func constant() throws {
    let x = try Interactions(
      rows: (0..<12).map { (user: .number(UInt64($0 % 4)), item: .number(UInt64($0 / 4)), value: Float(3)) })
    let baseline = BiasBaseline(x)
    #expect(baseline.mean == 3 && baseline.users == [0, 0, 0, 0] && baseline.items == [0, 0, 0])
  }

  @Test("Two ratings: by hand, round after round")
  func byHand() throws {
    let x = try Interactions(
      rows: [(user: .number(1), item: .number(1), value: 5), (user: .number(2), item: .number(1), value: 2)])
    var users = [0.0, 0.0]
    var item = 0.0
    for _ in 0..<10 {
      item = (1.5 - users[0] + (-1.5 - users[1])) / 12
      users = [(1.5 - item) / 16, (-1.5 - item) / 16]
    }
    let baseline = BiasBaseline(x)
    #expect(baseline.mean == 3.5)
    #expect((baseline.users[0] - users[0]).magnitude < 1e-12 && (baseline.items[0] - item).magnitude < 1e-12)
    // A user who comes later, with the same rating, gets the same bias as the last round would give.
    #expect((baseline.userBias(items: [0], values: [5]) - users[0]).magnitude < 1e-12)
  }
}
