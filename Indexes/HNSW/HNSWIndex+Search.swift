import AkinExhaustive
import AkinSupport
import AkinVectors

// The steps of a request: check → plan (`HNSWIndex+Plan`) → the exact scan, or the graph (`GraphSearcher+Search`).

extension HNSWIndex {
  /// Returns the items with the best scores that its search plan finds, best first; equal scores come in row order.
  ///
  /// Fewer than `k` only when the filter allows no more; the exact scan answers if the graph finds too few, and a query of zeros by
  /// inner product.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter.
  /// - Complexity: on the graph, about O(`ef` · M · log(`ef`)) and as many distances; at most every item once.
  /// - Throws: `SearchError` for an invalid request or query.
  public func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    if isUndirected(query) { return try exhaustive().nearest(to: query, request) }
    let plan = try buildPlan(request)
    try query.checkQuery(dimension: dimension)
    guard case .graph(let ef) = plan.way else {
      if case .recall(let target) = request.resolvedEffort,
        let found = try listed(to: query, request, target: target)
      {
        return found
      }
      return try exhaustive().nearest(to: query, request)
    }
    guard case .recall(let target) = request.resolvedEffort else { return walk(query, request, ef: ef) }
    return try nearest(to: query, request, target: target, plan)
  }

  /// Whether a query has no direction: then all scores are the biases, so a walk has none either, and the exact scan answers.
  private func isUndirected(_ query: Span<Float>) -> Bool { metric == .innerProduct && query.isZero }

  /// Answers one query by the graph.
  ///
  /// - Parameters:
  ///   - metric: The metric of scores; `nil` takes that of the index.
  ///   - node: The node to begin at, or `nil` for whatever is near the query.
  ///   - omitted: The row of the item that is asked about, which is in no answer.
  func walk(
    _ query: Span<Float>, _ request: SearchRequest, ef: Int, by metric: Metric? = nil, from node: UInt32? = nil,
    omitting omitted: UInt32? = nil
  ) -> [Neighbor] {
    var asked = GraphQuery(request, by: metric ?? self.metric, ef: ef, of: searcher)
    asked.omitted = omitted
    let found = searcher.withContext { context in
      unsafe query.withUnsafeBufferPointer { query in
        // Safe: a query has `dimension` components, at least 1.
        unsafe searcher.search(query.baseAddress!, asked, from: node, context)
      }
    }
    return request.limited(found)
  }

  /// Answers each row of `queries` as ``nearest(to:_:)`` does; for a recall target by the plan of a batch. The answers do not depend on
  /// the threads.
  ///
  /// The table has `min(k, count)` entries a query.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: The request for every query.
  ///   - filter: Returns a filter of a query, given its row, which holds besides that of the request; called from any
  ///     thread, once or more for each query.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: `SearchError`, or `Cancelled`.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable {
    let plan = try buildPlan(request, isBatch: true)
    var undirected: [Int] = []
    for row in 0..<queries.count {
      try queries.withRow(Row(row)) { query throws(SearchError) in
        try query.checkQuery(dimension: dimension, index: row)
        if isUndirected(query) { undirected.append(row) }
      }
    }
    guard !undirected.isEmpty, request.resolvedEffort != .exact else {
      return try answers(toEach: queries, request, plan, filter: filter, execution: execution)
    }
    // The others are checked without these.
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var table = NeighborTable(queryCount: queries.count, k: min(request.k, count))
    let exact = try answers(to: queries, undirected, request, ef: nil, filter: filter, quiet)
    for (place, row) in undirected.enumerated() { table[row] = exact[place] }
    let others = Array(Set(0..<queries.count).subtracting(undirected)).sorted()
    let directed = EmbeddingMatrix(uniformRows: others.map { queries[Row($0)] }, dimension: dimension)
    var own: (@Sendable (_ query: Int) -> RowFilter?)?
    if let filter { own = { filter(others[$0]) } }
    let found = try answers(toEach: directed, request, plan, filter: own, execution: execution)
    for (place, row) in others.enumerated() { table[row] = found[place] }
    return table
  }

  /// Answers each row of `queries`, which are finite, by the plan of a batch.
  private func answers(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, _ plan: SearchPlan,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, execution: Execution
  ) throws -> NeighborTable {
    guard case .graph(let ef) = plan.way else {
      if case .recall(let target) = request.resolvedEffort,
        let table = try listed(toEach: queries, request, target: target, filter: filter, execution: execution)
      {
        return table
      }
      return try exhaustive().nearest(toEach: queries, request, filter: filter, execution: execution)
    }
    guard case .recall(let target) = request.resolvedEffort, queries.count > 0 else {
      return try walk(toEach: queries, request, ef: ef, filter: filter, execution: execution)
    }
    return try nearest(toEach: queries, request, target: target, plan, filter: filter, execution: execution)
  }

  /// Answers each row of `queries`, which are finite, by the graph.
  func walk(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, ef: Int,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, execution: Execution
  ) throws -> NeighborTable {
    let asked = GraphQuery(request, by: metric, ef: ef, of: searcher)
    if filter == nil, isOpposed(asked, queries) {
      return try exhaustive().nearest(toEach: queries, request, filter: nil, execution: execution)
    }
    return try NeighborTable(queryCount: queries.count, k: asked.k, execution: execution) { range, answer in
      guard let filter else {
        return searcher.search(queries, range, asked) { query, found, _ in answer(query, request.limited(found)) }
      }
      for query in range {
        var own = filter(query).map { request.narrowed(by: $0) } ?? request
        // A narrow filter takes the exact scan.
        own.effort = .ef(ef)
        answer(query, try queries.withRow(Row(query)) { try nearest(to: $0, own) })
      }
    }
  }

  /// Whether the shared filter opposes most queries of a batch, by a sample of them: then the exact scan answers all, which it
  /// would for these after a walk in vain.
  private func isOpposed(_ asked: GraphQuery, _ queries: EmbeddingMatrix) -> Bool {
    guard asked.items != nil, queries.count >= 16 else { return false }
    let sample = max(3, min(queries.count / 16, 15))
    return searcher.withContext { context in
      var opposed = 0
      for number in 0..<sample {
        let query = number * queries.count / sample
        // Safe: the query lies inside the matrix.
        _ = unsafe searcher.search(queries.base + query * queries.stride, asked, context)
        opposed += context.isOpposed ? 1 : 0
      }
      return 2 * opposed > sample
    }
  }

  /// Returns the items most similar to an item of the index by ``relatedMetric``, without the item itself.
  ///
  /// - Parameters:
  ///   - row: The embeddings row of the item. A zero vector under cosine has no related items, nor has an unknown row.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: `SearchError` for an invalid request.
  public func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    let plan = try plan(request, for: .related)
    guard case .graph(let ef) = plan.way else {
      return try exhaustive(by: relatedMetric).related(to: row, request)
    }
    return related(to: row, request, ef: ef)
  }

  /// Answers for one item by the graph.
  private func related(to row: Row, _ request: SearchRequest, ef: Int) -> [Neighbor] {
    guard let node = searcher.storage.node(of: row.index) else { return [] }
    return searcher.storage.vectors.withRow(Int(node)) {
      walk($0, request, ef: ef, by: relatedMetric, from: node, omitting: row.index)
    }
  }
}

extension HNSWIndex {
  /// Returns the items most similar to each item of a range of rows, as ``related(to:_:)`` does.
  ///
  /// - Parameters:
  ///   - items: Rows of items.
  ///   - request: The request for every item.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: `SearchError`, or `Cancelled`.
  public func related(
    toEach items: Range<Int>, _ request: SearchRequest, execution: Execution
  ) throws -> NeighborTable {
    let plan = try plan(request, for: .related, isBatch: true)
    guard case .graph(let ef) = plan.way else {
      return try exhaustive(by: relatedMetric).related(toEach: items, request, execution: execution)
    }
    return try NeighborTable(queryCount: items.count, k: min(request.k, count), execution: execution) {
      range, answer in
      for query in range { answer(query, related(to: Row(items.lowerBound + query), request, ef: ef)) }
    }
  }
}

extension SearchRequest {
  /// The items of an answer that reach ``minimumScore``.
  fileprivate func limited(_ found: [Neighbor]) -> [Neighbor] {
    guard let minimumScore else { return found }
    return Array(found.prefix { $0.score >= minimumScore })
  }
}
