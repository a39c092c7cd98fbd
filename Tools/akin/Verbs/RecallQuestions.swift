import Akin
import AkinEvaluation
import AkinInterchange
import AkinSupport

/// What `akin recall` asks: the questions that `related`, `recommend` and `query` would answer, and the truth about them.
struct RecallQuestions: Sendable {
  /// The vectors to ask with.
  let vectors: EmbeddingMatrix
  /// How many questions there were to draw from.
  let total: Int
  let index: HNSWIndex
  private let exhaustive: ExhaustiveIndex
  private let kind: Kind

  private enum Kind: Sendable {
    /// The items themselves, each left out of its own answer.
    case items([Row])
    /// Users, what they have seen left out.
    case users([Row], EmbeddingFile)
    case vectors
  }

  /// Gathers at most `sample` questions (0: all), drawn by a seed.
  init(
    _ queries: RecallVerb.Queries, indexPath: String, sample: Int, seed: UInt64, execution: Execution
  ) throws {
    func drawn(of total: Int) -> [Int] { QuerySample.rows(sample == 0 ? total : sample, of: total, seed: seed) }
    switch queries {
    case .items:
      index = try HNSWIndex(path: indexPath)
      total = index.count
      let rows = drawn(of: total).map { Row($0) }
      let index = index
      vectors = EmbeddingMatrix(uniformRows: rows.compactMap { index.vector(of: $0) }, dimension: index.dimension)
      kind = .items(rows)
      exhaustive = index.exhaustive(by: index.relatedMetric)
    case .users(let path):
      index = try HNSWIndex(path: indexPath)
      let file = try EmbeddingFile(path: path)
      _ = try Recommender(index, embeddings: file)
      guard let users = file.users else { throw RecommenderError.noUsers }
      total = users.count
      let rows = drawn(of: total).map { Row($0) }
      vectors = EmbeddingMatrix(uniformRows: rows.map { users[$0] }, dimension: users.dimension)
      kind = .users(rows, file)
      exhaustive = index.exhaustive()
    case .vectors(let path):
      index = try HNSWIndex(path: indexPath)
      let all = try VectorFile.read(path: path, execution: execution).vectors
      total = all.count
      let rows = drawn(of: total)
      vectors =
        rows.count == total ? all : EmbeddingMatrix(uniformRows: rows.map { all[Row($0)] }, dimension: all.dimension)
      kind = .vectors
      exhaustive = index.exhaustive()
    }
  }

  /// What an index is asked by them.
  var question: Question { if case .items = kind { .related } else { .nearest } }

  /// The exact answers.
  func truth(k: Int, execution: Execution) throws -> [[Neighbor]] {
    let table = try exhaustive.nearest(
      toEach: vectors, SearchRequest(k: k), filter: { filter($0) }, execution: execution)
    return (0..<table.queryCount).map { Array(table[$0]) }
  }

  /// What the graph answers to a question.
  func graphAnswer(_ query: Int, k: Int, ef: Int) throws -> [Neighbor] {
    var request = SearchRequest(k: k, effort: .ef(ef))
    if case .items(let rows) = kind { return try index.related(to: rows[query], request) }
    request.filter = filter(query)
    return try vectors.withRow(Row(query)) { try index.nearest(to: $0, request) }
  }

  /// What the exact scan answers to a question.
  func exactAnswer(_ query: Int, k: Int) throws -> [Neighbor] {
    let request = SearchRequest(k: k, filter: filter(query))
    return try vectors.withRow(Row(query)) { try exhaustive.nearest(to: $0, request) }
  }

  /// Leaves out an item itself, or what a user has seen.
  private func filter(_ query: Int) -> RowFilter? {
    switch kind {
    case .items(let rows): .excluding(RowSet([rows[query]], capacity: index.count))
    case .users(let rows, let file): .excluding(RowSet(file.history(of: rows[query]), capacity: index.count))
    case .vectors: nil
    }
  }
}
