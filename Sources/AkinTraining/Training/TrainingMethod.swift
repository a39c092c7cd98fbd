import AkinSupport
import AkinVectors

/// A way of learning from interactions: the options of one model, which know how to train it.
///
/// Every model is one folder, and what it makes is a ``TrainedModel``, from which one kind of embeddings file is written.
/// The same interactions, options and seed give the same bits at any thread count.
public protocol TrainingMethod: Sendable {
  /// Which model these are the options of.
  var model: Objective.Model { get }

  /// Throws when an option has no meaning.
  func check() throws

  /// For how many epochs it is trained, at most; `nil` for a model that is not made in epochs.
  var epochLimit: Int? { get }

  /// The same, for so many epochs; unchanged where there are none.
  func limited(toEpochs epochs: Int) -> Self

  /// Trains.
  ///
  /// - Parameters:
  ///   - interactions: Who has to do with what.
  ///   - execution: Threads; hears the loss of each step as a note; may cancel.
  /// - Throws: ``TrainingError`` (`wals`: ``WALSError``) or ``Cancelled``.
  func train(_ interactions: Interactions, execution: Execution) throws -> TrainedModel

  /// Trains, and stops when the model gets no better.
  ///
  /// - Parameter validation: Measures the model between epochs, or `nil`. The model is then that of the best epoch, to the
  ///   bit what training for so many epochs gives, and its options say so. Models without epochs are never measured.
  /// - Throws: What training throws, or what the measure throws.
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

extension WALSOptions: TrainingMethod {
  public var model: Objective.Model { .wals }

  public var epochLimit: Int? { epochs }

  public func limited(toEpochs epochs: Int) -> WALSOptions {
    var options = self
    options.epochs = epochs
    return options
  }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try train(interactions, validation: nil, execution: execution)
  }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try WALS.train(interactions, options: self, validation: validation, execution: execution).trained
  }
}
