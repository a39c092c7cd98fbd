import AkinVectors

/// The user of a `contrastive` model: the sum of the items of a history, alike or by weights, at length 1.
enum HistoryMean {
  /// Makes the vector; zeros for an empty history, or one whose items cancel out.
  ///
  /// - Parameters:
  ///   - items: Vectors of all items.
  ///   - history: Rows of items, ascending.
  ///   - weights: A weight above 0 for each item, of which only proportions matter; `nil` weighs all alike.
  static func user(of items: EmbeddingMatrix, _ history: some Sequence<UInt32>, weights: [Float]? = nil) -> [Float] {
    var sums = [Double](repeating: 0, count: items.dimension)
    let largest = Double(weights?.max() ?? 1)
    for (place, item) in history.enumerated() {
      let weight = weights.map { Double($0[place]) / largest } ?? 1
      items.withRow(Row(item)) { q in for k in 0..<q.count { sums[k] += weight * Double(q[k]) } }
    }
    return unit(sums)
  }

  /// A vector at length 1; zeros for one that is almost nothing.
  static func unit(_ sums: [Double]) -> [Float] {
    let norm = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return sums.map { norm > 1e-6 ? Float($0 / norm) : 0 }
  }
}
