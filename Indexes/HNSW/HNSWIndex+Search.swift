import AkinExhaustive
import AkinSupport
import AkinVectors

// A request's way: check → plan (`HNSWIndex+Plan`) → the exact scan, or the graph (`GraphSearcher+Search`).

extension HNSWIndex {
  /// Returns the items with the best scores that the way of its plan finds, best first; equal scores come in row order.
  ///
  /// Fewer than `k` only when no more are let in; should the graph find too few, the exact scan answers.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: How many items, how hard to look, and which of them count.
  /// - Complexity: By the graph about O(`ef` · M · log(`ef`)) and as many distances; at most every item once.
  public func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    let plan = try plan(request)
    try query.checkQuery(dimension: dimension)
    guard case .graph(let ef) = plan.way else { return try exhaustive().nearest(to: query, request) }
    let asked = GraphQuery(by: metric, k: request.k, ef: ef, filter: request.filter, count: count)
    let found = searcher.withContexts(1) { contexts in
      unsafe query.withUnsafeBufferPointer { query in
        // Safe: a query has `dimension` components, at least 1.
        unsafe searcher.search(query.baseAddress!, asked, contexts[0])
      }
    }
    return request.limited(found)
  }

  /// Answers each row of `queries` as ``nearest(to:_:)`` would. The answers do not depend on the threads.
  ///
  /// The table has `min(k, count)` places a query.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: What is asked for each query.
  ///   - filter: The filter of a query, given its row, in place of the request's; called from any thread, once or more for
  ///     each query. `nil` takes the request's filter for all.
  ///   - execution: Threads, progress in queries, and cancellation.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable {
    guard case .graph(let ef) = try plan(request, isBatch: true).way else {
      return try exhaustive().nearest(toEach: queries, request, filter: filter, execution: execution)
    }
    for row in 0..<queries.count {
      try queries.withRow(Row(row)) { query throws(SearchError) in
        try query.checkQuery(dimension: dimension, index: row)
      }
    }
    let asked = GraphQuery(by: metric, k: request.k, ef: ef, filter: request.filter, count: count)
    return try NeighborTable(queryCount: queries.count, k: asked.k, execution: execution) { range, answer in
      guard let filter else {
        return searcher.search(queries, range, asked) { query, found, _ in answer(query, request.limited(found)) }
      }
      for query in range {
        var own = request
        own.filter = filter(query)
        answer(query, try queries.withRow(Row(query)) { try nearest(to: $0, own) })
      }
    }
  }

  /// Returns the items most like one of the index's own, by ``relatedMetric``, without itself.
  ///
  /// - Parameters:
  ///   - row: The item's embeddings row. An item without a direction (a zero vector under cosine) is like nothing, and so
  ///     is a row that the index does not have.
  ///   - request: How many items, how hard to look, and which of them count.
  public func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    let plan = try plan(request, for: .related)
    guard let node = searcher.storage.node(of: row.index) else { return [] }
    let request = request.excluding(RowSet([row], capacity: count))
    guard case .graph(let ef) = plan.way else {
      guard let vector = vector(of: row) else { return [] }
      return try exhaustive(by: relatedMetric).nearest(to: vector.span, request)
    }
    let asked = GraphQuery(by: relatedMetric, k: request.k, ef: ef, filter: request.filter, count: count)
    let items = searcher.storage.items
    let found = searcher.withContexts(1) { contexts in
      // Safe: the node lies inside the matrix.
      unsafe searcher.search(items.base + Int(node) * items.stride, asked, from: node, contexts[0])
    }
    return request.limited(found)
  }
}

extension SearchRequest {
  /// Those of an answer that reach ``minimumScore``.
  fileprivate func limited(_ found: [Neighbor]) -> [Neighbor] {
    guard let minimumScore else { return found }
    return Array(found.prefix { $0.score >= minimumScore })
  }
}
