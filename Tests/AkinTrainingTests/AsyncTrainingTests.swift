import AkinSupport
import AkinVectors
import Synchronization
import Testing

@testable import AkinTraining

@Suite("Training from async code")
struct AsyncTrainingTests {
  /// One method of each kind, of few dimensions and epochs.
  private var methods: [any TrainingMethod] {
    var wals = WALSOptions()
    (wals.dimensions, wals.epochs) = (6, 3)
    var bpr = BPROptions()
    (bpr.dimensions, bpr.epochs) = (6, 3)
    var mf = MFOptions()
    mf.dimensions = 6
    mf.epochs = 3
    var svd = SVDOptions()
    svd.dimensions = 6
    return [wals, bpr, mf, svd, SpectralOptions(), PopularOptions(), RandomOptions()]
  }

  @Test("Every method gives the bits of its synchronous form, at any thread count", arguments: [1, 3])
  func same(threads: Int) async throws {
    let interactions = try Interactions.few(seed: 1)
    for method in methods {
      let trained = try await method.train(interactions, threads: threads)
      let plain = try method.train(interactions, validation: nil, execution: Execution(threads: 1))
      #expect(rows(trained.users) == rows(plain.users) && rows(trained.items) == rows(plain.items), "\(method.model)")
    }
  }

  @Test("WALS gives its losses, says its progress and hears its validation")
  func wals() async throws {
    let interactions = try Interactions.few(seed: 2)
    let notes = Mutex(0)
    var options = WALSOptions()
    (options.dimensions, options.epochs) = (6, 9)
    let validation = Validation { -Double(($0.epoch - 2).magnitude) }
    let model = try await WALS.train(
      interactions, options: options, validation: validation, threads: 2,
      progress: { event in if event.note != nil { notes.withLock { $0 += 1 } } })
    let plain = try WALS.train(
      interactions, options: options, validation: validation, execution: Execution(threads: 1))
    #expect(model.options.epochs == 2 && model.losses == plain.losses && rows(model.items) == rows(plain.items))
    #expect(notes.withLock { $0 } > 0)
  }

  @Test("A cancelled task stops the training; one that keeps its best model returns it", arguments: [false, true])
  func cancelled(keepsBest: Bool) async throws {
    let interactions = try Interactions.few(seed: 3)
    let (measured, measure) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
      defer { measure.finish() }
      var options = WALSOptions()
      // Far more epochs than a test has time for.
      (options.dimensions, options.epochs) = (6, 100_000)
      var validation = Validation { state in
        measure.yield()
        return Double(state.epoch)
      }
      validation.keepsBestWhenCancelled = keepsBest
      return try await WALS.train(interactions, options: options, validation: validation, threads: 2)
    }
    for await _ in measured { break }
    task.cancel()
    if keepsBest {
      let model = try await task.value
      #expect(model.options.epochs >= 1 && model.validation.last?.epoch == model.options.epochs)
    } else {
      await #expect(throws: Cancelled()) { try await task.value }
    }
  }

  @Test("Wrong options are the synchronous error")
  func errors() async throws {
    let interactions = try Interactions.few(seed: 4)
    var options = WALSOptions()
    options.dimensions = 0
    let wrong = options
    let error = await #expect(throws: TrainingError.self) { try await wrong.train(interactions) }
    #expect(throws: try #require(error)) { try wrong.check() }
  }
}
