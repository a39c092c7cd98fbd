import AkinVectors

/// Recall by popularity, from the most popular items to the long tail.
///
/// Items are sorted by falling popularity, ties by row, and cut into ten parts with a tenth of all training interactions
/// each. The first part holds the few most popular items, the tenth the long tail. (Parts of equal numbers of items would put
/// nearly every test pair into the first.) An item belongs to the part of its first interaction; items without interactions
/// belong to the tenth.
public struct PopularityDeciles: Sendable, Equatable {
  /// One of the ten parts.
  public struct Decile: Sendable, Equatable {
    /// The number of items.
    public var items = 0
    /// The number of relevant pairs of user and item.
    public var relevant = 0
    /// The number of these pairs among the first k places.
    public var found = 0
    /// `found / relevant` over all users; `nil` without relevant pairs.
    public var recall: Double? { relevant > 0 ? Double(found) / Double(relevant) : nil }
  }

  /// The ten parts, the most popular first.
  public private(set) var deciles = [Decile](repeating: Decile(), count: 10)

  /// Creates deciles without items and pairs.
  init() {}

  /// Counts relevant and found pairs by decile.
  ///
  /// - Parameters:
  ///   - answers: One list per query.
  ///   - test: The queries.
  ///   - k: The places that count.
  /// - Complexity: O(items × log items + pairs × log pairs of a user).
  public init(of answers: NeighborTable, to test: RankingTest, k: Int) {
    let decile = PopularityDeciles.decile(of: test.popularity)
    for part in decile { deciles[part].items += 1 }
    for question in 0..<test.count {
      let shown = Set(answers[question].prefix(k).map(\.row.index))
      for item in test.relevantItems(question) {
        deciles[decile[Int(item)]].relevant += 1
        if shown.contains(item) { deciles[decile[Int(item)]].found += 1 }
      }
    }
  }

  /// Counts the true neighbours of queries, and those that answers have found, by decile.
  ///
  /// - Parameters:
  ///   - answers: The answer to each query.
  ///   - truth: The exact answer to each query.
  ///   - k: The places that count.
  ///   - popularity: The popularity of each row.
  /// - Complexity: O(items × log items + queries × k).
  public init(of answers: [[Neighbor]], truth: [[Neighbor]], k: Int, popularity: [Int]) {
    precondition(answers.count == truth.count, "\(answers.count) answers to \(truth.count) queries")
    let decile = PopularityDeciles.decile(of: popularity)
    for part in decile { deciles[part].items += 1 }
    for query in truth.indices {
      let shown = Set(answers[query].prefix(k).map(\.row))
      for one in truth[query].prefix(k) {
        deciles[decile[Int(one.row.index)]].relevant += 1
        if shown.contains(one.row) { deciles[decile[Int(one.row.index)]].found += 1 }
      }
    }
  }

  /// The decile of each item; 0 for the most popular items.
  static func decile(of popularity: [Int]) -> [Int] {
    let order = popularity.indices.sorted {
      popularity[$0] != popularity[$1] ? popularity[$0] > popularity[$1] : $0 < $1
    }
    let total = popularity.reduce(0, +)
    var decile = [Int](repeating: 9, count: popularity.count)
    var before = 0
    for item in order where popularity[item] > 0 {
      decile[item] = min(9, before * 10 / total)
      before += popularity[item]
    }
    return decile
  }

  /// Adds the pairs of another fold; the number of items is the larger one of both.
  mutating func add(_ other: PopularityDeciles) {
    for index in deciles.indices {
      deciles[index].items = max(deciles[index].items, other.deciles[index].items)
      deciles[index].relevant += other.deciles[index].relevant
      deciles[index].found += other.deciles[index].found
    }
  }
}
