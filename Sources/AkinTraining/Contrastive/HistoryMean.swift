import AkinVectors

/// The user of a `contrastive` model: the sum of the items of a history, at length 1.
enum HistoryMean {
  /// Makes the vector; zeros for an empty history, or one whose items cancel out.
  ///
  /// - Parameters:
  ///   - items: Vectors of all items.
  ///   - history: Rows of items, ascending.
  static func user<Rows: Sequence<UInt32>>(of items: EmbeddingMatrix, _ history: Rows) -> [Float] {
    var sums = [Double](repeating: 0, count: items.dimension)
    for item in history {
      items.withRow(Row(item)) { q in for k in 0..<q.count { sums[k] += Double(q[k]) } }
    }
    return unit(sums)
  }

  /// A vector at length 1; zeros for one that is almost nothing.
  static func unit(_ sums: [Double]) -> [Float] {
    let norm = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return sums.map { norm > 1e-6 ? Float($0 / norm) : 0 }
  }
}
