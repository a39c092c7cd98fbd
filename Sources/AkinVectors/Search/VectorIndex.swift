import AkinSupport

/// A vector index, exact or approximate.
///
/// Results come best first, equal scores in row order. A result has at most `k` rows, no excluded row and no row twice,
/// and all allowed rows when there are fewer than `k`. Scores are float64 scores rounded to `Float` (see ``Metric``),
/// equal for all indexes.
public protocol VectorIndex: Sendable {
  /// The number of items.
  var count: Int { get }
  /// Components of an item and of a query.
  var dimension: Int { get }
  /// The metric of scores.
  var metric: Metric { get }

  /// Chooses the search plan of a request. All searches use this choice.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - question: The kind of question: nearest or related items.
  ///   - isBatch: Whether one call answers many queries.
  /// - Throws: ``SearchError`` for an invalid request.
  func plan(_ request: SearchRequest, for question: Question, isBatch: Bool) throws(SearchError) -> SearchPlan

  /// Returns the items with the best scores for a vector.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: ``SearchError`` for an invalid request or query.
  func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor]

  /// Answers each row of `queries` as ``nearest(to:_:)`` does. The answers do not depend on the threads.
  ///
  /// The table has `min(k, count)` entries a query.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: The request for every query.
  ///   - filter: Returns a filter of a query, given its row, which holds besides that of the request; called from any
  ///     thread, once or more for each query.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: ``SearchError``, or `Cancelled`.
  func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable

  /// Returns the items most similar to an item of the index by ``relatedMetric``, without the item itself.
  ///
  /// - Parameters:
  ///   - row: The row of the item. A zero vector under cosine has no related items, nor has an unknown row.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: ``SearchError`` for an invalid request.
  func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor]

  /// Returns the items most similar to each item of a range of rows, as ``related(to:_:)`` does. The answers do not depend on the
  /// threads.
  ///
  /// The table has `min(k, count)` entries an item.
  ///
  /// - Parameters:
  ///   - items: Rows of items.
  ///   - request: The request for every item.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: ``SearchError``, or `Cancelled`.
  func related(toEach items: Range<Int>, _ request: SearchRequest, execution: Execution) throws -> NeighborTable

  /// A copy of the vector of an item, or `nil` for an unknown row.
  ///
  /// - Parameter row: The row of the item.
  func vector(of row: Row) -> [Float]?
}

extension VectorIndex {
  /// The metric of related items: the metric of the index, but cosine for inner products, where a large norm means
  /// popularity and not similarity.
  public var relatedMetric: Metric { metric == .innerProduct ? .cosine : metric }

  /// Chooses the exact scan, the default of an index without other searches.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - question: The kind of question: nearest or related items.
  ///   - isBatch: Whether one call answers many queries.
  /// - Throws: ``SearchError`` for an invalid request.
  public func plan(
    _ request: SearchRequest, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    try request.check(count: count)
    return .exact
  }

  /// Answers the queries one by one.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: The request for every query.
  ///   - filter: Returns a filter of a query, given its row, which holds besides that of the request.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: ``SearchError``, or `Cancelled`.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    return try NeighborTable(queryCount: queries.count, k: min(request.k, count), execution: execution) {
      range, answer in
      for query in range {
        let own = filter?(query).map { request.narrowed(by: $0) } ?? request
        answer(query, try queries.withRow(Row(query)) { try nearest(to: $0, own) })
      }
    }
  }

  /// Finds the related items one by one.
  ///
  /// - Parameters:
  ///   - items: Rows of items.
  ///   - request: The request for every item.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: ``SearchError``, or `Cancelled`.
  public func related(
    toEach items: Range<Int>, _ request: SearchRequest, execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    return try NeighborTable(queryCount: items.count, k: min(request.k, count), execution: execution) {
      range, answer in
      for query in range { answer(query, try related(to: Row(items.lowerBound + query), request)) }
    }
  }

  /// Returns the items with the best scores for a vector.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: ``SearchError`` for an invalid request or query.
  public func nearest(to query: [Float], _ request: SearchRequest = SearchRequest()) throws(SearchError) -> [Neighbor] {
    try nearest(to: query.span, request)
  }

  /// Returns the items with the best scores for a vector.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: ``SearchError`` for an invalid request or query.
  @unsafe public func nearest(
    to query: UnsafeBufferPointer<Float>, _ request: SearchRequest = SearchRequest()
  ) throws(SearchError) -> [Neighbor] {
    // Safe: the caller lends the buffer for this call.
    try unsafe nearest(to: Span(_unsafeElements: query), request)
  }

  /// Returns the `k` items with the best scores for a vector, with the default effort.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - k: The number of items, at least 1.
  /// - Throws: ``SearchError`` for an invalid request or query.
  public func nearest(to query: [Float], k: Int) throws(SearchError) -> [Neighbor] {
    try nearest(to: query.span, SearchRequest(k: k))
  }

  /// Answers each row of `queries` with one request.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: The request for every query.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: ``SearchError``, or `Cancelled`.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest = SearchRequest(), execution: Execution = Execution()
  ) throws -> NeighborTable {
    try nearest(toEach: queries, request, filter: nil, execution: execution)
  }

  /// Returns the `k` items most similar to an item of the index, with the default effort.
  ///
  /// - Parameters:
  ///   - row: The row of the item.
  ///   - k: The number of items, at least 1.
  /// - Throws: ``SearchError`` for an invalid request.
  public func related(to row: Row, k: Int) throws(SearchError) -> [Neighbor] {
    try related(to: row, SearchRequest(k: k))
  }
}

extension VectorIndex {
  /// The exact answer to ``related(to:_:)``: the items nearest to the item's own vector, without the item itself.
  ///
  /// - Parameter likeness: The exact index over the same items by ``relatedMetric``.
  package func related(
    to row: Row, _ request: SearchRequest, by likeness: some VectorIndex
  ) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    guard let vector = vector(of: row) else { return [] }
    return try likeness.nearest(to: vector.span, request.excluding(RowSet([row], capacity: count)))
  }
}

extension VectorIndex {
  /// Answers each row of `queries` from async code, on threads of its own; see ``nearest(toEach:_:filter:execution:)``.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: What is asked for each query.
  ///   - filter: Returns a filter of a query, given its row, which holds besides that of the request.
  ///   - threads: Threads to use; 0 means all processors.
  ///   - progress: Hears of progress, from any thread; or `nil`.
  /// - Throws: ``SearchError``; `Cancelled` when the task is cancelled.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest = SearchRequest(),
    filter: (@Sendable (_ query: Int) -> RowFilter?)? = nil, threads: Int = 0,
    progress: (@Sendable (ProgressEvent) -> Void)? = nil
  ) async throws -> NeighborTable {
    try await Execution.run(threads: threads, progress: progress) { execution in
      try nearest(toEach: queries, request, filter: filter, execution: execution)
    }
  }
}
