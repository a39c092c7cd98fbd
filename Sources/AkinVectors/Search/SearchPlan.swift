/// The kind of a question to an index; an index measures each kind separately.
public enum Question: UInt16, Sendable, CaseIterable {
  /// The best items for a vector.
  case nearest = 0
  /// The items most similar to an item of the index.
  case related = 1
}

/// The basis of a plan's recall.
public enum RecallBasis: String, Sendable, CaseIterable {
  /// Nothing: the exact scan finds all.
  case exact
  /// Queries of this process, which it answered exactly, too.
  case checkedQueries
  /// Queries that were given to the build.
  case queries
  /// Users of the embeddings file.
  case users
  /// Items as queries: the graph did not hold them, or, for related items, they are its own.
  case items
  /// Sums of items, which stand in for unknown users.
  case standIns
}

/// The search plan of a request: how an index answers it, with the measured recall and work.
public struct SearchPlan: Sendable, Equatable {
  /// The kind of search.
  public enum Way: Sendable, Equatable {
    /// Exact scan: scores every item that could be in the answer.
    case exact
    /// Graph search that expands the `ef` nearest candidates.
    case graph(ef: Int)
    /// Scan of the items of so many lists, those nearest to the query; of batches alone.
    case lists(Int)
  }

  /// The chosen kind of search.
  public var way: Way
  /// The largest recall target that the plan supports by measurement; 1 for the exact scan, `nil` for a requested `ef`
  /// or without measurements.
  public var recall: Double?
  /// Mean rows scored a query; `nil` without measurements.
  public var rowsPerQuery: Double?
  /// Mean nodes expanded a query; `nil` without measurements.
  public var hopsPerQuery: Double?
  /// The expected cost of a query, in nanoseconds of one thread on the machine of the cost model: for comparisons
  /// between plans only. `nil` without measurements.
  public var cost: Double?
  /// The number of queries that this process answered exactly to check the recall target; `nil` where nothing was checked:
  /// the recall is then that of the build's own queries.
  public var checkedQueries: Int?
  /// The basis of the recall; `nil` for a requested `ef`.
  public var basis: RecallBasis?

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - way: The kind of search.
  ///   - recall: The largest recall target that it supports, or `nil`.
  ///   - rowsPerQuery: Mean rows scored a query, or `nil`.
  ///   - hopsPerQuery: Mean nodes expanded a query, or `nil`.
  ///   - cost: Nanoseconds of one thread, or `nil`.
  public init(
    way: Way, recall: Double? = nil, rowsPerQuery: Double? = nil, hopsPerQuery: Double? = nil, cost: Double? = nil
  ) {
    self.way = way
    self.recall = recall
    self.rowsPerQuery = rowsPerQuery
    self.hopsPerQuery = hopsPerQuery
    self.cost = cost
  }

  /// The exact scan, without measurements.
  public static let exact = {
    var plan = SearchPlan(way: .exact, recall: 1)
    plan.basis = .exact
    return plan
  }()

  /// The `ef` of a graph search, else `nil`.
  public var ef: Int? { if case .graph(let ef) = way { ef } else { nil } }
}
