import AkinVectors

/// The end of a list by score: the smallest score, or the smallest prediction, of its items.
struct Limit {
  let score: Float?
  let prediction: Float?
  let objective: Objective?

  /// Whether there is a limit.
  var isThere: Bool { score != nil || prediction != nil }

  /// Whether a score, with all terms of the model, reaches the limit.
  func reaches(_ value: Float) -> Bool {
    if let score, value < score { return false }
    guard let prediction else { return true }
    return (objective.map { Float($0.prediction(ofScore: Double(value))) } ?? value) >= prediction
  }
}

/// What makes a list of the items that a request asks for.
package struct ListRules: Sendable {
  /// Whether items that the user has seen may be in the list.
  package var includesSeen = false
  /// How far the list trades score for variety, from 0 to 1.
  package var diversity = 0.0
  /// At most so many items of a category.
  package var categoryLimit: CategoryLimit?
  /// The smallest prediction of an item.
  package var minimumPrediction: Float?

  package init(
    includesSeen: Bool = false, diversity: Double = 0, categoryLimit: CategoryLimit? = nil,
    minimumPrediction: Float? = nil
  ) {
    self.includesSeen = includesSeen
    self.diversity = diversity
    self.categoryLimit = categoryLimit
    self.minimumPrediction = minimumPrediction
  }

  /// Throws for rules that no list of an index of `count` items can keep.
  func check(count: Int) throws(SearchError) {
    try SearchRequest.check(diversity: diversity)
    try categoryLimit?.check(count: count)
  }

  /// The search for a list of the candidates of a diverse list, or of the list itself.
  func search(_ request: SearchRequest, endsAtScore: Bool, count: Int) -> ListSearch {
    ListSearch(
      k: request.forCandidates(diversity: diversity).k, under: categoryLimit?.binding(k: request.k),
      endsAtScore: endsAtScore, count: count)
  }
}

/// A list, and how it was found.
package struct FoundList: Sendable {
  /// The items, best first, or in the order of choice.
  package var items: [Recommendation]
  /// The number of items of the last search.
  package let asked: Int

  package init(items: [Recommendation], asked: Int) { (self.items, self.asked) = (items, asked) }
}
