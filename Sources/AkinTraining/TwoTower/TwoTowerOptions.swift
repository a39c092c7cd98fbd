import AkinSupport
import AkinVectors

/// Options of ``TwoTower``. With u and v the unit vectors that two networks make of the features of a user and of an item, the
/// loss is
///
///     mean over observed pairs of (u · v − y)²
///
/// where y is the value, scaled so that the smallest value is −1 and the largest is 1 (or those of ``range``). Adam (Kingma
/// and Ba 2015) takes a step per batch of pairs, in an order drawn anew each epoch. First weights are uniform (Glorot and Bengio 2010), biases 0.
public struct TwoTowerOptions: Sendable, Equatable {
  /// Components of each vector, and outputs of the last layer; 1 to 1024.
  public var dimensions = 32
  /// Outputs of the layers before the last, each followed by max(0, x); at most 7 layers of 1 to 4096 outputs.
  public var hidden = [256, 128]
  /// Passes over the pairs; 1 to 100,000.
  public var epochs = 30
  /// Adam's step size; above 0.
  public var learningRate = 0.01
  /// Pairs per step; 1 to 65,536.
  public var batch = 32
  /// The values that cosines of −1 and 1 stand for; `nil` takes the smallest and the largest value.
  public var range: ClosedRange<Double>?
  /// The random seed.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    try OptionCheck.positive("learning-rate", learningRate)
    try OptionCheck.whole("batch", batch, in: 1...65_536)
    if let range {
      guard range.lowerBound.isFinite, range.upperBound.isFinite, range.lowerBound < range.upperBound else {
        throw .option(
          name: "range", expected: "two finite numbers, the first below the second",
          found: "\(range.lowerBound) \(range.upperBound)")
      }
    }
    guard hidden.count < Tower.layerLimit, hidden.allSatisfy({ (1...4096).contains($0) }) else {
      throw .option(
        name: "hidden", expected: "at most \(Tower.layerLimit - 1) numbers from 1 to 4096",
        found: hidden.map { String($0) }.joined(separator: ","))
    }
  }

  /// Outputs of each layer.
  var widths: [Int] { hidden + [dimensions] }

  /// The entries of ``TrainedModel/options``.
  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "hidden": .array(hidden.map { .integer(Int64($0)) }),
      "epochs": .integer(Int64(epochs)), "learningRate": .number(learningRate), "batch": .integer(Int64(batch)),
      "seed": .string(String(seed)),
    ]
    facts["range"] = range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
    return facts
  }
}

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
