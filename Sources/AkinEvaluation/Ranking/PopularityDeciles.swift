import AkinVectors

/// Recall for items that everybody knows and for items that nobody does.
///
/// Items are ordered by falling popularity, equal ones in row order, and cut into ten parts that have a tenth of all
/// training interactions each: the first holds the few most popular items, the tenth the long tail. (Ten parts of as
/// many items each would put nearly every test pair into the first.) An item is in the part in which its first
/// interaction falls; items without any are in the tenth.
public struct PopularityDeciles: Sendable, Equatable {
  /// One of the ten parts.
  public struct Decile: Sendable, Equatable {
    /// How many items it has.
    public var items = 0
    /// How many relevant pairs of user and item fall into it.
    public var relevant = 0
    /// How many of them were among the first k.
    public var found = 0
    /// `found / relevant`, over all users together; `nil` without relevant pairs.
    public var recall: Double? { relevant > 0 ? Double(found) / Double(relevant) : nil }
  }

  /// The ten parts, the most popular first.
  public private(set) var deciles = [Decile](repeating: Decile(), count: 10)

  /// No pairs at all.
  init() {}

  /// Sorts relevant pairs into deciles.
  ///
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

  /// The decile of each item, 0 for the most popular.
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

  /// Adds another fold's pairs; the number of items is that of the larger.
  mutating func add(_ other: PopularityDeciles) {
    for index in deciles.indices {
      deciles[index].items = max(deciles[index].items, other.deciles[index].items)
      deciles[index].relevant += other.deciles[index].relevant
      deciles[index].found += other.deciles[index].found
    }
  }
}
