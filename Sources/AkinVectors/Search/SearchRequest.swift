/// A request to an index: number of items, search effort, filter and minimum score.
///
///     var request = SearchRequest(k: 20, effort: .recall(0.99))
///     request.filter = .only(inStock)
///     request.excluded = seen
///
/// All indexes take the same request, for one query or a batch. An exhaustive index answers every effort exactly.
public struct SearchRequest: Sendable, Equatable {
  /// The number of items to return, at least 1; may exceed the number of items.
  public var k: Int
  /// The search effort; `nil` takes ``defaultEffort(k:)``.
  public var effort: SearchEffort?
  /// The rows that may be in the answer; `nil` allows all. An index prepares a filter once for all requests that share it.
  public var filter: RowFilter?
  /// Rows that must not be in the answer, besides ``filter``: those that one user has seen.
  public var excluded: RowSet?
  /// The smallest score of an item in the answer (see ``Metric``); `nil` sets no limit.
  public var minimumScore: Float?
  /// Whether the exact scan answers where the graph cannot promise a recall target; otherwise the search throws
  /// ``SearchError/recallNotPromised(_:k:)``. For callers that cannot wait for an exact scan.
  public var allowsExactFallback = true
  /// Whether an index prepares ``filter`` however few rows it excludes: for rows that lie among the others everywhere, such as
  /// deleted ones, of which a walk meets few.
  package var alwaysPreparesFilter = false

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - k: The number of items to return, at least 1.
  ///   - effort: The search effort; `nil` takes ``defaultEffort(k:)``.
  ///   - filter: The rows that may be in the answer; `nil` allows all.
  ///   - minimumScore: The smallest score of an item in the answer; `nil` sets no limit.
  public init(
    k: Int = 10, effort: SearchEffort? = nil, filter: RowFilter? = nil, minimumScore: Float? = nil
  ) {
    self.k = k
    self.effort = effort
    self.filter = filter
    self.minimumScore = minimumScore
  }

  /// The default `ef`, unless `k` is larger.
  public static let defaultEf = 64

  /// The default effort: an `ef` of ``defaultEf``, or of `k` if larger.
  ///
  /// - Parameter k: The number of items to return.
  public static func defaultEffort(k: Int) -> SearchEffort { .ef(max(k, defaultEf)) }

  /// The effort of the request, or the default.
  public var resolvedEffort: SearchEffort { effort ?? SearchRequest.defaultEffort(k: k) }

  /// The request that excludes more rows.
  ///
  /// - Parameter rows: Rows of the index, as a set with its `count` as the capacity.
  public func excluding(_ rows: RowSet) -> SearchRequest {
    var request = self
    request.excluded = rows
    if let excluded, excluded.capacity == rows.capacity { request.excluded?.formUnion(excluded) }
    return request
  }

  /// The request with a filter of one query besides its own.
  package func narrowed(by own: RowFilter) -> SearchRequest {
    guard own.letsIn else { return excluding(own.rows) }
    var request = self
    // Filters over unlike numbers of rows do not join: the check of the request finds the one that is wrong.
    request.filter = filter.map { $0.rows.capacity == own.rows.capacity ? $0.and(own) : own } ?? own
    request.alwaysPreparesFilter = false
    return request
  }

  /// The rows that may be in the answer to a query, with a filter of its own; `nil` allows all.
  package func allowedRows(and own: RowFilter? = nil) -> AllowedRows? {
    guard let excluded else { return AllowedRows(filter, and: own) }
    return AllowedRows(filter, and: own?.excluding(excluded) ?? .excluding(excluded))
  }

  /// Throws when the exact scan may not answer in place of the graph.
  package func checkFallback() throws(SearchError) {
    guard !allowsExactFallback, case .recall(let recall) = resolvedEffort else { return }
    throw .recallNotPromised(recall, k: k)
  }

  /// Throws when the request is invalid for an index of `count` items.
  package func check(count: Int) throws(SearchError) {
    guard k >= 1 else { throw .badCount(k: k) }
    switch resolvedEffort {
    case .ef(let ef): guard ef >= 1 else { throw .badEffort(ef: ef) }
    case .recall(let recall): guard recall > 0, recall <= 1 else { throw .badRecall(recall) }
    case .exact: break
    }
    if let minimumScore, minimumScore.isNaN { throw .badMinimumScore(minimumScore) }
    for rows in [filter?.rows, excluded] {
      if let rows, rows.capacity != count { throw .filterMismatch(expected: count, found: rows.capacity) }
    }
  }
}

/// The effort of a search for the best items.
public enum SearchEffort: Sendable, Equatable {
  /// The number of nearest candidates that a graph search expands (`ef` of the HNSW paper, Malkov and Yashunin 2018),
  /// at least 1.
  ///
  /// A larger `ef` misses fewer true neighbours and takes longer, roughly in proportion. It may be smaller than `k`,
  /// where low recall is enough.
  case ef(Int)
  /// The mean share of the true `k` best in an answer over many queries (recall): above 0 and at most 1, which is
  /// exact. The index chooses the cheapest plan that supports the target by measurement.
  case recall(Double)
  /// Exact scan: scores every item that could be in the answer.
  case exact
}
