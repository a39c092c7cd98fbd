/// What an index can be asked: its own measurements keep the two apart.
public enum Question: UInt16, Sendable, CaseIterable {
  /// The best items for a vector.
  case nearest = 0
  /// The items most like one of the index's own.
  case related = 1
}

/// How a search will be answered, and what its index's own measurements say of that.
public struct SearchPlan: Sendable, Equatable {
  /// A way of answering.
  public enum Way: Sendable, Equatable {
    /// Every item that could be in the answer is scored.
    case exact
    /// The graph is walked, and the links of the `ef` nearest candidates are followed.
    case graph(ef: Int)
  }

  /// The way that is chosen.
  public var way: Way
  /// The largest recall that the way is measured to be good enough for; 1 for the exact scan, `nil` where an `ef` was asked
  /// for or nothing was measured.
  public var recall: Double?
  /// Rows scored for a query, on average; `nil` when nothing was measured.
  public var rowsPerQuery: Double?
  /// Nodes expanded for a query, on average; `nil` when nothing was measured.
  public var hopsPerQuery: Double?
  /// What a query is expected to cost, in nanoseconds of one thread of the machine that the index's cost model was fitted on:
  /// to compare plans with, not clocks. `nil` when nothing was measured.
  public var cost: Double?

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - way: The way that is chosen.
  ///   - recall: The largest recall that it is good enough for, or `nil`.
  ///   - rowsPerQuery: Rows scored for a query, on average, or `nil`.
  ///   - hopsPerQuery: Nodes expanded for a query, on average, or `nil`.
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

  /// The exact scan, of which nothing was measured.
  public static let exact = SearchPlan(way: .exact, recall: 1)

  /// The `ef`, or `nil` when exact.
  public var ef: Int? { if case .graph(let ef) = way { ef } else { nil } }
}
