import AkinSupport

/// A network from features to a vector: one of the two towers of the two-tower model.
///
/// Each feature is standardised, `(value − mean) · scale`. Each layer except the last is `max(0, Wᵀx + b)`, the last
/// `Wᵀx + b`. The result is divided by its length, or by 10⁻⁶ if that is larger.
public struct Tower: Sendable, Equatable {
  /// The names of the features, in the order of the inputs, all different.
  public let names: [String]
  /// The mean of each feature, subtracted first.
  public let means: [Float]
  /// The factor of each feature; 0 for a feature that was constant in training and carries no information.
  public let scales: [Float]
  /// The outputs of each layer; the last is the dimension of the vectors.
  public let widths: [Int]
  /// Layer by layer: the weights, one row of outputs for each input, then one bias an output.
  public let weights: [Float]

  /// The largest number of layers.
  public static let layerLimit = 8
  /// The largest number of features, and of outputs of a layer.
  public static let widthLimit = 65_536
  /// The largest number of weights: 4 GiB.
  public static let weightLimit = 1 << 30

  /// Creates a tower from parts of matching sizes.
  ///
  /// - Parameters:
  ///   - names: The names of the features.
  ///   - means: The mean of each feature.
  ///   - scales: The factor of each feature.
  ///   - widths: The outputs of each layer.
  ///   - weights: The weights and biases of all layers.
  public init(names: [String], means: [Float], scales: [Float], widths: [Int], weights: [Float]) {
    precondition(names.count == means.count && names.count == scales.count, "each feature has a mean and a scale")
    precondition(
      weights.count == Tower.weightCount(features: names.count, widths: widths), "the weights fit the layers")
    self.names = names
    self.means = means
    self.scales = scales
    self.widths = widths
    self.weights = weights
  }

  /// Components of the vectors.
  public var dimension: Int { widths[widths.count - 1] }

  /// The number of weights and biases of a shape; `nil` for an invalid shape.
  ///
  /// - Parameters:
  ///   - features: The number of features.
  ///   - widths: The outputs of each layer.
  public static func weightCount(features: Int, widths: [Int]) -> Int? {
    guard (0...widthLimit).contains(features), (1...layerLimit).contains(widths.count) else { return nil }
    var inputs = features
    var sum = 0
    for outputs in widths {
      guard (1...widthLimit).contains(outputs) else { return nil }
      // At most 8 × (2³² + 2¹⁶).
      sum += (inputs + 1) * outputs
      inputs = outputs
    }
    return sum <= weightLimit ? sum : nil
  }

  /// The vector of some features. Missing features count as 0; unknown features are ignored.
  ///
  /// - Parameter features: The values by name.
  /// - Returns: `dimension` numbers of length 1; zeros when the output of the network is not finite.
  public func vector(of features: [String: Float]) -> [Float] {
    // In the order of `names`, not of the dictionary.
    var columns: [UInt32] = []
    var values: [Float] = []
    for (place, name) in names.enumerated() {
      guard let value = features[name], value != 0, value.isFinite else { continue }
      columns.append(UInt32(place))
      values.append(value)
    }
    let rows = FeatureRows(offsets: [0, columns.count], columns: columns, values: values)
    // One row is one chunk on the calling thread, and nothing can cancel it.
    guard let matrix = try? vectors(of: rows, execution: Execution(threads: 1)) else { return [] }
    return matrix[Row(0)]
  }

  /// The vectors of many rows of features.
  ///
  /// A row's vector does not depend on the rows beside it, nor on the number of threads.
  ///
  /// - Parameter rows: Rows whose columns are this tower's inputs.
  /// - Throws: ``Cancelled``.
  /// - Complexity: O(*weights*) for each row.
  package func vectors(of rows: FeatureRows, execution: Execution) throws -> EmbeddingMatrix {
    try TowerNetwork(self).vectors(of: rows, execution: execution)
  }
}

/// Both towers of a model.
public struct Towers: Sendable, Equatable {
  /// The tower of users.
  public var users: Tower
  /// The tower of items.
  public var items: Tower

  /// Creates a pair.
  ///
  /// - Parameters:
  ///   - users: The tower of users.
  ///   - items: The tower of items.
  public init(users: Tower, items: Tower) {
    self.users = users
    self.items = items
  }
}

/// Sparse rows of features, by the inputs of a tower.
package struct FeatureRows: Sendable {
  /// `offsets[r]..<offsets[r + 1]` is the range of row `r`; one element more than rows.
  package let offsets: [Int]
  /// Inputs of each row, all different within it.
  package let columns: [UInt32]
  /// Their values, finite.
  package let values: [Float]
  /// Whether each row has known features; rows without are taken as average. `nil` means all.
  package let isKnown: [Bool]?

  package init(offsets: [Int], columns: [UInt32], values: [Float], isKnown: [Bool]? = nil) {
    self.offsets = offsets
    self.columns = columns
    self.values = values
    self.isKnown = isKnown
  }

  /// The number of rows.
  package var count: Int { offsets.count - 1 }
}
