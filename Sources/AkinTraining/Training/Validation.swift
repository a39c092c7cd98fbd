import AkinVectors

/// Early stopping: measures the model between epochs and keeps the best one.
///
/// The training loss falls until the end; the measure on held-out data (say, NDCG on held-out users) tells when to stop.
public struct Validation: Sendable {
  /// Epochs from one measurement to the next; at least 1. The last epoch is always measured.
  public var every = 1
  /// Measurements in a row without a new best after which training stops; at least 1.
  public var patience = 3
  /// Whether a cancelled training returns the best model measured so far. Without one, and by default, it throws
  /// `Cancelled`.
  public var keepsBestWhenCancelled = false
  /// Measures a model; larger is better. NaN and infinity count as worse than every number.
  public var measure: @Sendable (TrainingState) throws -> Double

  /// Creates a validation that measures every epoch, with a patience of 3.
  ///
  /// - Parameter measure: Measures a model; larger is better.
  public init(measure: @escaping @Sendable (TrainingState) throws -> Double) { self.measure = measure }

  /// Creates a validation for a number of epochs: at most about 30 measurements, and a patience of a quarter of them,
  /// at least 3. Stochastic steps on single pairs can get worse for some epochs before they get better.
  ///
  /// - Parameters:
  ///   - epochs: The epochs of the training.
  ///   - measure: Measures a model; larger is better.
  public init(epochs: Int, measure: @escaping @Sendable (TrainingState) throws -> Double) {
    self.init(measure: measure)
    every = max(1, epochs / 30)
    patience = max(3, epochs / every / 4)
  }

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    guard every >= 1 else { throw .option(name: "every", expected: "1 or more", found: "\(every)") }
    guard patience >= 1 else { throw .option(name: "patience", expected: "1 or more", found: "\(patience)") }
  }
}

/// A copy of the model after an epoch. Further training does not change it.
public struct TrainingState: Sendable {
  /// The epoch that has just ended, counted from 1.
  public let epoch: Int
  /// The model, equal to that of a training of `epoch` epochs.
  public let model: TrainedModel

  /// Creates a state.
  ///
  /// - Parameters:
  ///   - epoch: The epoch that has just ended, counted from 1.
  ///   - model: The model after it.
  public init(epoch: Int, model: TrainedModel) {
    self.epoch = epoch
    self.model = model
  }
}
