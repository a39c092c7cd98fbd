import AkinFiles
import AkinVectors

// Answers as rows and scores, without ids and titles: what `recommend` names, and what callers with tables of their own take.

extension Recommender {
  /// The items with the best scores for the user of a row, as ``recommend(for:_:includesSeen:diversity:categoryLimit:)`` chooses
  /// them.
  ///
  /// - Parameters:
  ///   - user: A row of users.
  ///   - request: The number of items, the search effort, the filter and the minimum score.
  ///   - rules: What else a list must be.
  /// - Throws: ``RecommenderError/noUsers``, `SearchError`.
  package func neighbors(ofUser user: Row, _ request: SearchRequest, _ rules: ListRules) throws -> [Neighbor] {
    guard let embeddings, let users = embeddings.users else { throw RecommenderError.noUsers }
    return try users.withRow(user) { query in
      try neighbors(
        to: query, bias: embeddings.userBiases?[user] ?? 0, seen: rules.includesSeen ? [] : seen(by: user), request,
        rules
      ).list
    }
  }

  /// The items with the best scores for a user of these interactions, as
  /// ``recommend(to:_:includesSeen:diversity:categoryLimit:)`` chooses them, and how many were asked for.
  package func neighbors(
    of history: [Interaction], _ request: SearchRequest, _ rules: ListRules
  ) throws -> (list: [Neighbor], asked: Int) {
    let rows = try rows(of: history)
    let user = try user(of: history)
    if let embeddings, user.isUnknown(rows, in: embeddings) { throw RecommenderError.nothingLearned(items: rows.count) }
    return try neighbors(
      to: user.vector.span, bias: user.bias, seen: rules.includesSeen ? [] : inIndex(rows), request, rules)
  }

  /// The best items for a query without the seen ones; scores include all terms of the model.
  func neighbors(
    to query: Span<Float>, bias: Float, seen: [Row], _ request: SearchRequest, _ rules: ListRules
  ) throws -> (list: [Neighbor], asked: Int) {
    try request.check(count: index.count)
    try rules.check(count: index.count)
    let offset = index.metric == .innerProduct ? (embeddings?.globalMean ?? 0) + bias : 0
    let limit = Limit(
      score: request.minimumScore, prediction: rules.minimumPrediction, objective: embeddings?.objective)
    var asked = seen.isEmpty ? request : request.excluding(RowSet(seen, capacity: index.count))
    asked.minimumScore = nil
    let search = rules.search(request, endsAtScore: limit.isThere, count: index.count)
    let found = try search.one(reaches: { limit.reaches($0.score + offset) }) { k, closed in
      var step = closed.map { asked.excluding($0) } ?? asked
      step.k = k
      let found = try index.nearest(to: query, step)
      try index.checkScores(found, of: query)
      return found
    }
    var list = found.list
    if rules.diversity > 0 { list = try index.diversified(list, k: request.k, diversity: rules.diversity) }
    return (offset == 0 ? list : list.map { Neighbor(row: $0.row, score: $0.score + offset) }, found.asked)
  }
}
