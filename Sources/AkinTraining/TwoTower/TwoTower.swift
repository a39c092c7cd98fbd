import AkinSupport
import AkinVectors

/// The two-tower model: options, and the features of both sides.
///
/// A user or an item without a row of features counts as average in every feature.
public struct TwoTower: TrainingMethod {
  /// Layers, epochs, step size and seed.
  public var options: TwoTowerOptions
  /// Features of users; rows of ids that are not in the interactions are ignored.
  public var userFeatures: FeatureTable
  /// Features of items; rows of ids that are not in the interactions are ignored.
  public var itemFeatures: FeatureTable

  /// Creates the method.
  ///
  /// - Parameters:
  ///   - options: Layers, epochs, step size and seed.
  ///   - userFeatures: Features of users.
  ///   - itemFeatures: Features of items.
  public init(options: TwoTowerOptions = TwoTowerOptions(), userFeatures: FeatureTable, itemFeatures: FeatureTable) {
    self.options = options
    self.userFeatures = userFeatures
    self.itemFeatures = itemFeatures
  }

  public var model: Objective.Model { .twoTower }

  public func check() throws { try options.check() }

  public var epochLimit: Int? { options.epochs }

  public func limited(toEpochs epochs: Int) -> TwoTower {
    var method = self
    method.options.epochs = epochs
    return method
  }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try train(interactions, validation: nil, execution: execution)
  }
}
