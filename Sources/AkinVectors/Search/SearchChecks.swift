// What is checked of queries before a search, and of answers after it.

extension Span<Float> {
  /// Throws unless the query has `dimension` finite components; `index` is its row in the error.
  package func checkQuery(dimension: Int, index: Int = 0) throws(SearchError) {
    guard count == dimension else { throw .dimensionMismatch(expected: dimension, found: count) }
    // A value that is not finite has all exponent bits set: adding one to them carries into the sign.
    var carries: UInt32 = 0
    for component in 0..<count { carries |= (self[component].bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000 }
    guard carries & 0x8000_0000 != 0 else { return }
    for component in 0..<count where !self[component].isFinite {
      throw .notFinite(query: index, component: component)
    }
  }

  /// Whether all components are zero.
  package var isZero: Bool {
    for component in 0..<count where self[component] != 0 { return false }
    return true
  }
}

extension VectorIndex {
  /// Throws where the scores of an answer, best first, do not fit `Float`, so that their order says nothing: an index itself
  /// returns infinities and zeros there.
  ///
  /// - Parameters:
  ///   - found: The answer.
  ///   - query: The query, and its row in the batch.
  /// - Complexity: O(1), unless the best score is nearly 0: O(*dimension*).
  package func checkScores(
    _ found: some BidirectionalCollection<Neighbor>, of query: Span<Float>, index: Int = 0
  ) throws(SearchError) {
    guard metric != .cosine, let best = found.first, let last = found.last else { return }
    if !best.score.isFinite || !last.score.isFinite { throw .scoreOutOfRange(query: index) }
    // Products below 2⁻¹¹⁰ have lost digits that decide between items. True zeros are zeros.
    guard metric == .innerProduct, best.score.magnitude < 0x1p-110, let vector = vector(of: best.row) else { return }
    var product = 0.0
    for component in 0..<query.count { product += Double(query[component]) * Double(vector[component]) }
    if product != 0 && product.magnitude < 0x1p-110 { throw .scoreOutOfRange(query: index) }
  }
}
