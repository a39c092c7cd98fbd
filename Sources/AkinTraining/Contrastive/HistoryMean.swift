import AkinVectors

/// The user of a `contrastive` model: the mean of the items of a history, alike or by weights, damped or at length 1.
enum HistoryMean {
  /// Makes the vector; zeros for an empty history, or without damping for one whose items cancel out.
  ///
  /// With the damping κ it is Σ w x / Σ w · n / (n + κ), where n = (Σ w)² / Σ w² is the number of items of equal weight that say as
  /// much (Kish 1965); with equal weights Σ x / (n + κ).
  ///
  /// - Parameters:
  ///   - items: Vectors of all items.
  ///   - history: Rows of items, ascending.
  ///   - weights: A weight above 0 for each item, of which only proportions matter; `nil` weighs all alike.
  ///   - damping: κ, at least 0; `nil` for the sum at length 1.
  static func user(
    of items: EmbeddingMatrix, _ history: some Sequence<UInt32>, weights: [Float]? = nil, damping: Double?
  ) -> [Float] {
    var sums = [Double](repeating: 0, count: items.dimension)
    let largest = Double(weights?.max() ?? 1)
    var (whole, squares) = (0.0, 0.0)
    for (place, item) in history.enumerated() {
      let weight = weights.map { Double($0[place]) / largest } ?? 1
      whole += weight
      squares += weight * weight
      items.withRow(Row(item)) { q in for k in 0..<q.count { sums[k] += weight * Double(q[k]) } }
    }
    guard let damping, whole > 0 else { return unit(sums) }
    let factor = whole / (whole * whole + damping * squares)
    return sums.map { Float($0 * factor) }
  }

  /// A vector at a length; zeros for one that is almost nothing.
  static func unit(_ sums: [Double], length: Double = 1) -> [Float] {
    let norm = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return sums.map { norm > 1e-6 ? Float($0 / norm * length) : 0 }
  }
}
