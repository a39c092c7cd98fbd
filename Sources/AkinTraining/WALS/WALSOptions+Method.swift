import AkinSupport
import AkinVectors

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
