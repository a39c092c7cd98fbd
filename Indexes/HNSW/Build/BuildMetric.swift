import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The vectors among which edges are chosen, by metric.
///
/// - Euclidean: the items themselves.
/// - Cosine: the items at length 1.
/// - Inner product: (vector, bias) at length 1. Edges between raw inner-product neighbours all lead to the few largest
///   items, and a walk over them stalls (Morozov and Babenko 2018); edges between directions reach every item, the walk
///   follows the true score over them, and it starts from the best of the largest items. The same edges serve the cosine view.
enum BuildMetric {
  /// How many of the items of largest norm a search by inner product scores before it walks (``GraphStorage/prefix(ef:)``):
  /// most answers are among them.
  private static let prefix = 512

  /// The same for items whose norms are as these: none where norms hardly differ, since any item may be the answer then.
  ///
  /// - Parameter norms: As nodes stand: falling, but for biases.
  static func minimumPrefix(norms: [Float], biases: [Float]?) -> Int {
    let count = norms.count
    let isFlat = biases == nil && count > 0 && norms[count / 2] > 0.7 * norms[count / 100]
    // A scan of few is the answer, however long they are.
    return isFlat && count > 4 * prefix ? 0 : min(count, prefix)
  }

  /// Vectors that take fewer bytes than this stay in the second cache as they are; others are linked by codes, whether the
  /// index has codes or not.
  private static let leastCodedBytes = 1 << 20

  /// The vectors that items are linked by. By codes it keeps nothing of `items`.
  ///
  /// - Parameters:
  ///   - codes: Those that the index will be searched by, where they are of these vectors.
  ///   - leastCodedBytes: See ``RowCodes``; what is less than ours holds.
  static func vectors(
    of items: EmbeddingMatrix, biases: [Float]?, metric: Metric, codes: RowCodes?, leastCodedBytes: Int,
    kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws -> BuildVectors {
    // Directions have the codes of cosine; with a bias they have one component more, so they are vectors of their own.
    let isPlain = metric == .euclidean || biases != nil
    let matrix = biases == nil ? items : directions(of: items, biases: biases)
    let codes =
      try unsafe codes
      ?? RowCodes.fit(
        of: matrix, metric: isPlain ? .euclidean : .cosine,
        leastBytes: min(leastCodedBytes, Self.leastCodedBytes), kernels: kernels, execution: execution)
    if let codes { return unsafe BuildVectors(codes, kernels: kernels) }
    return unsafe BuildVectors(isPlain ? matrix : directions(of: items, biases: nil), kernels: kernels)
  }

  /// The items at length 1, with their bias as one more component where they have one.
  private static func directions(of items: EmbeddingMatrix, biases: [Float]?) -> EmbeddingMatrix {
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
