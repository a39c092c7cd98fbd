import AkinSupport
import AkinVectors

extension WALSOptions: EpochTrainingMethod {
  public var model: Objective.Model { .wals }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try WALS.train(interactions, options: self, validation: validation, execution: execution).trained
  }
}
