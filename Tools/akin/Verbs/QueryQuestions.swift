import Akin
import AkinInterchange
import AkinSupport

/// The queries of `akin query`: vectors as they are, or all users of a file, whose answers are those of `akin recommend`.
struct QueryQuestions: Sendable {
  /// The query vectors.
  let vectors: EmbeddingMatrix
  /// What each query leaves out, or `nil`.
  let filter: (@Sendable (_ query: Int) -> RowFilter?)?
  /// At most so many items of a category in each list; `nil` sets no limit.
  var categoryLimit: CategoryLimit?
  private let index: any ItemIndex
  private let file: EmbeddingFile?
  private let recommender: Recommender?
  private let isRaw: Bool

  init(_ arguments: Arguments, _ index: any ItemIndex, _ execution: Execution) throws {
    self.index = index
    isRaw = arguments[Common.raw]
    guard let text = arguments[QueryVerb.queries] else {
      vectors = try VectorFile.read(path: arguments[QueryVerb.vectors] ?? "", execution: execution).vectors
      (file, filter, recommender) = (nil, nil, nil)
      return
    }
    let file =
      text == "users" ? try index.heldEmbeddings() : try EmbeddingFile(path: String(text.dropFirst(6)))
    let recommender = try Recommender(opened: index, embeddings: file)
    guard let file, let users = file.users else { throw RecommenderError.noUsers }
    self.file = file
    self.recommender = recommender
    vectors = users
    if let note = recommender.zeroUsers { execution.notice?(Notice(note, isWarning: true)) }
    let capacity = index.count
    if arguments[RecommendVerb.includeSeen] {
      filter = nil
    } else {
      if let note = recommender.usersWithoutHistory { execution.notice?(Notice(note, isWarning: true)) }
      filter = { user in
        .excluding(RowSet(recommender.seen(by: Row(user)), capacity: capacity))
      }
    }
  }

  /// The embeddings of the users, or `nil`.
  var embeddings: EmbeddingFile? { file }

  /// The request of the search. The limit of users' answers is compared with what is shown, after the search.
  func search(_ request: SearchRequest) -> SearchRequest {
    var request = request
    if file != nil { request.minimumScore = nil }
    return request
  }

  /// The answers as they are written: those of users with mean and biases, as predictions unless scores are asked for.
  func answers(_ table: NeighborTable, _ request: SearchRequest) -> NeighborTable {
    guard file != nil else { return table }
    var answers = NeighborTable(queryCount: table.queryCount, k: table.k)
    for user in 0..<table.queryCount {
      let shown = table[user].map { Neighbor(row: $0.row, score: self.shown($0.score, to: user)) }
      answers[user] = shown[...].prefix { one in request.minimumScore.map { one.score >= $0 } ?? true }
    }
    return answers
  }

  /// The answers with those of users with zero vectors by popularity, as `akin recommend` gives them.
  ///
  /// - Parameters:
  ///   - answers: The answers.
  ///   - request: The number of items, the filter and the smallest score.
  func byPopularity(_ answers: NeighborTable, _ request: SearchRequest) throws -> NeighborTable {
    guard let recommender, recommender.answersZeroUsersByPopularity else { return answers }
    return recommender.byPopularity(
      answers, from: 0, try recommender.popularList(request), request, includesSeen: filter == nil, categoryLimit)
  }

  /// The number that stands for a score of the index in the answer to a query.
  func shown(_ score: Float, to query: Int) -> Float {
    guard let file else { return score }
    let offset = index.metric == .innerProduct ? file.globalMean + (file.userBiases?[Row(query)] ?? 0) : 0
    guard !isRaw, let objective = file.objective else { return score + offset }
    return Float(objective.prediction(ofScore: Double(score + offset)))
  }
}
