import AkinFiles
import AkinSupport
import AkinVectors

// Lists for many users or items at once. Memory is that of one table of answers, so callers with many users ask for a block of rows
// at a time.

extension Recommender {
  /// Returns the best items for each user of a range of the embeddings file, best first, as
  /// ``recommend(for:_:includesSeen:diversity:categoryLimit:)`` does.
  ///
  /// - Parameters:
  ///   - users: Rows of users.
  ///   - request: The number of items, the search effort, the filter and the minimum score, for every user.
  ///   - includesSeen: Whether items that a user has seen may be in the answer.
  ///   - diversity: How far the lists trade score for variety, from 0 to 1.
  ///   - categoryLimit: At most so many items of a category in each list; `nil` sets no limit.
  ///   - execution: Threads; progress in queries; cancellation.
  /// - Returns: A list for each user, with `min(k, count)` entries at most.
  /// - Throws: ``RecommenderError/noUsers``, `SearchError`, or `Cancelled`.
  /// - Complexity: that of one batch of the index, which is faster than as many single calls.
  public func recommend(
    toEach users: Range<Int>, _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false,
    diversity: Double = 0, categoryLimit: CategoryLimit? = nil, execution: Execution = Execution()
  ) throws -> NeighborTable {
    let rules = ListRules(includesSeen: includesSeen, diversity: diversity, categoryLimit: categoryLimit)
    return try recommend(toEach: users, request, rules, execution: execution)
  }

  /// The lists of users.
  package func recommend(
    toEach users: Range<Int>, _ request: SearchRequest, _ rules: ListRules, execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: index.count)
    try rules.check(count: index.count)
    guard let all = embeddings?.users else { throw RecommenderError.noUsers }
    return try recommend(
      to: all.rows(users), of: { Row(users.lowerBound + $0) }, request, rules, execution: execution)
  }

  /// The same for users in any order, each a row of the embeddings file.
  package func recommend(
    toEach users: [Row], _ request: SearchRequest, _ rules: ListRules, execution: Execution
  ) throws -> NeighborTable {
    guard let all = embeddings?.users else { throw RecommenderError.noUsers }
    let queries = unsafe EmbeddingMatrix(count: users.count, dimension: all.dimension) { floats, stride in
      for (query, user) in users.enumerated() {
        all.withRow(user) { vector in
          for component in 0..<vector.count { unsafe floats[query * stride + component] = vector[component] }
        }
      }
    }
    return try recommend(to: queries, of: { users[$0] }, request, rules, execution: execution)
  }

  /// The lists of users: the vector of each, and its row.
  private func recommend(
    to queries: EmbeddingMatrix, of user: @escaping @Sendable (_ query: Int) -> Row, _ request: SearchRequest,
    _ rules: ListRules, execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: index.count)
    try rules.check(count: index.count)
    // The limit is compared with the whole score.
    var asked = request.forCandidates(diversity: rules.diversity)
    asked.minimumScore = nil
    let limit = Limit(
      score: request.minimumScore, prediction: rules.minimumPrediction, objective: embeddings?.objective)
    let capacity = index.count
    var filter: (@Sendable (Int) -> RowFilter?)?
    if !rules.includesSeen {
      filter = { query in
        let seen = self.seen(by: user(query))
        return seen.isEmpty ? nil : .excluding(RowSet(seen, capacity: capacity))
      }
    }
    let isProduct = index.metric == .innerProduct
    func offset(_ query: Int) -> Float {
      isProduct ? (embeddings?.globalMean ?? 0) + (embeddings?.userBiases?[user(query)] ?? 0) : 0
    }
    let categories = rules.categoryLimit?.binding(k: request.k)
    var table = try index.nearest(
      toEach: queries, asked, under: categories, filter: filter, reaches: { limit.reaches($1.score + offset($0)) },
      execution: execution)
    for query in 0..<queries.count {
      try queries.withRow(Row(query)) { try index.checkScores(table[query], of: $0, index: query) }
      let offset = offset(query)
      if offset != 0 {
        table[query] = table[query].map { Neighbor(row: $0.row, score: $0.score + offset) }[...]
      }
      if limit.isThere { table[query] = table[query].prefix { limit.reaches($0.score) } }
    }
    return try table.diversified(by: index, k: request.k, diversity: rules.diversity, execution)
  }

  /// Returns the items most similar to each item of a range, best first, as ``related(to:_:diversity:categoryLimit:)`` does.
  ///
  /// - Parameters:
  ///   - items: Rows of items.
  ///   - request: The number of items, the search effort, the filter and the minimum score, for every item.
  ///   - diversity: How far the lists trade score for variety, from 0 to 1.
  ///   - categoryLimit: At most so many items of a category in each list; `nil` sets no limit.
  ///   - execution: Threads; progress in queries; cancellation.
  /// - Returns: A list for each item, with `min(k, count)` entries at most.
  /// - Throws: `SearchError`, or `Cancelled`.
  public func related(
    toEach items: Range<Int>, _ request: SearchRequest = SearchRequest(), diversity: Double = 0,
    categoryLimit: CategoryLimit? = nil, execution: Execution = Execution()
  ) throws -> NeighborTable {
    try ListRules(diversity: diversity, categoryLimit: categoryLimit).check(count: index.count)
    let found = try index.related(
      toEach: items, request.forCandidates(diversity: diversity), under: categoryLimit?.binding(k: request.k),
      execution: execution)
    return try found.diversified(by: index, k: request.k, diversity: diversity, execution)
  }
}
