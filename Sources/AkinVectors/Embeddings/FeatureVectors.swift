/// The vectors of the features of items, or of users, which make a vector from features alone.
///
/// Training learned one vector a feature, such that its inner product with the vector of an item is the target of the
/// feature. See `WALSOptions.sides`.
public struct FeatureVectors: Sendable {
  /// The names of the features, all different.
  public var names: [String]
  /// The offset of the value of each feature: the mean of numbers, 0 for flags.
  public var centres: [Float]
  /// The divisor of the value of each feature: the standard deviation of numbers, 1 for flags. A feature of scale 0 carries
  /// no information.
  public var scales: [Float]
  /// One vector a feature, of the same dimension as the items.
  public var vectors: EmbeddingMatrix
  /// The weight of a feature that an item has.
  public var weight: Double
  /// The weight of a feature that an item does not have, if the item has any.
  public var background: Double

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - names: The names of the features, all different.
  ///   - centres: One offset a feature.
  ///   - scales: One divisor a feature, at least 0.
  ///   - vectors: One vector a feature.
  ///   - weight: The weight of a feature that an item has.
  ///   - background: The weight of a feature that an item does not have.
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

  /// The number of features.
  public var count: Int { names.count }

  /// The largest absolute target, in standard deviations; larger targets are clipped.
  public static let limit: Float = 10

  /// The target of the inner product with the vector of a feature: `(value − centre) / scale`, clipped to ±``limit``.
  /// `nil` for a feature without information.
  ///
  /// - Parameters:
  ///   - feature: The position of the feature.
  ///   - value: The value of the feature.
  public func target(_ feature: Int, value: Float) -> Float? {
    FeatureVectors.target(value, centre: centres[feature], scale: scales[feature])
  }

  package static func target(_ value: Float, centre: Float, scale: Float) -> Float? {
    guard scale > 0, value.isFinite else { return nil }
    // In double, to avoid overflow.
    let target = (Double(value) - Double(centre)) / Double(scale)
    return Float(min(max(target, -Double(limit)), Double(limit)))
  }
}
