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

  /// Trains.
  ///
  /// - Parameters:
  ///   - interactions: Who has to do with what.
  ///   - execution: Threads; hears the loss of each step as a note; may cancel.
  /// - Throws: ``TrainingError`` (`wals`: ``WALSError``) or ``Cancelled``.
  func train(_ interactions: Interactions, execution: Execution) throws -> TrainedModel
}

extension WALSOptions: TrainingMethod {
  public var model: Objective.Model { .wals }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try WALS.train(interactions, options: self, execution: execution).trained
  }
}
