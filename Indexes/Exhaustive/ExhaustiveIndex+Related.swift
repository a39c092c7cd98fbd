import AkinSupport
import AkinVectors

extension ExhaustiveIndex {
  /// Returns the items most similar to each item of a range of rows, as ``related(to:_:)`` does, from one blocked product.
  ///
  /// - Parameters:
  ///   - items: Rows of items.
  ///   - request: The request for every item; every effort is exact.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: `SearchError`, or `Cancelled`.
  public func related(
    toEach items: Range<Int>, _ request: SearchRequest, execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    // An item is among its own nearest unless others tie with it, so one place more leaves it out without a filter.
    var asked = request
    asked.k = min(request.k, count) + 1
    let found = try byLikeness.nearest(toEach: vectors(of: items), asked, filter: nil, execution: execution)
    var table = NeighborTable(queryCount: items.count, k: min(request.k, count))
    for query in 0..<items.count {
      let own = Row(items.lowerBound + query)
      // An unknown row has nothing related.
      guard position(of: own.index) != nil else { continue }
      table[query] = found[query].filter { $0.row != own }[...]
    }
    return table
  }

  /// A copy of the vectors of a range of rows; zeros for an unknown row.
  private func vectors(of items: Range<Int>) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: items.count, dimension: dimension) { floats, stride in
      guard let base = floats.baseAddress else { return }
      for (place, row) in items.enumerated() {
        guard let position = position(of: UInt32(row)) else { continue }
        // Safe: `floats` has `stride` floats for each of these rows, and the position lies inside the items of the same stride.
        unsafe (base + place * stride).update(from: self.items.base + position * stride, count: dimension)
      }
    }
  }
}
