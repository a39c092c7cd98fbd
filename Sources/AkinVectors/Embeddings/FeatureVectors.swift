/// Vectors of the features of items, or of users: what turns features alone into a vector of an item, or of a user.
///
/// Training learned one vector a feature, such that its inner product with an item's vector is what the item has of the
/// feature. See `WALSOptions.sides`.
public struct FeatureVectors: Sendable {
  /// The features' names, all different.
  public var names: [String]
  /// What is taken off a feature's value, and what it is divided by then: the mean and the standard deviation of numbers,
  /// 0 and 1 for flags. A feature whose scale is 0 says nothing.
  public var centres: [Float]
  public var scales: [Float]
  /// One vector a feature, with the items' dimension.
  public var vectors: EmbeddingMatrix
  /// The weight of a feature that an item has.
  public var weight: Double
  /// The weight of a feature that an item does not have, when it has any.
  public var background: Double

  /// Creates a table.
  public init(
    names: [String], centres: [Float], scales: [Float], vectors: EmbeddingMatrix, weight: Double, background: Double
  ) {
    self.names = names
    self.centres = centres
    self.scales = scales
    self.vectors = vectors
    self.weight = weight
    self.background = background
  }

  /// How many features there are.
  public var count: Int { names.count }

  /// The largest target, in standard deviations; larger ones are cut off.
  public static let limit: Float = 10

  /// What the inner product with a feature's vector is to be, from the feature's value: `(value − centre) / scale`, at
  /// most ``limit`` in size. `nil` for a feature that says nothing.
  public func target(_ feature: Int, value: Float) -> Float? {
    FeatureVectors.target(value, centre: centres[feature], scale: scales[feature])
  }

  package static func target(_ value: Float, centre: Float, scale: Float) -> Float? {
    guard scale > 0, value.isFinite else { return nil }
    // In double, so that nothing overflows on the way.
    let target = (Double(value) - Double(centre)) / Double(scale)
    return Float(min(max(target, -Double(limit)), Double(limit)))
  }
}
