import AkinExhaustive
import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTraining
import AkinVectors
import Synchronization

/// Answers *what should this user see next* and *what is like this item*, from an index file and the embeddings file that
/// it was built from.
///
///     let recommender = try Recommender(index: "ml.idx", embeddings: "ml.emb")
///     for item in try recommender.recommend(for: .number(1), k: 10) {
///       print(item.title ?? item.id.description, item.score)
///     }
///
/// Both files are mapped, not read: opening takes microseconds whatever their size, and all processes of a machine share
/// one copy. A recommender may be used from any number of threads at once.
public final class Recommender: Sendable {
  /// The index.
  public let index: HNSWIndex
  /// The embeddings that it was built from, when they were given: users, biases and histories are theirs.
  public let embeddings: EmbeddingFile?
  /// Made when the first history is asked about.
  private let prepared = Mutex<UserFoldIn?>(nil)

  /// Opens an index, and with it the embeddings that users and their histories are taken from.
  ///
  /// - Parameters:
  ///   - index: The path of an index file.
  ///   - embeddings: The path of the embeddings file that it was built from; `nil` when only items are asked about.
  /// - Throws: `FileError`; ``RecommenderError/otherEmbeddings(index:embeddings:)`` when the two do not belong together.
  public init(index: String, embeddings: String? = nil) throws {
    self.index = try HNSWIndex(path: index)
    self.embeddings = try embeddings.map { try EmbeddingFile(path: $0) }
    if let file = self.embeddings, file.digest != self.index.facts.sourceDigest {
      throw RecommenderError.otherEmbeddings(index: index, embeddings: file.container.path)
    }
  }

  /// Returns the `k` items with the best scores for a user, best first, without those that the user has seen.
  ///
  /// Exactly `k` items while that many are left. The score is the model's own prediction: for inner products
  /// `globalMean + userBias + itemBias + user · item`.
  ///
  /// - Throws: ``RecommenderError/unknownUser(_:)``, ``RecommenderError/noUsers``, `SearchError`.
  /// - Complexity: see `HNSWIndex.nearest(to:k:ef:excluding:)`.
  public func recommend(
    for user: UserID, k: Int = 10, options: SearchOptions = SearchOptions()
  ) throws -> [Recommendation] {
    guard let embeddings, let users = embeddings.users, let ids = embeddings.userIDs else {
      throw RecommenderError.noUsers
    }
    guard let row = ids.row(of: user) else { throw RecommenderError.unknownUser(user) }
    return try users.withRow(row) { query in
      try recommend(
        to: query, bias: embeddings.userBiases?[row] ?? 0, seen: embeddings.history(of: row), k: k, options: options)
    }
  }

  /// The best items for a query, those seen left out; scores with everything that the model adds.
  func recommend(
    to query: Span<Float>, bias: Float, seen: [Row], k: Int, options: SearchOptions
  ) throws -> [Recommendation] {
    let seen = options.includesSeen ? nil : RowSet(seen, capacity: index.count)
    let found =
      if options.isExact {
        try index.exhaustive().nearest(to: query, k: k, excluding: seen)
      } else if let recall = options.recall {
        try index.nearest(to: query, k: k, recall: recall, excluding: seen)
      } else {
        try index.nearest(to: query, k: k, ef: options.effort(k: k), excluding: seen)
      }
    let offset = index.metric == .innerProduct ? (embeddings?.globalMean ?? 0) + bias : 0
    return found.map { recommendation($0, offset: offset) }
  }

  /// Makes users of interactions, with the items as they are.
  ///
  /// - Throws: ``RecommenderError/noUsers`` without embeddings; `FoldInError` when this model makes no users of
  ///   interactions; `WALSError`.
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
  /// Alike means `HNSWIndex.relatedMetric`: the cosine of the item vectors for a factor model. An item whose vector is
  /// zero (nobody has interacted with it) is like nothing: the list is empty.
  ///
  /// - Throws: ``RecommenderError/unknownItem(_:)``, `SearchError`.
  public func related(
    to item: ItemID, k: Int = 10, options: SearchOptions = SearchOptions()
  ) throws -> [Recommendation] {
    guard let row = index.facts.itemIDs.row(of: item) else { throw RecommenderError.unknownItem(item.description) }
    guard options.isExact else {
      let found =
        if let recall = options.recall {
          try index.related(to: row, k: k, recall: recall)
        } else {
          try index.related(to: row, k: k, ef: options.effort(k: k))
        }
      return found.map { recommendation($0, offset: 0) }
    }
    guard let vector = index.vector(of: row) else { return [] }
    let itself = RowSet([row], capacity: index.count)
    return try index.exhaustive(by: index.relatedMetric).nearest(to: vector.span, k: k, excluding: itself)
      .map { recommendation($0, offset: 0) }
  }

  /// Which categories an item is in; empty when the embeddings were not given or say nothing.
  public func categories(of item: Recommendation) -> [String] { embeddings?.categories(of: item.row) ?? [] }

  func recommendation(_ neighbor: Neighbor, offset: Float) -> Recommendation {
    Recommendation(
      row: neighbor.row, id: index.facts.itemIDs.id(of: neighbor.row), title: title(of: neighbor.row),
      score: neighbor.score + offset)
  }

  /// The title of an item, or `nil` when it has none.
  public func title(of row: Row) -> String? {
    guard let title = index.facts.titles?[row], !title.isEmpty else { return nil }
    return title
  }
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

/// How an answer is found.
public struct SearchOptions: Sendable, Equatable {
  /// How many candidates the graph search follows; `nil` takes 64, or `k` when that is more.
  public var ef: Int?
  /// The share of the true answer to find, above 0 and at most 1, in place of `ef`: the index chooses the way, see
  /// `HNSWIndex.plan(k:recall:question:isBatch:)`. `nil` goes by `ef`.
  public var recall: Double?
  /// Whether to score every item instead of walking the graph, whatever else is said.
  public var isExact: Bool
  /// Whether items that the user has seen may be in the answer.
  public var includesSeen: Bool

  /// Creates options; the defaults suit an interactive answer.
  public init(ef: Int? = nil, recall: Double? = nil, isExact: Bool = false, includesSeen: Bool = false) {
    self.ef = ef
    self.recall = recall
    self.isExact = isExact
    self.includesSeen = includesSeen
  }

  func effort(k: Int) -> Int { ef ?? max(k, HNSWIndex.defaultEffort) }
}
