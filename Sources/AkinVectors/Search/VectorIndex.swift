import AkinSupport

/// What every index promises, exact or not.
///
/// Results come best first, equal scores in row order; never more than `k`, never a row that the filter leaves out, never a
/// row twice, and as many as there are when fewer than `k` are left. Scores are the float64 score rounded to `Float`
/// (see ``Metric``), the same whichever index answers.
public protocol VectorIndex: Sendable {
  /// How many items there are.
  var count: Int { get }
  /// Components of an item and of a query.
  var dimension: Int { get }
  /// How items are scored.
  var metric: Metric { get }

  /// Chooses how a request is answered: the one place where that is decided.
  ///
  /// - Parameters:
  ///   - request: What is asked.
  ///   - question: Whether a vector or an item of the index is asked about.
  ///   - isBatch: Whether many queries are asked in one call.
  /// - Throws: ``SearchError`` for a request that has no meaning.
  func plan(_ request: SearchRequest, for question: Question, isBatch: Bool) throws(SearchError) -> SearchPlan

  /// Returns the items with the best scores for a vector.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: How many items, how hard to look, and which of them count.
  func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor]

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
  /// - Throws: ``SearchError``, or `Cancelled`.
  func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable

  /// Returns the items most like one of the index's own, by ``relatedMetric``, without itself.
  ///
  /// - Parameters:
  ///   - row: The item's row. An item without a direction (a zero vector under cosine) is like nothing, and so is a row that
  ///     the index does not have.
  ///   - request: How many items, how hard to look, and which of them count.
  func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor]

  /// A copy of an item's vector, or `nil` when there is no such row.
  ///
  /// - Parameter row: The item's row.
  func vector(of row: Row) -> [Float]?
}

extension VectorIndex {
  /// How the index says that two items are alike: its metric, but the cosine for inner products, where a large norm is
  /// popularity and not likeness.
  public var relatedMetric: Metric { metric == .innerProduct ? .cosine : metric }

  /// The exact scan: for an index that knows no other way.
  public func plan(
    _ request: SearchRequest, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    try request.check(count: count)
    return .exact
  }

  /// Answers the queries one by one.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    return try NeighborTable(queryCount: queries.count, k: min(request.k, count), execution: execution) {
      range, answer in
      for query in range {
        var own = request
        if let filter { own.filter = filter(query) }
        answer(query, try queries.withRow(Row(query)) { try nearest(to: $0, own) })
      }
    }
  }

  /// Returns the items with the best scores for a vector.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: How many items, how hard to look, and which of them count.
  public func nearest(to query: [Float], _ request: SearchRequest = SearchRequest()) throws(SearchError) -> [Neighbor] {
    try nearest(to: query.span, request)
  }

  /// Returns the items with the best scores for a vector.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: How many items, how hard to look, and which of them count.
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
  ///   - k: How many, at least 1.
  public func nearest(to query: [Float], k: Int) throws(SearchError) -> [Neighbor] {
    try nearest(to: query.span, SearchRequest(k: k))
  }

  /// Answers each row of `queries` with one request.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: What is asked for each query.
  ///   - execution: Threads, progress in queries, and cancellation.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest = SearchRequest(), execution: Execution = Execution()
  ) throws -> NeighborTable {
    try nearest(toEach: queries, request, filter: nil, execution: execution)
  }

  /// Returns the `k` items most like one of the index's own, with the default effort.
  ///
  /// - Parameters:
  ///   - row: The item's row.
  ///   - k: How many, at least 1.
  public func related(to row: Row, k: Int) throws(SearchError) -> [Neighbor] {
    try related(to: row, SearchRequest(k: k))
  }
}

/// A search that has no meaning.
public enum SearchError: AkinError, Equatable {
  /// `k` must be at least 1.
  case badCount(k: Int)
  /// `ef` must be at least 1.
  case badEffort(ef: Int)
  /// A recall must be above 0 and at most 1.
  case badRecall(Double)
  /// The least score of an answer must be a number.
  case badMinimumScore(Float)
  /// A filter is of a table with another number of rows than the index has items.
  case filterMismatch(expected: Int, found: Int)
  /// The query has another dimension than the items.
  case dimensionMismatch(expected: Int, found: Int)
  /// A component of the query is NaN or infinite. `query` counts the batch's rows from 0.
  case notFinite(query: Int, component: Int)

  public var kind: TroubleKind {
    switch self {
    case .badCount, .badEffort, .badRecall, .badMinimumScore, .filterMismatch: .usage
    case .dimensionMismatch, .notFinite: .badInput
    }
  }

  public var description: String {
    switch self {
    case .badCount(let k): "k must be at least 1, found \(k)"
    case .badEffort(let ef): "ef must be at least 1, found \(ef)"
    case .badRecall(let found): "a recall must be above 0 and at most 1, found \(found)"
    case .badMinimumScore(let found): "a minimum score must be a number, found \(found)"
    case .filterMismatch(let expected, let found):
      "the filter is over \(found) rows, the index has \(expected) items"
    case .dimensionMismatch(let expected, let found):
      "the items have \(expected) dimensions, the query has \(found)"
    case .notFinite(let query, let component):
      "query \(query) has a NaN or an infinity as component \(component); every component must be finite"
    }
  }

  public var help: String? {
    switch self {
    case .badCount: "ask for at least one item, for example -k 10"
    case .badEffort: "ask for at least one candidate, for example --ef 64"
    case .badRecall: "ask for a share of the true neighbours, for example 0.95; 1 is exact"
    case .badMinimumScore, .filterMismatch: nil
    case .dimensionMismatch: "query with vectors from the model that the items came from"
    case .notFinite: nil
    }
  }
}

extension Span<Float> {
  /// Throws unless this is a query of `dimension` finite components; `index` names it in the error.
  package func checkQuery(dimension: Int, index: Int = 0) throws(SearchError) {
    guard count == dimension else { throw .dimensionMismatch(expected: dimension, found: count) }
    // What is not finite has every bit of its exponent set: adding one to that carries into the sign.
    var carries: UInt32 = 0
    for component in 0..<count { carries |= (self[component].bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000 }
    guard carries & 0x8000_0000 != 0 else { return }
    for component in 0..<count where !self[component].isFinite {
      throw .notFinite(query: index, component: component)
    }
  }
}

extension VectorIndex {
  /// Answers each row of `queries` from async code, on threads of its own; see ``nearest(toEach:_:filter:execution:)``.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: What is asked for each query.
  ///   - filter: The filter of a query, given its row, in place of the request's; `nil` takes the request's for all.
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
