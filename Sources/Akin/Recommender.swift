import AkinCatalogue
import AkinExhaustive
import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTraining
import AkinVectors
import Synchronization

/// Recommends items to users and finds related items, from an index and its embeddings.
///
///     let recommender = try Recommender(index: "ml.idx", embeddings: "ml.emb")
///     for item in try recommender.recommend(for: .number(1), k: 10) {
///       print(item.title ?? item.id.description, item.score)
///     }
///
/// Both files are memory-mapped: opening takes microseconds at any size, and all processes of a machine share one copy.
/// A recommender may be used from any number of threads at once.
public final class Recommender: Sendable {
  /// The index.
  public let index: any VectorIndex
  /// The ids and titles of the items.
  public let catalog: any ItemCatalog
  /// The embeddings of the index, if given: the source of users, biases and histories.
  public let embeddings: EmbeddingFile?
  /// Whether rows of the index are other numbers than rows of the embeddings: items then meet by their ids.
  let meetsByID: Bool
  /// Made by the first call that needs it.
  private let prepared = Mutex<UserFoldIn?>(nil)

  /// Opens an index file or a catalogue and, for users and histories, the embeddings file that it was built from; for a
  /// catalogue, an embeddings file of the same training.
  ///
  /// - Parameters:
  ///   - index: The path of an index file, or the directory of a catalogue.
  ///   - embeddings: The path of the embeddings file; `nil` when only related items are needed, or when the index holds its
  ///     embeddings (`akin index --with-users`).
  /// - Throws: `FileError`, `CatalogueError`; ``RecommenderError/otherEmbeddings(index:embeddings:)`` when the two files do
  ///   not match.
  public convenience init(index: String, embeddings: String? = nil) throws {
    let opened = try IndexFile.open(index)
    try self.init(
      opened: opened, embeddings: try embeddings.map { try EmbeddingFile(path: $0) } ?? opened.heldEmbeddings())
  }

  /// Creates a recommender from an index or a catalogue, whichever it is.
  ///
  /// - Parameters:
  ///   - index: What `IndexFile.open` gave.
  ///   - embeddings: The embeddings; `nil` when only related items are needed.
  /// - Throws: ``RecommenderError/otherEmbeddings(index:embeddings:)`` when the two do not match.
  public convenience init(opened index: any ItemIndex, embeddings: EmbeddingFile? = nil) throws(RecommenderError) {
    switch index {
    case let graph as HNSWIndex: try self.init(graph, embeddings: embeddings)
    case let catalogue as CatalogueIndex: try self.init(catalogue, embeddings: embeddings)
    default: try self.init(index: index, catalog: index, embeddings: embeddings)
    }
  }

  /// Creates a recommender from a catalogue and an embeddings file of the same training, such as the one that the newest
  /// items came from: items of the two meet by their ids.
  ///
  /// - Parameters:
  ///   - catalogue: The catalogue.
  ///   - embeddings: The embeddings file; `nil` when only related items are needed.
  /// - Throws: ``RecommenderError/otherEmbeddings(index:embeddings:)`` for embeddings of another training.
  public init(_ catalogue: CatalogueIndex, embeddings: EmbeddingFile? = nil) throws(RecommenderError) {
    if let embeddings, !catalogue.isOfTraining(of: embeddings) {
      throw .otherEmbeddings(index: catalogue.path, embeddings: embeddings.container.path)
    }
    index = catalogue
    catalog = catalogue
    self.embeddings = embeddings
    meetsByID = true
  }

  /// Creates a recommender from an open graph index and the embeddings file that it was built from.
  ///
  /// An index that was built in memory names no file that it was built from. Its ids and vectors are compared with those of
  /// the embeddings file instead, once: O(*items* × *dimension*).
  ///
  /// - Parameters:
  ///   - index: The index.
  ///   - embeddings: The embeddings file; `nil` when only related items are needed.
  /// - Throws: ``RecommenderError/otherEmbeddings(index:embeddings:)`` when the two do not match.
  public convenience init(_ index: HNSWIndex, embeddings: EmbeddingFile? = nil) throws(RecommenderError) {
    if let embeddings, !index.isBuilt(from: embeddings) {
      throw .otherEmbeddings(index: index.facts.container.path, embeddings: embeddings.container.path)
    }
    try self.init(index: index, catalog: index.facts, embeddings: embeddings)
  }

  /// Creates an exact recommender from an embeddings file alone, by an exhaustive index over it.
  ///
  /// - Parameter embeddings: The embeddings file.
  public convenience init(exactly embeddings: EmbeddingFile) throws(RecommenderError) {
    let index = ExhaustiveIndex(
      items: embeddings.items, metric: embeddings.metric, biases: embeddings.itemBiases?.values)
    try self.init(index: index, catalog: embeddings, embeddings: embeddings)
  }

