import AkinVectors

/// The user of an `elsa` model: the sum of the items of a history, alike or by values.
struct HistorySum: Sendable {
  /// Whether items weigh what their values are, over the largest; else 1 for a value above 0.
  let isWeighed: Bool

  /// The weight of each item, 0 to 1.
  ///
  /// - Parameter values: Values of at least 0.
  func weights(_ values: some Sequence<Float>) -> [Double] {
    guard isWeighed else { return values.map { $0 > 0 ? 1 : 0 } }
    let largest = Double(values.max() ?? 0)
    return values.map { $0 > 0 ? Double($0) / largest : 0 }
  }

  /// Makes the vector; zeros for a history without a value above 0.
  ///
  /// - Parameters:
  ///   - items: Vectors of all items.
  ///   - history: Rows of items.
  ///   - values: Their values.
  func user(of items: EmbeddingMatrix, _ history: some Sequence<UInt32>, _ values: some Sequence<Float>) -> [Float] {
    var sums = [Double](repeating: 0, count: items.dimension)
    for (item, weight) in zip(history, weights(values)) where weight > 0 {
      items.withRow(Row(item)) { q in for k in 0..<q.count { sums[k] += weight * Double(q[k]) } }
    }
    return sums.map { Float($0) }
  }
}
