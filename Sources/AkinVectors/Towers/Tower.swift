import AkinSupport

/// A network that makes a vector of features, so that whoever has features has a vector: one of the two towers of the
/// model of that name.
///
/// Each feature is standardised, `(value − mean) · scale`; each layer but the last is `max(0, Wᵀx + b)`, the last
/// `Wᵀx + b`; and the result is divided by its length, which counts as 10⁻⁶ when it is shorter.
public struct Tower: Sendable, Equatable {
  /// The features' names, in the order of the inputs, all different.
  public let names: [String]
  /// What is taken off each feature.
  public let means: [Float]
  /// What each feature is then multiplied by; 0 for one that was constant in training, and so says nothing.
  public let scales: [Float]
  /// The outputs of each layer; the last is the vectors' dimension.
  public let widths: [Int]
  /// Layer after layer the weights, input by input with one number an output, then one bias an output.
  public let weights: [Float]

  /// The most layers that a tower may have.
  public static let layerLimit = 8
  /// The most features, and outputs of a layer, that a tower may have.
  public static let widthLimit = 65_536
  /// The most weights that a tower may have: 4 GiB of them.
  public static let weightLimit = 1 << 30

  /// Creates a tower from its parts, which must fit one another.
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

  /// Components of the vectors that it makes.
  public var dimension: Int { widths[widths.count - 1] }

  /// How many weights and biases a tower of some shape has; `nil` for a shape that no tower has.
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

  /// The vector of some features; those without a value are 0, and those that the tower does not know are left out.
  ///
  /// - Returns: `dimension` numbers of length 1; zeros when the network comes to no finite number.
  public func vector(of features: [String: Float]) -> [Float] {
    // The order of `names` decides, not that of the dictionary.
    var columns: [UInt32] = []
    var values: [Float] = []
    for (place, name) in names.enumerated() {
      guard let value = features[name], value != 0, value.isFinite else { continue }
      columns.append(UInt32(place))
      values.append(value)
    }
    let rows = FeatureRows(offsets: [0, columns.count], columns: columns, values: values)
    // One row is one chunk on the caller's thread, and nothing can cancel it.
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
  /// The one that makes users' vectors.
  public var users: Tower
  /// The one that makes items' vectors.
  public var items: Tower

  /// Creates a pair.
  public init(users: Tower, items: Tower) {
    self.users = users
    self.items = items
  }
}

/// Sparse rows of features, by the inputs of a tower.
package struct FeatureRows: Sendable {
  /// `offsets[r]..<offsets[r + 1]` is the place of row `r`; one more than there are rows.
  package let offsets: [Int]
  /// Inputs of each row, all different within it.
  package let columns: [UInt32]
  /// Their values, finite.
  package let values: [Float]
  /// Whether anything is known of each row: what is not known is taken as average. `nil` when all are.
  package let isKnown: [Bool]?

  package init(offsets: [Int], columns: [UInt32], values: [Float], isKnown: [Bool]? = nil) {
    self.offsets = offsets
    self.columns = columns
    self.values = values
    self.isKnown = isKnown
  }

  /// How many rows there are.
  package var count: Int { offsets.count - 1 }
}
