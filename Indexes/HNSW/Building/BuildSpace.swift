import AkinVectors

/// The vectors among which edges are chosen, by metric.
///
/// - Euclidean: the items themselves.
/// - Cosine: the items at length 1.
/// - Inner product: (vector, bias) at length 1. Edges between raw inner-product neighbours all lead to the few largest
///   items, and a walk over them stalls (Morozov and Babenko 2018); edges between directions reach every item, the walk
///   follows the true score over them, and it starts from the best of the largest items. The same edges serve the cosine view.
enum BuildSpace {
  /// How many of the largest items a search by inner product scores at least before it walks: their vectors stay in cache,
  /// and most answers are among them.
  static let seeds = 512

  static func make(_ items: EmbeddingMatrix, biases: [Float]?, metric: Metric) -> EmbeddingMatrix {
    if metric == .euclidean { return items }
    let dimension = items.dimension + (biases == nil ? 0 : 1)
    return unsafe EmbeddingMatrix(count: items.count, dimension: dimension) { floats, stride in
      for node in 0..<items.count {
        items.withRow(Row(node)) { vector in
          let bias = biases?[node] ?? 0
          var square = Double(bias) * Double(bias)
          for component in 0..<vector.count { square += Double(vector[component]) * Double(vector[component]) }
          // A zero vector stays at the origin, as far from all as they are from each other on average.
          let scale = square > 0 ? 1 / square.squareRoot() : 0
          for component in 0..<vector.count {
            unsafe floats[node * stride + component] = Float(Double(vector[component]) * scale)
          }
          if biases != nil { unsafe floats[node * stride + items.dimension] = Float(Double(bias) * scale) }
        }
      }
    }
  }
}

extension EmbeddingMatrix {
  /// A copy whose row `i` is row `rows[i]` of this matrix.
  func reordered(_ rows: [UInt32]) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      guard let target = floats.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        // Safe: both matrices have this dimension, so this stride.
        unsafe (target + place * stride).update(from: base + Int(row) * stride, count: stride)
      }
    }
  }
}
