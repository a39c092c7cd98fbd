import AkinExhaustive
import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTraining
import AkinVectors
import Synchronization

/// Answers *what should this user see next* and *what is like this item*, from an index and the embeddings that it was built
/// from.
///
///     let recommender = try Recommender(index: "ml.idx", embeddings: "ml.emb")
///     for item in try recommender.recommend(for: .number(1), k: 10) {
///       print(item.title ?? item.id.description, item.score)
///     }
///
/// Both files are mapped, not read: opening takes microseconds whatever their size, and all processes of a machine share
/// one copy. A recommender may be used from any number of threads at once.
public final class Recommender: Sendable {
  /// The index: any that keeps the promises of `VectorIndex`.
  public let index: any VectorIndex
  /// The ids and titles of its items.
  public let catalog: any ItemCatalog
  /// The embeddings that it was built from, when they were given: users, biases and histories are theirs.
  public let embeddings: EmbeddingFile?
  /// Made when the first history is asked about.
  private let prepared = Mutex<UserFoldIn?>(nil)

  /// Opens an index file, and with it the embeddings that users and their histories are taken from.
  ///
  /// - Parameters:
  ///   - index: The path of an index file.
  ///   - embeddings: The path of the embeddings file that it was built from; `nil` when only items are asked about.
  /// - Throws: `FileError`; ``RecommenderError/otherEmbeddings(index:embeddings:)`` when the two do not belong together.
  public convenience init(index: String, embeddings: String? = nil) throws {
    let graph = try HNSWIndex(path: index)
    try self.init(graph, embeddings: try embeddings.map { try EmbeddingFile(path: $0) })
  }

  /// Takes an open graph index, and with it the embeddings that users and their histories are taken from.
  ///
  /// - Parameters:
  ///   - index: The index.
  ///   - embeddings: The embeddings file that it was built from; `nil` when only items are asked about.
  /// - Throws: ``RecommenderError/otherEmbeddings(index:embeddings:)`` when the two do not belong together.
  public convenience init(_ index: HNSWIndex, embeddings: EmbeddingFile? = nil) throws(RecommenderError) {
    if let embeddings, embeddings.digest != index.facts.sourceDigest {
      throw .otherEmbeddings(index: index.facts.container.path, embeddings: embeddings.container.path)
    }
    try self.init(index: index, catalog: index.facts, embeddings: embeddings)
  }

  /// Answers exactly from an embeddings file alone, by an exhaustive index over it.
  ///
  /// - Parameter embeddings: The embeddings file.
  public convenience init(exactly embeddings: EmbeddingFile) throws(RecommenderError) {
    let index = ExhaustiveIndex(
      items: embeddings.items, metric: embeddings.metric, biases: embeddings.itemBiases?.values)
    try self.init(index: index, catalog: embeddings, embeddings: embeddings)
  }

  /// Takes any index over the items of a catalogue.
  ///
  /// - Parameters:
  ///   - index: The index; its rows are the catalogue's.
  ///   - catalog: The ids and titles of the index's items.
  ///   - embeddings: The embeddings that the index is over; `nil` when only items are asked about.
  /// - Throws: ``RecommenderError/otherCount(index:catalog:)`` when the numbers of items differ.
  public init(
    index: any VectorIndex, catalog: any ItemCatalog, embeddings: EmbeddingFile? = nil
  ) throws(RecommenderError) {
    for count in [catalog.itemCount, embeddings?.itemCount ?? index.count] where count != index.count {
      throw .otherCount(index: index.count, catalog: count)
    }
    self.index = index
    self.catalog = catalog
    self.embeddings = embeddings
  }

  /// Returns the `k` items with the best scores for a user, best first, without those that the user has seen.
  ///
  /// - Parameters:
  ///   - user: The user's id.
  ///   - k: How many items, at least 1.
  public func recommend(for user: UserID, k: Int) throws -> [Recommendation] {
    try recommend(for: user, SearchRequest(k: k))
  }

