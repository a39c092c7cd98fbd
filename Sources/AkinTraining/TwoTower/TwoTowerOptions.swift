import AkinSupport
import AkinVectors

/// What the two-tower content model minimises: with u and v the vectors of length 1 that two networks make of a user's
/// and of an item's features,
///
///     mean over the observed pairs of (u · v − y)²
///
/// where y is the value, the smallest of the training at −1 and the largest at 1. Adam takes a step for each batch of
/// pairs, in an order drawn anew each epoch; weights start uniform as Glorot and Bengio (2010) have it, biases at 0.
public struct TwoTowerOptions: Sendable, Equatable {
  /// Components of each vector: the last layer's outputs.
  public var dimensions = 32
  /// Outputs of the layers before it, each followed by max(0, x).
  public var hidden = [256, 128]
  /// How often all pairs are visited.
  public var epochs = 30
  /// Adam's step size.
  public var learningRate = 0.01
  /// Pairs of one step.
  public var batch = 32
  /// What all random numbers start from.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// Throws ``TrainingError/option(name:expected:found:)`` when an option has no meaning.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    try OptionCheck.positive("learning-rate", learningRate)
    try OptionCheck.whole("batch", batch, in: 1...65_536)
    guard hidden.count < Tower.layerLimit, hidden.allSatisfy({ (1...4096).contains($0) }) else {
      throw .option(
        name: "hidden", expected: "at most \(Tower.layerLimit - 1) numbers from 1 to 4096",
        found: hidden.map { String($0) }.joined(separator: ","))
    }
  }

  /// The outputs of each layer.
  var widths: [Int] { hidden + [dimensions] }

  var record: [String: JSONValue] {
    [
      "dimensions": .integer(Int64(dimensions)), "hidden": .array(hidden.map { .integer(Int64($0)) }),
      "epochs": .integer(Int64(epochs)), "learningRate": .number(learningRate), "batch": .integer(Int64(batch)),
      "seed": .string(String(seed)),
    ]
  }
}

/// The two-tower content model: its options, and the features of both sides.
///
/// Users and items without a row of features are taken as average in every one of them.
public struct TwoTower: TrainingMethod {
  /// What is minimised, and how.
  public var options: TwoTowerOptions
  /// What is known of users; rows of others than those of the interactions are left out.
  public var userFeatures: FeatureTable
  /// What is known of items, likewise.
  public var itemFeatures: FeatureTable

  /// Creates the method.
  public init(options: TwoTowerOptions = TwoTowerOptions(), userFeatures: FeatureTable, itemFeatures: FeatureTable) {
    self.options = options
    self.userFeatures = userFeatures
    self.itemFeatures = itemFeatures
  }

  public var model: Objective.Model { .twoTower }

  public func check() throws { try options.check() }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try train(interactions, validation: nil, execution: execution)
  }
}
