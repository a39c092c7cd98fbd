import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The vectors for the selection of edges, by metric.
///
/// - Euclidean: the items themselves.
/// - Cosine: the normalised items.
/// - Inner product: the normalised (vector, bias). Edges between raw inner-product neighbours all lead to the few
///   largest items, and a walk over them stalls (Morozov and Babenko 2018). Edges between directions reach every item;
///   the walk follows the true score over them and starts from the best of the largest items. The cosine search uses
///   the same edges.
enum BuildMetric {
  /// The number of items of largest norm that a search by inner product scores before its walk
  /// (``GraphStorage/prefix(ef:)``): most answers are among them.
  private static let prefix = 512

  /// The minimum prefix for items with these norms: 0 where norms hardly differ, since any item may then be the answer.
  ///
  /// - Parameter norms: The norms by node: falling, except for biases.
  static func minimumPrefix(norms: [Float], biases: [Float]?) -> Int {
    let count = norms.count
    let isFlat = biases == nil && count > 0 && norms[count / 2] > 0.7 * norms[count / 100]
    // A scan of few items is the answer, whatever their norms.
    return isFlat && count > 4 * prefix ? 0 : min(count, prefix)
  }

  /// Vectors of fewer bytes stay in the second-level cache uncoded; the build links larger ones by codes, whether or
  /// not the index has codes.
  private static let leastCodedBytes = 1 << 20

  /// The vectors for linking. With codes, it retains nothing of `items`.
  ///
  /// - Parameters:
  ///   - codes: The search codes of the index, if they code the same vectors.
  ///   - leastCodedBytes: See ``RowCodes``; the smaller of this and the limit above applies.
  static func vectors(
    of items: EmbeddingMatrix, biases: [Float]?, metric: Metric, codes: RowCodes?, leastCodedBytes: Int,
    kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws -> BuildVectors {
    // Directions have the codes of cosine; with a bias they have one more component, so they need codes of their own.
    let isPlain = metric == .euclidean || biases != nil
    let matrix = biases == nil ? items : directions(of: items, biases: biases)
    let codes =
      try unsafe codes
      ?? RowCodes.fit(
        of: matrix, metric: isPlain ? .euclidean : .cosine,
        leastBytes: min(leastCodedBytes, Self.leastCodedBytes), kernels: kernels, execution: execution)
    if let codes { return BuildVectors(codes) }
    return unsafe BuildVectors(isPlain ? matrix : directions(of: items, biases: nil), kernels: kernels)
  }

  /// The normalised items, with their bias as one more component where they have one.
  private static func directions(of items: EmbeddingMatrix, biases: [Float]?) -> EmbeddingMatrix {
    let dimension = items.dimension + (biases == nil ? 0 : 1)
    return unsafe EmbeddingMatrix(count: items.count, dimension: dimension) { floats, stride in
      for node in 0..<items.count {
        items.withRow(Row(node)) { vector in
          let bias = biases?[node] ?? 0
          var square = Double(bias) * Double(bias)
          for component in 0..<vector.count { square += Double(vector[component]) * Double(vector[component]) }
          // A zero vector stays at the origin, at an equal distance from all others on average.
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
