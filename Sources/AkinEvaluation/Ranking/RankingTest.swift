import AkinVectors

/// What a ranking is asked: for each question (a user) which items are relevant, and which are left out.
///
/// Candidates are all items of the catalogue but those that the user has seen, and those that are left out for everybody.
public struct RankingTest: Sendable {
  /// Who is asked about, by a number of the caller's: a user who comes again in another fold has the same number.
  public let users: [UInt32]
  /// For each question the relevant items, at least one.
  public let relevant: History
  /// For each question the items that no list may hold; none of them is relevant.
  public let seen: History
  /// How many items the catalogue has.
  public let itemCount: Int
  /// How often each item stands in what models learned from.
  public let popularity: [Int]
  /// Users with something held out about whom nothing could be asked.
  public let skipped: Int
  /// Items that no list may hold, whoever is asked about; none of them is relevant.
  public var leftOut: [UInt32] = []

  /// Creates a test.
  public init(
    users: [UInt32], relevant: History, seen: History, itemCount: Int, popularity: [Int], skipped: Int = 0
  ) {
    precondition(relevant.offsets.count == users.count + 1, "each question has its relevant items")
    precondition(seen.offsets.count == users.count + 1, "each question has its seen items")
    precondition(popularity.count == itemCount, "each item has a popularity")
    precondition(relevant.rows.allSatisfy { $0 < itemCount } && seen.rows.allSatisfy { $0 < itemCount }, "rows exist")
    self.users = users
    self.relevant = relevant
    self.seen = seen
    self.itemCount = itemCount
    self.popularity = popularity
    self.skipped = skipped
  }

  /// How many questions there are.
  public var count: Int { users.count }

  /// The relevant items of a question, ascending.
  public func relevantItems(_ question: Int) -> ArraySlice<UInt32> { relevant.list(question) }

  /// The items that a question leaves out, ascending.
  public func seenItems(_ question: Int) -> ArraySlice<UInt32> { seen.list(question) }

  /// A test of `size` questions that a seed draws, in their order; the test itself when it has no more.
  public func sample(_ size: Int, seed: UInt64) -> RankingTest {
    guard size < count else { return self }
    let questions = QuerySample.rows(size, of: count, seed: seed)
    var sample = RankingTest(
      users: questions.map { users[$0] }, relevant: relevant.lists(questions), seen: seen.lists(questions),
      itemCount: itemCount, popularity: popularity, skipped: skipped)
    sample.leftOut = leftOut
    return sample
  }

  /// The items that a question leaves out, as a set.
  public func excluded(_ question: Int) -> RowSet {
    var rows = RowSet(seenItems(question).lazy.map { Row($0) }, capacity: itemCount)
    for row in leftOut { rows.insert(Row(row)) }
    return rows
  }
}

extension History {
  /// One owner's rows.
  func list(_ owner: Int) -> ArraySlice<UInt32> { rows[Int(offsets[owner])..<Int(offsets[owner + 1])] }

  /// The table of some owners.
  func lists(_ owners: [Int]) -> History {
    var part = History(offsets: [0], rows: [])
    for owner in owners {
      part.rows += list(owner)
      part.offsets.append(UInt64(part.rows.count))
    }
    return part
  }
}
