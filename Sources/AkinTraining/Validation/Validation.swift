import AkinVectors

/// Looks at a model while it is trained, keeps the best, and stops when it gets no better.
///
/// A training loss only falls; what tells when to stop is how the model does on data that it does not see. The measure
/// is the caller's: say, NDCG on held-out users.
public struct Validation: Sendable {
  /// Epochs from one measurement to the next; the last epoch is always measured.
  public var every = 1
  /// Training stops after so many measurements in a row without a new best.
  public var patience = 3
  /// Whether a cancelled training gives the best model so far, once there is one, in place of an error.
  public var keepsBestWhenCancelled = false
  /// How good a model is; larger is better. A number that is not finite counts as worse than any other.
  public var measure: @Sendable (TrainingState) throws -> Double

  /// Creates a validation by a measure.
  public init(measure: @escaping @Sendable (TrainingState) throws -> Double) { self.measure = measure }

  /// Creates a validation that suits a number of epochs: about thirty measurements, or one after each of fewer, and
  /// patience for a quarter of them, at least three. Steps on single pairs get worse for a while before they get better.
  public init(epochs: Int, measure: @escaping @Sendable (TrainingState) throws -> Double) {
    self.init(measure: measure)
    every = max(1, epochs / 30)
    patience = max(3, epochs / every / 4)
  }

  /// Throws ``WALSError/option(name:expected:found:)`` when an option has no meaning.
  public func check() throws(WALSError) {
    guard every >= 1 else { throw .option(name: "every", expected: "1 or more", found: "\(every)") }
    guard patience >= 1 else { throw .option(name: "patience", expected: "1 or more", found: "\(patience)") }
  }
}

/// A model between two epochs: a copy, which stays as it is while training goes on.
public struct TrainingState: Sendable {
  /// The epoch that has just ended, from 1.
  public let epoch: Int
  /// The model as training for so many epochs gives it.
  public let model: TrainedModel

  /// Creates a state.
  public init(epoch: Int, model: TrainedModel) {
    self.epoch = epoch
    self.model = model
  }
}

/// What a validation measured after an epoch.
public struct ValidationPoint: Sendable, Equatable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The measure; larger is better.
  public let score: Double

  /// Creates a point.
  public init(epoch: Int, score: Double) {
    self.epoch = epoch
    self.score = score
  }
}

/// The state of early stopping: what was measured, and the best model so far. Every trainer of epochs keeps one.
struct EarlyStopping {
  private let validation: Validation
  private let epochs: Int
  private(set) var points: [ValidationPoint] = []
  private(set) var best: TrainingState?
  private var bestScore = -Double.infinity
  private var sinceBest = 0

  init(_ validation: Validation, epochs: Int) throws(WALSError) {
    try validation.check()
    self.validation = validation
    self.epochs = epochs
  }

  /// Whether the model is to be measured after this epoch.
  func isDue(after epoch: Int) -> Bool { epoch % validation.every == 0 || epoch == epochs }

  /// Measures the model when it is due after this epoch; true when training has gone on long enough.
  mutating func ends(after epoch: Int, _ model: () -> TrainedModel) throws -> Bool {
    guard isDue(after: epoch) else { return false }
    let state = TrainingState(epoch: epoch, model: model())
    let score = try validation.measure(state)
    points.append(ValidationPoint(epoch: epoch, score: score))
    if best == nil || score > bestScore {
      best = state
      bestScore = score.isFinite ? score : -.infinity
      sinceBest = 0
    } else {
      sinceBest += 1
    }
    return sinceBest >= validation.patience
  }

  /// Whether a cancelled training has something to give.
  var keepsBest: Bool { validation.keepsBestWhenCancelled && best != nil }

  /// The best model, which says for how many epochs it was trained and what was measured; `nil` before a measurement.
  var result: TrainedModel? {
    guard let best else { return nil }
    var model = best.model
    model.options["epochs"] = .integer(Int64(best.epoch))
    model.validation = points
    return model
  }
}
