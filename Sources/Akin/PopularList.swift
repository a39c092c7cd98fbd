import AkinFiles
import AkinVectors

/// The items by the share of users who have them, best first: one ranking for the lists of many users.
package struct PopularList: Sendable {
  private let ranking: [Neighbor]
  private let capacity: Int

  fileprivate init(_ ranking: [Neighbor], capacity: Int) {
    self.ranking = ranking
    self.capacity = capacity
  }

  /// The list of one user.
  ///
  /// - Parameters:
  ///   - seen: Items of the index that are left out.
  ///   - request: The number of items, and the smallest share.
  ///   - categoryLimit: At most so many items of a category in the list; `nil` sets no limit.
  package func list(
    without seen: [Row], _ request: SearchRequest, _ categoryLimit: CategoryLimit? = nil
  ) -> [Neighbor] {
    let excluded = RowSet(seen, capacity: capacity)
    let left = seen.isEmpty ? ranking : ranking.filter { !excluded.contains($0.row) }
    let list = categoryLimit?.list(from: left, k: request.k) ?? Array(left.prefix(request.k))
    return Array(list.prefix { $0.score >= request.minimumScore ?? -.infinity })
  }
}

extension Recommender {
  /// The items of the index that a request allows, by the share of users who have them.
  ///
  /// - Throws: ``RecommenderError/noPopularity`` when the embeddings file has no history; errors of the request.
  package func popularList(_ request: SearchRequest) throws -> PopularList {
    guard let embeddings, let counts = embeddings.popularity() else { throw RecommenderError.noPopularity }
    try request.check(count: index.count)
    let users = Float(max(embeddings.userCount, 1))
    let allowed = request.allowedRows()
    let found = counts.indices.compactMap { item -> Neighbor? in
      guard let row = meetsByID ? catalog.row(of: embeddings.itemIDs.id(of: Row(item))) : Row(item),
        allowed?.allows(row) ?? true
      else { return nil }
      return Neighbor(row: row, score: Float(counts[item]) / users)
    }
    return PopularList(found.sorted(), capacity: index.count)
  }
}
