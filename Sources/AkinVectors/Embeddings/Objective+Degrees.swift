extension Objective {
  /// The exponents of degrees in a model of the table whose entries are weight / (user degree^user × item degree^item).
  ///
  /// The degree of a user or an item is the sum of its weights.
  public struct DegreeExponents: Sendable, Equatable {
    /// The exponent of the user's degree, which divides the user's row.
    public var user: Double
    /// The exponent of the item's degree, which divides the item's column.
    public var item: Double
    /// The exponent of the item's degree that multiplies the item's singular vector to make its embedding.
    public var score: Double

    /// Creates the exponents.
    ///
    /// - Parameters:
    ///   - user: The exponent of the user's degree.
    ///   - item: The exponent of the item's degree.
    ///   - score: The exponent of the item's degree in the item's embedding.
    public init(user: Double = 0.5, item: Double = 0.5, score: Double = 0.5) {
      self.user = user
      self.item = item
      self.score = score
    }
  }
}
