import AkinExhaustive
import AkinFiles
import AkinSupport
import AkinVectors

/// Who wants an item: the users who have it among their own best `k`.
///
///     let audience = try recommender.audience(top: 100)
///     for member in try audience.members(of: .number(1), limit: 20) {
///       print(member.id, member.score)
///     }
///
/// Prepared once by the exact list of every user, of which the last place is kept: 8 bytes and a code of a byte a component for each
/// user. An item then asks all users at once: their codes rule most of them out, with a proven bound, and the others are scored in
/// float64. So an answer is exact: a user is in it just when the exact list of ``Recommender/recommend(for:_:includesSeen:diversity:categoryLimit:)``
/// has the item. Any number of threads may use an audience at once.
public final class Audience: Sendable {
  /// A user in whose list an item is.
  public struct Member: Sendable, Equatable {
    /// The row of the user in the embeddings.
    public let row: Row
    /// The id of the user.
    public let id: UserID
    /// The score of the item for the user, with all terms of the model, as the user's own list shows it.
    public let score: Float
  }

  /// The length of the lists.
  public let k: Int
  /// The number of users.
  public var userCount: Int { scan.queryCount }
  private let recommender: Recommender
  private let filter: RowFilter?
  private let includesSeen: Bool
  private let scan: ThresholdScan

  fileprivate init(
    _ recommender: Recommender, k: Int, filter: RowFilter?, includesSeen: Bool, execution: Execution
  ) throws {
    let index = recommender.index
    let request = SearchRequest(k: k, effort: .exact, filter: filter)
    try request.check(count: index.count)
    guard let users = recommender.embeddings?.users else { throw RecommenderError.noUsers }
    var keys: [UInt64] = []
    keys.reserveCapacity(users.count)
    var silent = execution
    silent.progress = nil
    let block = max(256, min(16_384, Audience.blockEntries / min(k, max(1, index.count))))
    for first in stride(from: 0, to: users.count, by: block) {
      let range = first..<min(first + block, users.count)
      let queries = users.rows(range)
      let capacity = index.count
      var seen: (@Sendable (Int) -> RowFilter?)?
      if !includesSeen {
        seen = { query in
          let rows = recommender.seen(by: Row(range.lowerBound + query))
          return rows.isEmpty ? nil : .excluding(RowSet(rows, capacity: capacity))
        }
      }
      let lists = try index.nearest(toEach: queries, request, filter: seen, execution: silent)
      for query in 0..<range.count {
        try queries.withRow(Row(query)) { try index.checkScores(lists[query], of: $0, index: first + query) }
        let last = lists[query].count < k ? nil : lists[query].last
        keys.append(last.map { RankKey.make(score: $0.score, row: $0.row.index) } ?? 0)
      }
      execution.progress?(
        ProgressEvent(stage: "lists", completed: range.upperBound, total: users.count, unit: "users"))
    }
    scan = try unsafe ThresholdScan(users, metric: index.metric, lastKeys: keys, execution: silent)
    self.recommender = recommender
    self.k = k
    self.filter = filter
    self.includesSeen = includesSeen
  }

  /// The entries of the lists that are in memory at once.
  private static let blockEntries = 1 << 21

  /// Returns the users in whose lists an item is, best score first; equal scores come in the order of users.
  ///
  /// - Parameters:
  ///   - item: The id of the item.
  ///   - limit: The largest number of users; `nil` returns all.
  /// - Returns: No users for an item that the filter does not let in.
  /// - Throws: ``RecommenderError/unknownItem(_:)``, `SearchError`.
  /// - Complexity: O(*users* × *dimension*) in bytes, and in float64 for the users that are left.
  public func members(of item: ItemID, limit: Int? = nil) throws -> [Member] {
    let index = recommender.index
    guard let row = recommender.catalog.row(of: item) else { throw RecommenderError.unknownItem(item.description) }
    guard filter?.allows(row) ?? true, let vector = index.vector(of: row), let embeddings = recommender.embeddings,
      let ids = embeddings.userIDs
    else { return [] }
    let own = recommender.meetsByID ? embeddings.itemIDs.row(of: item) : row
    let isProduct = index.metric == .innerProduct
    let found = scan.queries(of: vector, bias: isProduct ? try bias(of: row) : 0, row: row)
    var members: [(score: Float, user: Int)] = []
    for (user, score) in found {
      if !includesSeen, let own, embeddings.hasSeen(own, user: Row(user)) { continue }
      let offset = isProduct ? embeddings.globalMean + (embeddings.userBiases?[Row(user)] ?? 0) : 0
      members.append((score + offset, user))
    }
    members.sort { $0.score > $1.score || $0.score == $1.score && $0.user < $1.user }
    return members.prefix(max(0, limit ?? .max)).map {
      Member(row: Row($0.user), id: ids.id(of: Row($0.user)), score: $0.score)
    }
  }

  /// The bias of an item: its score for the zero vector.
  private func bias(of row: Row) throws -> Float {
    let index = recommender.index
    let only = RowFilter.only(RowSet([row], capacity: index.count))
    let zero = [Float](repeating: 0, count: index.dimension)
    return try index.nearest(to: zero, SearchRequest(k: 1, effort: .exact, filter: only)).first?.score ?? 0
  }
}

extension Recommender {
  /// Prepares the answers to who wants an item: makes the exact list of every user, and keeps its last place.
  ///
  /// - Parameters:
  ///   - k: The length of the lists, at least 1.
  ///   - filter: The items that may be in the lists; `nil` allows all.
  ///   - includesSeen: Whether items that a user has seen may be in the user's list. Without them no user is in the audience of an
  ///     item that the user has seen.
  ///   - execution: Threads; progress in users; cancellation.
  /// - Throws: ``RecommenderError/noUsers``, `SearchError`, or `Cancelled`.
  /// - Complexity: that of one exact batch of all users.
  public func audience(
    top k: Int, filter: RowFilter? = nil, includesSeen: Bool = false, execution: Execution = Execution()
  ) throws -> Audience {
    try Audience(self, k: k, filter: filter, includesSeen: includesSeen, execution: execution)
  }
}

extension EmbeddingFile {
  /// Whether a user's history has an item.
  fileprivate func hasSeen(_ item: Row, user: Row) -> Bool { history(of: user).contains(item) }
}
