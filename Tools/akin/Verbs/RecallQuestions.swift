import Akin
import AkinEvaluation
import AkinInterchange
import AkinSupport

/// The queries of `akin recall`, as `related`, `recommend` and `query` ask them, with their exact answers.
struct RecallQuestions: Sendable {
  /// The query vectors.
  let vectors: EmbeddingMatrix
  /// The number of queries to sample from.
  let total: Int
  let index: any ItemIndex
  /// What is right: a scan of the true vectors where the index has rounded ones and the embeddings are known, else its own.
  private let exhaustive: any VectorIndex
  /// How the index keeps vectors, where answers are compared with the rounded ones, because no others are known; else `nil`.
  let rounded: VectorStore?
  private let kind: Kind
  private let allowed: RowFilter?

  private enum Kind: Sendable {
    /// Items; an item is excluded from its own answer.
    case items([Row])
    /// Users; seen items are excluded.
    case users([Row], Recommender)
    case vectors
  }

  /// Collects at most `sample` queries (0: all), drawn by a seed.
  ///
  /// - Parameter allowed: The items that may be in an answer; `nil` allows all.
  init(
    _ queries: RecallVerb.Queries, on index: any ItemIndex, sample: Int, seed: UInt64, allowed: RowFilter? = nil,
    execution: Execution
  ) throws {
    self.allowed = allowed
    self.index = index
    func drawn(of total: Int) -> [Int] { QuerySample.rows(sample == 0 ? total : sample, of: total, seed: seed) }
    switch queries {
    case .items:
      let live = index.liveRows
      total = live.count
      let rows = drawn(of: total).map { live[$0] }
      (exhaustive, rounded) = Self.scan(index, try index.heldEmbeddings(), by: index.relatedMetric)
      let scan = exhaustive
      vectors = EmbeddingMatrix(uniformRows: rows.compactMap { scan.vector(of: $0) }, dimension: index.dimension)
      kind = .items(rows)
    case .users(let path):
      let file = try path.map { try EmbeddingFile(path: $0) } ?? index.heldEmbeddings()
      let recommender = try Recommender(opened: index, embeddings: file)
      guard let file, let users = file.users else { throw RecommenderError.noUsers }
      total = users.count
      let rows = drawn(of: total).map { Row($0) }
      vectors = EmbeddingMatrix(uniformRows: rows.map { users[$0] }, dimension: users.dimension)
      kind = .users(rows, recommender)
      (exhaustive, rounded) = Self.scan(index, file, by: nil)
    case .vectors(let path):
      let all = try VectorFile.read(path: path, execution: execution).vectors
      total = all.count
      if let note = all.zeroQueries(by: index.metric) { execution.notice?(Notice(note, isWarning: true)) }
      let rows = drawn(of: total)
      vectors =
        rows.count == total ? all : EmbeddingMatrix(uniformRows: rows.map { all[Row($0)] }, dimension: all.dimension)
      kind = .vectors
      (exhaustive, rounded) = Self.scan(index, try index.heldEmbeddings(), by: nil)
    }
  }

  /// The scan that says what is right, and how vectors are rounded where it has no true ones.
  private static func scan(
    _ index: any ItemIndex, _ file: EmbeddingFile?, by metric: Metric?
  ) -> (any VectorIndex, VectorStore?) {
    guard let facts = (index as? HNSWIndex)?.facts, facts.vectorError > 0 else { return (index.exact(by: metric), nil) }
    guard let file else { return (index.exact(by: metric), facts.store) }
    let scan = ExhaustiveIndex(items: file.items, metric: metric ?? file.metric, biases: file.itemBiases?.values)
    return (scan, nil)
  }

  /// The embeddings of the users, or those that the index holds; `nil` for none.
  var embeddings: EmbeddingFile? {
    if case .users(_, let recommender) = kind { return recommender.embeddings }
    return try? index.heldEmbeddings()
  }

  /// The kind of question.
  var question: Question { if case .items = kind { .related } else { .nearest } }

  /// The exact answers.
  func truth(k: Int, execution: Execution) throws -> [[Neighbor]] {
    let table = try exhaustive.nearest(
      toEach: vectors, SearchRequest(k: k, filter: allowed), filter: { own($0).map { .excluding($0) } },
      execution: execution)
    return (0..<table.queryCount).map { Array(table[$0]) }
  }

  /// The answer of the graph search to a query.
  func graphAnswer(_ query: Int, k: Int, ef: Int) throws -> [Neighbor] {
    var request = SearchRequest(k: k, effort: .ef(ef), filter: allowed)
    if let own = own(query) { request = request.excluding(own) }
    if case .items(let rows) = kind { return try index.related(to: rows[query], request) }
    return try vectors.withRow(Row(query)) { try index.nearest(to: $0, request) }
  }

  /// The answer of the index's own exact scan to a query.
  func exactAnswer(_ query: Int, k: Int) throws -> [Neighbor] {
    var request = SearchRequest(k: k, filter: allowed)
    if let own = own(query) { request = request.excluding(own) }
    let scan = index.exact(by: question == .related ? index.relatedMetric : nil)
    return try vectors.withRow(Row(query)) { try scan.nearest(to: $0, request) }
  }

  /// The share of the right items that the index's own exact scan finds: 1, but for rounded vectors beside true ones.
  func exactRecall(_ truth: [[Neighbor]], k: Int) throws -> Double {
    guard rounded == nil, let facts = (index as? HNSWIndex)?.facts, facts.vectorError > 0 else { return 1 }
    let shares = try truth.indices.filter { !truth[$0].isEmpty }.map { query in
      let found = Set(try exactAnswer(query, k: k).map(\.row))
      return Double(truth[query].count { found.contains($0.row) }) / Double(truth[query].count)
    }
    return shares.isEmpty ? 1 : shares.reduce(0, +) / Double(shares.count)
  }

  /// What a query leaves out besides: the item itself, or the seen items of a user.
  private func own(_ query: Int) -> RowSet? {
    switch kind {
    case .items(let rows): RowSet([rows[query]], capacity: index.count)
    case .users(let rows, let recommender): RowSet(recommender.seen(by: rows[query]), capacity: index.count)
    case .vectors: nil
    }
  }
}
