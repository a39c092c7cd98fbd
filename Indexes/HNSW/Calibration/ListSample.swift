import AkinExhaustive
import AkinVectors

/// What a process knows of how many of the nearest lists hold the answers to its queries of one k, recall target and filter.
///
/// A query that was answered exactly tells it for every number of lists: the rank of the list of each item of its answer.
struct ListSample {
  /// For each ranking and query, the ranks of its answer's lists, ascending.
  private var ranks: [ListRanking: [[Int]]] = [:]
  /// All queries of this process that were answered exactly for the sample.
  private(set) var total = 0
  /// The number of lists that reaches the target, or `nil`: not known, or not worth it.
  private(set) var number: Int?
  /// The ranking that needs so few.
  private(set) var ranking = ListRanking.byMean
  /// Whether a sample has said that lists are not worth it.
  private(set) var isHopeless = false

  /// Each number of lists that is considered is greater than the last by this factor.
  private static let step = 1.25

  /// Adds queries, and forgets the oldest beyond ``RecallCheck/most``.
  mutating func add(_ queries: [ListRanking: [[Int]]]) {
    total += queries.values.first?.count ?? 0
    for (ranking, queries) in queries {
      let all = ranks[ranking, default: []] + queries.map { $0.sorted() }
      ranks[ranking] = all.suffix(RecallCheck.most)
    }
  }

  /// Chooses the ranking that reaches a target with the least number of lists, and that number, with the confidence of ``MeasuredRecall/assured``.
  ///
  /// - Parameters:
  ///   - lists: The number of all lists.
  ///   - isWorth: Whether so many are worth it; no more are considered then.
  mutating func decide(_ target: Double, k: Int, lists: Int, isWorth: (Int) -> Bool) {
    number = nil
    var (some, best) = (1, 0.0)
    while some <= lists, isWorth(some) {
      for ranking in ListRanking.allCases {
        let found = recall(of: some, ranking, k: k)
        if found.expected > 0, found.assured >= target {
          (number, self.ranking) = (some, ranking)
          return
        }
        best = max(best, found.recall)
      }
      some = max(some + 1, Int(Double(some) * ListSample.step))
    }
    // More queries would be surer.
    isHopeless = best < target || ranks.values.contains { $0.count >= RecallCheck.most }
  }

  /// The recall of the sample with a number of lists.
  private func recall(of number: Int, _ ranking: ListRanking, k: Int) -> MeasuredRecall {
    let ranks = ranks[ranking] ?? []
    var sum = MeasuredRecall(
      question: .nearest, family: .queries, k: k, ef: number, queries: ranks.count, expected: 0, found: 0,
      squaredMisses: 0, scored: 0, hops: 0, components: 0)
    for query in ranks {
      let missed = query.count { $0 > number }
      sum.expected += query.count
      sum.found += query.count - missed
      sum.squaredMisses += missed * missed
    }
    return sum
  }
}
