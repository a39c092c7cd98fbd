import AkinVectors

extension Recommender {
  /// Returns the `k` items most similar to an item, best first, without the item itself.
  ///
  /// - Parameters:
  ///   - item: The id of the item.
  ///   - k: The number of items, at least 1.
  /// - Throws: ``RecommenderError/unknownItem(_:)``, `SearchError`.
  public func related(to item: ItemID, k: Int) throws -> [Recommendation] { try related(to: item, SearchRequest(k: k)) }

  /// Returns the items most similar to an item, best first, without the item itself.
  ///
  /// The similarity is `VectorIndex.relatedMetric`: the cosine of the item vectors for a factor model. An item with a
  /// zero vector (no interactions) has no related items.
  ///
  /// - Parameters:
  ///   - item: The id of the item.
  ///   - request: The number of items, the search effort and the filter.
  ///   - diversity: How far the list trades score for variety, as for ``recommend(for:_:includesSeen:diversity:categoryLimit:)``.
  ///   - categoryLimit: At most so many items of a category in the list; the item itself takes no place. `nil` sets no limit.
  /// - Throws: ``RecommenderError/unknownItem(_:)``, `SearchError`.
  public func related(
    to item: ItemID, _ request: SearchRequest = SearchRequest(), diversity: Double = 0,
    categoryLimit: CategoryLimit? = nil
  ) throws -> [Recommendation] {
    try related(to: item, request, ListRules(diversity: diversity, categoryLimit: categoryLimit)).items
  }

  /// The list of an item.
  package func related(to item: ItemID, _ request: SearchRequest, _ rules: ListRules) throws -> FoundList {
    guard let row = catalog.row(of: item) else { throw RecommenderError.unknownItem(item.description) }
    try request.check(count: index.count)
    try rules.check(count: index.count)
    let search = rules.search(request, endsAtScore: request.minimumScore != nil, count: index.count)
    let found = try search.one { k, closed in
      var asked = closed.map { request.excluding($0) } ?? request
      asked.k = k
      return try index.related(to: row, asked)
    }
    return try shaped(found, request, rules, offset: 0)
  }
}
