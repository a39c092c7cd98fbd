import AkinFiles
import AkinSupport
import AkinVectors

// Lists for many users or items at once. Memory is that of one table of answers, so callers with many users ask for a block of rows
// at a time.

extension Recommender {
  /// Returns the best items for each user of a range of the embeddings file, best first, as ``recommend(for:_:includesSeen:)`` does.
  ///
  /// - Parameters:
  ///   - users: Rows of users.
  ///   - request: The number of items, the search effort, the filter and the minimum score, for every user.
  ///   - includesSeen: Whether items that a user has seen may be in the answer.
  ///   - execution: Threads; progress in queries; cancellation.
  /// - Returns: A list for each user, with `min(k, count)` entries at most.
  /// - Throws: ``RecommenderError/noUsers``, `SearchError`, or `Cancelled`.
  /// - Complexity: that of one batch of the index, which is faster than as many single calls.
  public func recommend(
    toEach users: Range<Int>, _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false,
    execution: Execution = Execution()
  ) throws -> NeighborTable {
    guard let embeddings, let all = embeddings.users else { throw RecommenderError.noUsers }
    let queries = all.rows(users)
    // The limit is compared with the whole score.
    var asked = request
    asked.minimumScore = nil
    let (shared, capacity) = (request.filter, index.count)
    var filter: (@Sendable (Int) -> RowFilter?)?
    if !includesSeen {
      filter = { query in
        let seen = embeddings.history(of: Row(users.lowerBound + query))
        if seen.isEmpty { return shared }
        let rows = RowSet(seen, capacity: capacity)
        return shared?.excluding(rows) ?? .excluding(rows)
      }
    }
    var table = try index.nearest(toEach: queries, asked, filter: filter, execution: execution)
    let isProduct = index.metric == .innerProduct
    for query in 0..<queries.count {
      let user = Row(users.lowerBound + query)
      if isProduct, queries.isZero(Row(query)) {
        // For a query without a direction a graph has no way to go: all scores are the biases.
        var exact = asked
        exact.effort = .exact
        if let filter { exact.filter = filter(query) }
        table[query] = try queries.withRow(Row(query)) { try index.nearest(to: $0, exact)[...] }
      }
      try queries.withRow(Row(query)) { try index.checkScores(table[query], of: $0, index: query) }
      let offset = isProduct ? embeddings.globalMean + (embeddings.userBiases?[user] ?? 0) : 0
      if offset != 0 {
        table[query] = table[query].map { Neighbor(row: $0.row, score: $0.score + offset) }[...]
      }
      if let least = request.minimumScore { table[query] = table[query].prefix { $0.score >= least } }
    }
    return table
  }

  /// Returns the items most similar to each item of a range, best first, as ``related(to:_:)`` does.
  ///
  /// - Parameters:
  ///   - items: Rows of items.
  ///   - request: The number of items, the search effort, the filter and the minimum score, for every item.
  ///   - execution: Threads; progress in queries; cancellation.
  /// - Returns: A list for each item, with `min(k, count)` entries at most.
  /// - Throws: `SearchError`, or `Cancelled`.
  public func related(
    toEach items: Range<Int>, _ request: SearchRequest = SearchRequest(), execution: Execution = Execution()
  ) throws -> NeighborTable {
    try index.related(toEach: items, request, execution: execution)
  }
}
