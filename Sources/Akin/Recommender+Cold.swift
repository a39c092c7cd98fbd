import AkinFiles
import AkinTraining
import AkinVectors

/// One interaction of a user: an item and a value, as in the data that the model was trained on.
public struct Interaction: Sendable, Equatable {
  /// The caller's id.
  public let item: ItemID
  /// As in the training: a rating, a count; finite and at least 0.
  public let value: Float

  /// Creates an interaction.
  public init(_ item: ItemID, value: Float = 1) {
    self.item = item
    self.value = value
  }
}

/// What an answer for a user rests on.
public enum AnswerBasis: String, Sendable, CaseIterable {
  /// The user's own vector, as it was trained.
  case model
  /// A vector made of the user's interactions, with the items as they are.
  case foldIn = "fold-in"
  /// How many users have each item: nothing is known of this one, or nothing can be made of it.
  case popularity
}

extension Recommender {
  /// Returns the items with the best scores for a user who is not in the embeddings file, best first, without those of the
  /// history.
  ///
  /// The user is what a half-step of training makes of the interactions, the items being fixed: for `wals` and `mf` with the
  /// optimiser `als` the very row that training would have solved; see `UserFoldIn` for the other models.
  ///
  /// - Parameters:
  ///   - history: The user's interactions.
  ///   - request: How many items, how hard to look, and which of them count.
  ///   - includesSeen: Whether items of the history may be in the answer.
  /// - Throws: ``RecommenderError/unknownItems(_:)``, ``RecommenderError/repeatedItem(_:)``,
  ///   ``RecommenderError/badValue(item:found:)``, ``RecommenderError/emptyHistory``, what ``foldIn()`` throws,
  ///   `SearchError`.
  /// - Complexity: O(*h*² × *dimension*) for *h* interactions, then as for a user of the file.
  public func recommend(
    to history: [Interaction], _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false
  ) throws -> [Recommendation] {
    let rows = try rows(of: history)
    guard !rows.isEmpty else { throw RecommenderError.emptyHistory }
    let user = try foldIn().user(history: rows.map(\.index), values: history.map(\.value))
    return try recommend(to: user.vector.span, bias: user.bias, seen: includesSeen ? [] : rows, request)
  }

  /// Returns the items that most users have, best first, without those of a history: the last resort when nothing is
  /// known of a user, or nothing can be made of it. A score is the share of the users who have the item.
  ///
  /// - Parameters:
  ///   - history: What the user has, or nothing.
  ///   - request: How many items, and which of them count; every effort is exact.
  ///   - includesSeen: Whether items of the history may be in the answer.
  /// - Throws: ``RecommenderError/noPopularity`` when the embeddings file has no history; what is wrong with `history`.
  /// - Complexity: O(*interactions* + *items* log *items*).
  public func popular(
    beside history: [Interaction] = [], _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false
  ) throws -> [Recommendation] {
    guard let embeddings, let counts = embeddings.popularity() else { throw RecommenderError.noPopularity }
    try request.check(count: counts.count)
    let rows = try rows(of: history)
    let request = includesSeen ? request : request.excluding(RowSet(rows, capacity: counts.count))
    let users = Float(max(embeddings.userCount, 1))
    let found = counts.indices.filter { request.filter?.allows(Row($0)) ?? true }.map {
      Neighbor(row: Row($0), score: Float(counts[$0]) / users)
    }
    return found.sorted().prefix(request.k).prefix { $0.score >= request.minimumScore ?? -.infinity }
      .map { recommendation($0, offset: 0) }
  }

  /// The rows of a history's items.
  private func rows(of history: [Interaction]) throws(RecommenderError) -> [Row] {
    let rows = history.map { catalog.row(of: $0.item) }
    let unknown = zip(history, rows).filter { $0.1 == nil }.map(\.0.item)
    guard unknown.isEmpty else { throw .unknownItems(unknown) }
    var told = RowSet(capacity: index.count)
    for (row, one) in zip(rows, history) {
      guard let row else { continue }
      guard !told.contains(row) else { throw .repeatedItem(one.item) }
      guard one.value.isFinite, one.value >= 0 else { throw .badValue(item: one.item, found: one.value) }
      told.insert(row)
    }
    return rows.compactMap { $0 }
  }
}
