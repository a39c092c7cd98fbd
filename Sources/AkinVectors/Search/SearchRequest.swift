/// What is asked of an index: how many items, how hard to look for them, and which of them count.
///
///     var request = SearchRequest(k: 20, effort: .recall(0.99))
///     request.filter = .excluding(seen)
///
/// The same request goes to every index, alone or in a batch. An exhaustive index answers all of them exactly.
public struct SearchRequest: Sendable, Equatable {
  /// How many items to return, at least 1; may be more than there are.
  public var k: Int
  /// How hard to look; `nil` takes ``defaultEffort(k:)``.
  public var effort: SearchEffort?
  /// Which rows may be in the answer; `nil` lets all in.
  public var filter: RowFilter?
  /// The least score of an item in the answer (see ``Metric`` for what scores are); `nil` sets no limit.
  public var minimumScore: Float?

  /// Creates a request.
  ///
  /// - Parameters:
  ///   - k: How many items to return, at least 1.
  ///   - effort: How hard to look; `nil` takes ``defaultEffort(k:)``.
  ///   - filter: Which rows may be in the answer; `nil` lets all in.
  ///   - minimumScore: The least score of an item in the answer; `nil` sets no limit.
  public init(
    k: Int = 10, effort: SearchEffort? = nil, filter: RowFilter? = nil, minimumScore: Float? = nil
  ) {
    self.k = k
    self.effort = effort
    self.filter = filter
    self.minimumScore = minimumScore
  }

  /// The `ef` that is used where no effort is given, unless `k` is larger.
  public static let defaultEf = 64

  /// The effort that is used where none is given: an `ef` of ``defaultEf``, or of `k` where that is more.
  ///
  /// - Parameter k: How many items are asked for.
  public static func defaultEffort(k: Int) -> SearchEffort { .ef(max(k, defaultEf)) }

  /// The effort that the request asks for, or the default.
  public var resolvedEffort: SearchEffort { effort ?? SearchRequest.defaultEffort(k: k) }

  /// The same request without some rows.
  ///
  /// - Parameter rows: Rows of the index, as a set with its `count` as capacity.
  public func excluding(_ rows: RowSet) -> SearchRequest {
    var request = self
    request.filter = filter?.excluding(rows) ?? .excluding(rows)
    return request
  }

  /// Throws when the request has no meaning for an index of `count` items.
  package func check(count: Int) throws(SearchError) {
    guard k >= 1 else { throw .badCount(k: k) }
    switch resolvedEffort {
    case .ef(let ef): guard ef >= 1 else { throw .badEffort(ef: ef) }
    case .recall(let recall): guard recall > 0, recall <= 1 else { throw .badRecall(recall) }
    case .exact: break
    }
    if let minimumScore, minimumScore.isNaN { throw .badMinimumScore(minimumScore) }
    if let filter, filter.rows.capacity != count { throw .filterMismatch(expected: count, found: filter.rows.capacity) }
  }
}

/// How hard an index looks for the true best items.
public enum SearchEffort: Sendable, Equatable {
  /// How many of the nearest candidates a graph search follows the links of (`ef` of the HNSW paper, Malkov and Yashunin
  /// 2018), at least 1.
  ///
  /// A larger `ef` misses fewer true neighbours and takes longer, roughly in proportion. It may be less than `k`, where a low
  /// recall will do.
  case ef(Int)
  /// The share of the true `k` best that answers hold on average over many queries: above 0 and at most 1, which is exact.
  /// The index chooses the cheapest way that it has measured to be good enough.
  case recall(Double)
  /// Every item that could be in the answer is scored.
  case exact
}