  /// Returns the items with the best scores for a user, best first.
  ///
  /// Exactly `k` items while that many are left. The score is the model's own prediction: for inner products
  /// `globalMean + userBias + itemBias + user · item`, and the request's minimum score is compared with that.
  ///
  /// - Parameters:
  ///   - user: The user's id.
  ///   - request: How many items, how hard to look, and which of them count.
  ///   - includesSeen: Whether items that the user has seen may be in the answer.
  /// - Throws: ``RecommenderError/unknownUser(_:)``, ``RecommenderError/noUsers``, `SearchError`.
  /// - Complexity: that of one search of the index.
  public func recommend(
    for user: UserID, _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false
  ) throws -> [Recommendation] {
    guard let embeddings, let users = embeddings.users, let ids = embeddings.userIDs else {
      throw RecommenderError.noUsers
    }
    guard let row = ids.row(of: user) else { throw RecommenderError.unknownUser(user) }
    return try users.withRow(row) { query in
      try recommend(
        to: query, bias: embeddings.userBiases?[row] ?? 0, seen: includesSeen ? [] : embeddings.history(of: row),
        request)
    }
  }

  /// The best items for a query, those seen left out; scores with everything that the model adds.
  func recommend(
    to query: Span<Float>, bias: Float, seen: [Row], _ request: SearchRequest
  ) throws -> [Recommendation] {
    let offset = index.metric == .innerProduct ? (embeddings?.globalMean ?? 0) + bias : 0
    var request = seen.isEmpty ? request : request.excluding(RowSet(seen, capacity: index.count))
    let least = request.minimumScore
    // Rounding may move a score across the limit: it is compared again with what is shown.
    request.minimumScore = least.map { ($0 - offset) - abs($0 - offset) * 0x1p-20 - abs(offset) * 0x1p-20 }
    return try index.nearest(to: query, request).map { recommendation($0, offset: offset) }
      .filter { item in least.map { item.score >= $0 } ?? true }
  }

  /// Makes users of interactions, with the items as they are.
  ///
  /// - Throws: ``RecommenderError/noUsers`` without embeddings; `FoldInError` when this model makes no users of
  ///   interactions; `TrainingError`.
  /// - Complexity: the first time O(*items* × *dimension*²), then nothing.
  public func foldIn() throws -> UserFoldIn {
    guard let embeddings else { throw RecommenderError.noUsers }
    return try prepared.withLock { prepared in
      if let prepared { return prepared }
      let made = try UserFoldIn(embeddings.forFoldIn)
      prepared = made
      return made
    }
  }

  /// Returns the `k` items most like an item, best first, without itself.
  ///
  /// - Parameters:
  ///   - item: The item's id.
  ///   - k: How many items, at least 1.
  public func related(to item: ItemID, k: Int) throws -> [Recommendation] { try related(to: item, SearchRequest(k: k)) }

  /// Returns the items most like an item, best first, without itself.
  ///
  /// Alike means `VectorIndex.relatedMetric`: the cosine of the item vectors for a factor model. An item whose vector is
  /// zero (nobody has interacted with it) is like nothing: the list is empty.
  ///
  /// - Parameters:
  ///   - item: The item's id.
  ///   - request: How many items, how hard to look, and which of them count.
  /// - Throws: ``RecommenderError/unknownItem(_:)``, `SearchError`.
  public func related(
    to item: ItemID, _ request: SearchRequest = SearchRequest()
  ) throws -> [Recommendation] {
    guard let row = catalog.row(of: item) else { throw RecommenderError.unknownItem(item.description) }
    return try index.related(to: row, request).map { recommendation($0, offset: 0) }
  }

  /// Which categories an item is in; empty when the embeddings were not given or say nothing.
  public func categories(of item: Recommendation) -> [String] { embeddings?.categories(of: item.row) ?? [] }

  func recommendation(_ neighbor: Neighbor, offset: Float) -> Recommendation {
    Recommendation(
      row: neighbor.row, id: catalog.id(of: neighbor.row), title: catalog.title(of: neighbor.row),
      score: neighbor.score + offset)
  }

  /// The title of an item, or `nil` when it has none.
  ///
  /// - Parameter row: The item's row.
  public func title(of row: Row) -> String? { catalog.title(of: row) }
}

/// An item in an answer.
public struct Recommendation: Sendable, Equatable {
  /// Its position in the embeddings file.
  public let row: Row
  /// The caller's id.
  public let id: ItemID
  /// Its title, when there is one.
  public let title: String?
  /// Its score: larger is better.
  public let score: Float

  /// Creates an item of an answer.
  public init(row: Row, id: ItemID, title: String?, score: Float) {
    self.row = row
    self.id = id
    self.title = title
    self.score = score
  }
}
