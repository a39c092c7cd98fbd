/// One measurement of a ``Validation``.
public struct ValidationPoint: Sendable, Equatable {
  /// The epoch after which the model was measured, counted from 1.
  public let epoch: Int
  /// The measure; larger is better.
  public let score: Double

  /// Creates a point.
  ///
  /// - Parameters:
  ///   - epoch: The epoch, counted from 1.
  ///   - score: The measure; larger is better.
  public init(epoch: Int, score: Double) {
    self.epoch = epoch
    self.score = score
  }
}

/// The state of early stopping in one training: the measurements, and the best model so far.
struct EarlyStopping {
  private let validation: Validation
  private let epochs: Int
  private(set) var points: [ValidationPoint] = []
  private(set) var best: TrainingState?
  private var bestScore = -Double.infinity
  private var sinceBest = 0

  /// Creates the state for a training of `epochs` epochs; `nil` without a validation.
  init?(_ validation: Validation?, epochs: Int) throws(TrainingError) {
    guard let validation else { return nil }
    try validation.check()
    self.validation = validation
    self.epochs = epochs
  }

  /// Measures the model if a measurement is due after this epoch.
  ///
  /// - Parameter model: Makes the model of the epoch; called only if it is measured.
  /// - Returns: Whether patience is over.
  mutating func ends(after epoch: Int, _ model: () throws -> TrainedModel) throws -> Bool {
    guard epoch % validation.every == 0 || epoch == epochs else { return false }
    let state = TrainingState(epoch: epoch, model: try model())
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

  /// Whether a cancelled training returns the best model in place of an error.
  var keepsBest: Bool { validation.keepsBestWhenCancelled && best != nil }

  /// The best model, with its epochs among its options and all measurements; `nil` before the first measurement.
  var result: TrainedModel? {
    guard let best else { return nil }
    var model = best.model
    model.options["epochs"] = .integer(Int64(best.epoch))
    model.validation = points
    return model
  }
}
