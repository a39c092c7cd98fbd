import AkinExhaustive
import AkinVectors

/// What a process knows of how many of the nearest lists hold the answers to its queries of one k, recall target and filter.
///
/// A query that was answered exactly tells it for every number of lists: the rank of the list of each item of its answer.
struct ListSample {
  /// What lists cost less than, and how many reach the target.
  enum Verdict: Equatable {
    /// Too few queries are known.
    case more
    /// No number that is worth it reaches the target.
    case none
    case lists(Int, by: ListRanking)

    var isLists: Bool { if case .lists = self { true } else { false } }
  }

  /// A query that was answered exactly.
  private struct Query {
    /// For each ranking, the ranks of the lists of its answer, ascending.
    var ranks: [ListRanking: [Int]]
    /// The items that the exact scan compared with it.
    var compared: Int
  }

  /// The last ``RecallCheck/most`` queries.
  private var queries: [Query] = []
  /// All queries of this process that were answered exactly for the sample.
  private(set) var total = 0
  /// The last decision, for plans.
  var last = Verdict.more

  /// Queries since the last that was answered exactly for the sample, where it has decided.
  private var unchecked = 0

  /// Each number of lists that is considered is greater than the last by this factor.
  private static let step = 1.25

  /// How many of some queries are to be answered exactly for the sample, before it is asked: an eighth, but ``RecallCheck/first``; where it
  /// has decided, one in ``RecallCheck/most``.
  mutating func wanted(of number: Int) -> Int {
    guard isFull || last.isLists else { return max(RecallCheck.first, number / 8) }
    unchecked += number
    let due = unchecked / RecallCheck.most
    unchecked -= due * RecallCheck.most
    return due
  }

  /// Whether more queries change little.
  var isFull: Bool { queries.count >= RecallCheck.most }

  /// The items that an exact scan compares with a query, in the mean.
  var compared: Int { queries.isEmpty ? .max : queries.reduce(0) { $0 + $1.compared } / queries.count }

  /// Adds queries, and forgets the oldest beyond ``RecallCheck/most``.
  ///
  /// - Parameters:
  ///   - ranks: By ranking, the ranks of the lists of each answer; of queries that visit no list none.
  ///   - compared: For each query, the items that the exact scan compared with it.
  mutating func add(_ ranks: [ListRanking: [[Int]]], compared: [Int]) {
    total += compared.count
    for (place, compared) in compared.enumerated() {
      queries.append(Query(ranks: ranks.mapValues { $0[place].sorted() }, compared: compared))
    }
    queries.removeFirst(max(0, queries.count - RecallCheck.most))
  }

  /// The ranking that reaches a target with the least number of lists, and that number, with the confidence of
  /// ``MeasuredRecall/assured``; nothing is decided by fewer than ``RecallCheck/first`` queries.
  ///
  /// - Parameters:
  ///   - lists: The number of all lists.
  ///   - isWorth: Whether so many are worth it; no more are considered then.
  func verdict(_ target: Double, k: Int, lists: Int, isWorth: (Int) -> Bool) -> Verdict {
    guard queries.count >= RecallCheck.first else { return .more }
    var (some, best) = (1, 0.0)
    while some <= lists, isWorth(some) {
      for ranking in ListRanking.allCases {
        let found = recall(of: some, ranking, k: k)
        if found.expected > 0, found.assured >= target { return .lists(some, by: ranking) }
        best = max(best, found.recall)
      }
      some = max(some + 1, Int(Double(some) * ListSample.step))
    }
    // More queries would be surer.
    return best < target || isFull ? .none : .more
  }

  /// The recall of the sample with a number of lists.
  private func recall(of number: Int, _ ranking: ListRanking, k: Int) -> MeasuredRecall {
    var sum = MeasuredRecall(
      question: .nearest, family: .queries, k: k, ef: number, queries: queries.count, expected: 0, found: 0,
      squaredMisses: 0, scored: 0, hops: 0, components: 0)
    for query in queries {
      guard let ranks = query.ranks[ranking] else { continue }
      let found = ListSample.count(notAbove: number, in: ranks)
      sum.expected += ranks.count
      sum.found += found
      sum.squaredMisses += (ranks.count - found) * (ranks.count - found)
    }
    return sum
  }

  /// How many of some ascending numbers are not above one, by halving.
  private static func count(notAbove most: Int, in numbers: [Int]) -> Int {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] <= most { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
