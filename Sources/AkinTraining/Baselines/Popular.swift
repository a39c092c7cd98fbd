import AkinSupport
import AkinVectors

/// Options of the popularity baseline: every user gets the items that most users have.
///
/// Vectors have one component: the share of users that have the item, and 1 for every user.
public struct PopularOptions: TrainingMethod, Equatable {
  /// Creates the options; there are none.
  public init() {}

  public var model: Objective.Model { .popular }

  public func check() {}

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    guard interactions.count > 0 else { throw TrainingError.nothingToLearn }
    try interactions.checkValues(for: .popular)
    let users = Float(interactions.userIDs.count)
    let shares = (0..<interactions.itemIDs.count).map { [Float(interactions.byItem.count(ofRow: $0)) / users] }
    var objective = Objective(model: .popular, weighting: .constant)
    objective.loss = .none
    return TrainedModel(
      objective: objective, options: [:],
      users: EmbeddingMatrix(uniformRows: [[Float]](repeating: [1], count: interactions.userIDs.count), dimension: 1),
      items: EmbeddingMatrix(uniformRows: shares, dimension: 1))
  }
}