  /// Creates a recommender from any index over the items of a catalogue.
  ///
  /// - Parameters:
  ///   - index: The index, with the rows of the catalogue.
  ///   - catalog: The ids and titles of the items.
  ///   - embeddings: The embeddings of the index; `nil` when only related items are needed.
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
    meetsByID = false
  }

  /// Returns the `k` items with the best scores for a user, best first, without the items that the user has seen.
  ///
  /// - Parameters:
  ///   - user: The id of the user.
  ///   - k: The number of items, at least 1.
  /// - Throws: ``RecommenderError/unknownUser(_:meant:)``, ``RecommenderError/noUsers``, `SearchError`.
  public func recommend(for user: UserID, k: Int) throws -> [Recommendation] {
    try recommend(for: user, SearchRequest(k: k))
  }

  /// Returns the items with the best scores for a user, best first.
  ///
  /// Exactly `k` items if that many are allowed. The score has all terms of the model: for inner products
  /// `globalMean + userBias + itemBias + user · item`; the minimum score of the request is compared with it. What the model
  /// predicts for it, ``prediction(of:)`` says.
  ///
  /// - Parameters:
  ///   - user: The id of the user.
  ///   - request: The number of items, the search effort and the filter.
  ///   - includesSeen: Whether items that the user has seen may be in the answer.
  ///   - diversity: How far the list trades score for variety, from 0 to 1 (`VectorIndex.diversified(_:k:diversity:)`): its items
  ///     are chosen from the best `SearchRequest.candidatesPerItem` × `k`, and come in the order of choice.
  ///   - categoryLimit: At most so many items of a category in the list, or in the candidates of a diverse one; `nil` sets no limit.
  /// - Throws: ``RecommenderError/unknownUser(_:meant:)``, ``RecommenderError/noUsers``, `SearchError`.
  /// - Complexity: that of one search of the index; with a minimum score or a category limit that of some searches, each for
  ///   more items, until the score is passed or the list is full.
  public func recommend(
    for user: UserID, _ request: SearchRequest = SearchRequest(), includesSeen: Bool = false, diversity: Double = 0,
    categoryLimit: CategoryLimit? = nil
  ) throws -> [Recommendation] {
    let rules = ListRules(includesSeen: includesSeen, diversity: diversity, categoryLimit: categoryLimit)
    return try recommend(for: user, request, rules).items
  }

  /// The list for a user.
  package func recommend(for user: UserID, _ request: SearchRequest, _ rules: ListRules) throws -> FoundList {
    guard let embeddings, let users = embeddings.users, let ids = embeddings.userIDs else {
      throw RecommenderError.noUsers
    }
    guard let row = ids.row(of: user) else { throw unknown(user) }
    return try users.withRow(row) { query in
      try recommend(
        to: query, bias: embeddings.userBiases?[row] ?? 0, seen: rules.includesSeen ? [] : seen(by: row), request, rules
      )
    }
  }

  /// The rows of the index of the items that a user has; those that the index does not hold are left out.
  ///
  /// - Parameter user: The row of the user in the embeddings.
  package func seen(by user: Row) -> [Row] { inIndex(embeddings?.history(of: user) ?? []) }

  /// The rows of the index of items of the embeddings, without those that the index does not hold.
  func inIndex(_ rows: [Row]) -> [Row] {
    guard meetsByID, let embeddings else { return rows }
    return rows.compactMap { catalog.row(of: embeddings.itemIDs.id(of: $0)) }
  }

  /// The best items for a query without the seen ones; scores include all terms of the model.
  func recommend(
    to query: Span<Float>, bias: Float, seen: [Row], _ request: SearchRequest, _ rules: ListRules
  ) throws -> FoundList {
    let found = try neighbors(to: query, bias: bias, seen: seen, request, rules)
    return FoundList(items: found.list.map { recommendation($0, offset: 0) }, asked: found.asked)
  }

  /// The list of what a search has found.
  func shaped(
    _ found: (list: [Neighbor], asked: Int), _ request: SearchRequest, _ rules: ListRules, offset: Float
  ) throws -> FoundList {
    let list =
      rules.diversity > 0
      ? try index.diversified(found.list, k: request.k, diversity: rules.diversity) : found.list
    return FoundList(items: list.map { recommendation($0, offset: offset) }, asked: found.asked)
  }

  /// The fold-in of new users, with fixed items.
  ///
  /// - Throws: ``RecommenderError/noUsers`` without embeddings; `FoldInError` for a model without fold-in;
  ///   `TrainingError`.
  /// - Complexity: O(*items* × *dimension*²) for the first call, then O(1).
  public func foldIn() throws -> UserFoldIn {
    guard let embeddings else { throw RecommenderError.noUsers }
    return try prepared.withLock { prepared in
      if let prepared { return prepared }
      let made = try UserFoldIn(embeddings.forFoldIn)
      prepared = made
      return made
    }
  }

  func recommendation(_ neighbor: Neighbor, offset: Float) -> Recommendation {
    Recommendation(
      row: neighbor.row, id: catalog.id(of: neighbor.row), title: catalog.title(of: neighbor.row),
      score: neighbor.score + offset)
  }

  /// The title of an item, or `nil` when it has none.
  ///
  /// - Parameter row: The row of the item.
  public func title(of row: Row) -> String? { catalog.title(of: row) }
}

extension HNSWIndex {
  /// Whether an embeddings file is the one that the index was built from.
  fileprivate func isBuilt(from file: EmbeddingFile) -> Bool {
    guard facts.sourceDigest.isNone else { return facts.sourceDigest == file.digest }
    guard count == file.itemCount, dimension == file.dimension else { return false }
    return (0..<count).allSatisfy { number in
      let row = Row(number)
      // Rounded vectors are not those of the file; the ids are.
      return facts.itemIDs.id(of: row) == file.itemIDs.id(of: row)
        && (facts.vectorError > 0 || vector(of: row) == file.items[row])
    }
  }
}
