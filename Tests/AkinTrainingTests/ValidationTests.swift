import AkinSupport
import AkinVectors
import Synchronization
import Testing

@testable import AkinTraining

@Suite("Stopping early")
struct ValidationTests {
  private func world(seed: UInt64) throws -> Interactions {
    var random = SeededGenerator(seed: seed)
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<40 {
      for item in Array(0..<50).shuffled(using: &random).prefix(8) {
        rows.append((.number(UInt64(user)), .number(UInt64(item)), Float.random(in: 1...5, using: &random)))
      }
    }
    return try Interactions(rows: rows)
  }

  private func options(_ epochs: Int) -> WALSOptions {
    var options = WALSOptions()
    options.dimensions = 8
    options.epochs = epochs
    return options
  }

  private func rows(_ matrix: EmbeddingMatrix) -> [[Float]] { (0..<matrix.count).map { matrix[Row($0)] } }

  @Test("The model is that of the best epoch, to the bit, and says so", arguments: [1, 3, 6])
  func best(epoch: Int) throws {
    let x = try world(seed: 1)
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
    let x = try world(seed: 2)
    let kept = Mutex<[[[Float]]]>([])
    let states = Mutex<[TrainingState]>([])
    let validation = Validation { state in
      kept.withLock { $0.append(rows(state.items)) }
      states.withLock { $0.append(state) }
      return Double(state.epoch)
    }
    _ = try WALS.train(x, options: options(4), validation: validation)
    let later = states.withLock { $0.map { rows($0.items) } }
    #expect(later == kept.withLock { $0 } && later.count == 4)
    #expect(later[0] != later[3])
  }

  @Test("It is measured every few epochs, and at the end")
  func every() throws {
    var validation = Validation { Double($0.epoch) }
    validation.every = 3
    let model = try WALS.train(try world(seed: 3), options: options(8), validation: validation)
    #expect(model.validation == [3, 6, 8].map { ValidationPoint(epoch: $0, score: Double($0)) })
    #expect(model.options.epochs == 8)
  }

  @Test("A measure that is no number is worse than any")
  func notFinite() throws {
    let validation = Validation { $0.epoch == 2 ? 0 : .nan }
    let model = try WALS.train(try world(seed: 4), options: options(9), validation: validation)
    #expect(model.options.epochs == 2 && model.validation.count == 5)
  }

  @Test("What the measure throws comes out; a cancelled training gives the best only when asked to")
  func errors() throws {
    struct Trouble: Error {}
    let x = try world(seed: 5)
    #expect(throws: Trouble.self) {
      try WALS.train(x, options: options(3), validation: Validation { _ in throw Trouble() })
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
    #expect(throws: WALSError.option(name: "patience", expected: "1 or more", found: "0")) {
      try WALS.train(x, options: options(2), validation: senseless)
    }
    senseless.patience = 1
    senseless.every = 0
    #expect(throws: WALSError.option(name: "every", expected: "1 or more", found: "0")) {
      try WALS.train(x, options: options(2), validation: senseless)
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
