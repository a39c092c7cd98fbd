import AkinVectors

/// The queries of a ranking test: users with their relevant and their seen items.
///
/// Candidates are all items of the catalogue except the items seen by the user and the items left out for all users.
public struct RankingTest: Sendable {
  /// The user of each query. The caller numbers users; the same user has the same number in every fold.
  public let users: [UInt32]
  /// The relevant items of each query; at least one.
  public let relevant: History
  /// The items that the list of each query excludes; none of them is relevant.
  public let seen: History
  /// Items of the catalogue.
  public let itemCount: Int
  /// The number of training interactions of each item.
  public let popularity: [Int]
  /// Users with held-out pairs that cannot be tested.
  public let skipped: Int
  /// The items that all lists exclude; none of them is relevant.
  public var leftOut: [UInt32] = []

  /// Creates a test; arrays that do not match trap.
  ///
  /// - Parameters:
  ///   - users: The user of each query.
  ///   - relevant: The relevant items of each query; at least one.
  ///   - seen: The items that the list of each query excludes.
  ///   - itemCount: Items of the catalogue.
  ///   - popularity: The number of training interactions of each item.
  ///   - skipped: Users with held-out pairs that cannot be tested.
  public init(
    users: [UInt32], relevant: History, seen: History, itemCount: Int, popularity: [Int], skipped: Int = 0
  ) {
    precondition(relevant.offsets.count == users.count + 1, "each query has its relevant items")
    precondition(seen.offsets.count == users.count + 1, "each query has its seen items")
    precondition(popularity.count == itemCount, "each item has a popularity")
    precondition([relevant.rows, seen.rows].joined().allSatisfy { $0 < itemCount }, "each row names an item")
    self.users = users
    self.relevant = relevant
    self.seen = seen
    self.itemCount = itemCount
    self.popularity = popularity
    self.skipped = skipped
  }

  /// The number of queries.
  public var count: Int { users.count }

  /// The relevant items of a query, ascending.
  ///
  /// - Parameter question: The query's number.
  public func relevantItems(_ question: Int) -> ArraySlice<UInt32> { relevant.list(question) }

  /// The seen items of a query, ascending.
  ///
  /// - Parameter question: The query's number.
  public func seenItems(_ question: Int) -> ArraySlice<UInt32> { seen.list(question) }

  /// A test of `size` random queries, in their order; this test if it has no more.
  ///
  /// - Parameters:
  ///   - size: The number of queries.
  ///   - seed: The random seed.
  public func sample(_ size: Int, seed: UInt64) -> RankingTest {
    guard size < count else { return self }
    let questions = QuerySample.rows(size, of: count, seed: seed)
    var sample = RankingTest(
      users: questions.map { users[$0] }, relevant: relevant.lists(questions), seen: seen.lists(questions),
      itemCount: itemCount, popularity: popularity, skipped: skipped)
    sample.leftOut = leftOut
    return sample
  }

  /// All items that the list of a query excludes.
  ///
  /// - Parameter question: The query's number.
  public func excluded(_ question: Int) -> RowSet {
    var rows = RowSet(seenItems(question).lazy.map { Row($0) }, capacity: itemCount)
    for row in leftOut { rows.insert(Row(row)) }
    return rows
  }
}

extension History {
  /// The rows of one owner.
  func list(_ owner: Int) -> ArraySlice<UInt32> { rows[Int(offsets[owner])..<Int(offsets[owner + 1])] }

  /// The table of these owners.
  func lists(_ owners: [Int]) -> History {
    var part = History(offsets: [0], rows: [])
    for owner in owners {
      part.rows += list(owner)
      part.offsets.append(UInt64(part.rows.count))
    }
    return part
  }
}
