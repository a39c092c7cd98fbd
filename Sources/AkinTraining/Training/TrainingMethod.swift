import AkinSupport
import AkinVectors

/// A model that can be trained: its options.
///
/// Every model has a folder of its own and makes a ``TrainedModel``. The same interactions, options and seed give the same
/// bits at any thread count.
public protocol TrainingMethod: Sendable {
  /// The model.
  var model: Objective.Model { get }

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  func check() throws

  /// The number of epochs; `nil` for a model without epochs.
  var epochLimit: Int? { get }

  /// The same options with another number of epochs; unchanged for a model without epochs.
  ///
  /// - Parameter epochs: The new number of epochs.
  func limited(toEpochs epochs: Int) -> Self

  /// Trains.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - execution: Threads; progress, with the loss of each step as a note; cancellation.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  func train(_ interactions: Interactions, execution: Execution) throws -> TrainedModel

  /// Trains with early stopping.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - validation: Measures the model between epochs, or `nil`. The model is that of the best epoch, bit for bit that
  ///     of a training of so many epochs, and its options hold that number. A model without epochs is not measured.
  ///   - execution: Threads; progress, with the loss of each step as a note; cancellation.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  func train(_ interactions: Interactions, validation: Validation?, execution: Execution) throws -> TrainedModel
}

extension TrainingMethod {
  public var epochLimit: Int? { nil }

  public func limited(toEpochs epochs: Int) -> Self { self }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try train(interactions, execution: execution)
  }
}

/// A model that is trained in passes over the interactions, and measured between them.
public protocol EpochTrainingMethod: TrainingMethod {
  /// Passes over the interactions.
  var epochs: Int { get set }
}

extension EpochTrainingMethod {
  public var epochLimit: Int? { epochs }

  public func limited(toEpochs epochs: Int) -> Self {
    var options = self
    options.epochs = epochs
    return options
  }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try train(interactions, validation: nil, execution: execution)
  }
}
