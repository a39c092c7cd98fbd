import AkinFiles
import AkinTraining
import AkinVectors

/// One interaction of a user: an item and a value, on the scale of the training data.
public struct Interaction: Sendable, Equatable {
  /// The id of the item.
  public let item: ItemID
  /// The value, as in the training data (a rating, a count): finite, and at least 0 unless
  /// `Objective.Model.allowsNegativeValues`.
  public let value: Float

  /// Creates an interaction.
  ///
  /// - Parameters:
  ///   - item: The id of the item.
  ///   - value: The value, finite, and at least 0 except for ratings of `mf`.
  public init(_ item: ItemID, value: Float = 1) {
    self.item = item
    self.value = value
  }
}

/// The basis of an answer for a user.
public enum AnswerBasis: String, Sendable, CaseIterable {
  /// The trained user vector.
  case model
  /// Fold-in: a vector computed from the interactions of the user, with fixed items.
  case foldIn = "fold-in"
  /// Popularity: the number of users of each item, for users without known interactions or without fold-in.
  case popularity
}

extension Recommender {
  /// Returns the items with the best scores for a user who is not in the embeddings file, best first, without the items
  /// of the history.
  ///
  /// The user vector is made from the interactions with fixed items: for `wals`, for `mf` with the optimiser `als`, for `spectral` and
  /// for `contrastive` it is the one of training; see `UserFoldIn` for the other models.
  ///
  /// - Parameters:
  ///   - history: The interactions of the user.
  ///   - request: The number of items, the search effort and the filter.
  ///   - includesSeen: Whether items of the history may be in the answer.
  ///   - diversity: How far the list trades score for variety, as for ``recommend(for:_:includesSeen:diversity:categoryLimit:)``.
  ///   - categoryLimit: At most so many items of a category in the list; `nil` sets no limit.
  /// - Throws: ``RecommenderError/unknownItems(_:)``, ``RecommenderError/repeatedItem(_:)``,
  ///   ``RecommenderError/badValue(item:found:allowsNegative:)``, ``RecommenderError/emptyHistory``,
  ///   ``RecommenderError/nothingLearned(items:)``, the errors of ``foldIn()``, `SearchError`.
  /// - Complexity: O(*h*² × *dimension*) for *h* interactions, plus one search.
  public func recommend(
    to history: [Interaction], _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false,
    diversity: Double = 0, categoryLimit: CategoryLimit? = nil
  ) throws -> [Recommendation] {
    let rules = ListRules(includesSeen: includesSeen, diversity: diversity, categoryLimit: categoryLimit)
    return try recommend(to: history, request, rules).items
  }

  /// The list for a history.
  package func recommend(
    to history: [Interaction], _ request: SearchRequest, _ rules: ListRules
  ) throws -> FoundList {
    let found = try neighbors(of: history, request, rules)
    return FoundList(items: found.list.map { recommendation($0, offset: 0) }, asked: found.asked)
  }

  /// The vector and bias of a user who is not in the embeddings file, from the interactions with fixed items.
  ///
  /// - Parameter history: The interactions of the user.
  /// - Throws: The errors of ``recommend(to:_:includesSeen:diversity:categoryLimit:)``.
  public func user(of history: [Interaction]) throws -> UserFoldIn.User {
    let rows = try rows(of: history)
    guard !rows.isEmpty else { throw RecommenderError.emptyHistory }
    return try foldIn().user(history: rows.map(\.index), values: history.map(\.value))
  }

  /// Returns the most popular items, best first, without those of a history: the fallback for users without known
  /// interactions or without fold-in. A score is the share of users who have the item.
  ///
  /// - Parameters:
  ///   - history: The interactions of the user; may be empty.
  ///   - request: The number of items and the filter; every effort is exact.
  ///   - includesSeen: Whether items of the history may be in the answer.
  ///   - categoryLimit: At most so many items of a category in the list; `nil` sets no limit.
  /// - Throws: ``RecommenderError/noPopularity`` when the embeddings file has no history; errors of `history`.
  /// - Complexity: O(*interactions* + *items* log *items*).
  public func popular(
    beside history: [Interaction] = [], _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false,
    categoryLimit: CategoryLimit? = nil
  ) throws -> [Recommendation] {
    let popular = try popularList(request)
    try categoryLimit?.check(count: index.count)
    let seen = inIndex(try rows(of: history))
    return popular.list(without: includesSeen ? [] : seen, request, categoryLimit).map { recommendation($0, offset: 0) }
  }

  /// The rows of the items of a history, in the embeddings.
  func rows(of history: [Interaction]) throws(RecommenderError) -> [Row] {
    let rows = history.map { meetsByID ? embeddings?.itemIDs.row(of: $0.item) : catalog.row(of: $0.item) }
    let unknown = zip(history, rows).filter { $0.1 == nil }.map(\.0.item)
    guard unknown.isEmpty else { throw .unknownItems(unknown) }
    var told = RowSet(capacity: meetsByID ? embeddings?.itemCount ?? 0 : index.count)
    let allowsNegative = embeddings?.objective?.model.allowsNegativeValues ?? false
    for (row, one) in zip(rows, history) {
      guard let row else { continue }
      guard !told.contains(row) else { throw .repeatedItem(one.item) }
      guard one.value.isFinite, one.value >= 0 || allowsNegative else {
        throw .badValue(item: one.item, found: one.value, allowsNegative: allowsNegative)
      }
      told.insert(row)
    }
    return rows.compactMap { $0 }
  }
}

extension UserFoldIn.User {
  /// Whether a history has given the user no taste: the vector is zero, and so are those of all its items, or nothing else
  /// could tell items apart.
  package func isUnknown(_ history: [Row], in file: EmbeddingFile) -> Bool {
    guard vector.allSatisfy({ $0 == 0 }) else { return false }
    return file.itemBiases == nil || history.allSatisfy { file.items.isZero($0) }
  }
}
