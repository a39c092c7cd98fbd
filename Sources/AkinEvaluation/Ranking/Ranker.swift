import AkinSupport
import AkinVectors

/// Ranks items for the queries of one test.
public protocol Ranker: Sendable {
  /// The `k` best candidates of each query, best first, ties by row.
  ///
  /// - Parameters:
  ///   - k: The length of lists.
  ///   - test: The test.
  ///   - execution: Threads; cancellation.
  func top(_ k: Int, of test: RankingTest, execution: Execution) throws -> NeighborTable
  /// The scores of all items for one query; larger is better. Called from any thread.
  ///
  /// - Parameter question: The query's number.
  func scores(question: Int) throws -> [Float]
}

/// A ranker that scores every item for every query.
///
/// - Complexity: O(queries × items × log k) for all lists; memory for the scores of one query per thread.
public struct ScoreRanker: Ranker {
  private let score: @Sendable (_ question: Int) -> [Float]

  /// Creates a ranker.
  ///
  /// - Parameter score: The scores of all items for a query; an item with a score of NaN is in no list. Called from any
  ///   thread.
  public init(score: @escaping @Sendable (_ question: Int) -> [Float]) { self.score = score }

  /// The scores of all items for one query.
  ///
  /// - Parameter question: The query's number.
  public func scores(question: Int) -> [Float] { score(question) }

  /// The `k` best candidates of each query.
  ///
  /// - Parameters:
  ///   - k: The length of lists.
  ///   - test: The test.
  ///   - execution: Threads; cancellation.
  /// - Throws: `Cancelled`.
  public func top(_ k: Int, of test: RankingTest, execution: Execution) throws -> NeighborTable {
    try NeighborTable(queryCount: test.count, k: min(k, test.itemCount), execution: execution) { questions, answer in
      for question in questions {
        let scores = score(question)
        let excluded = test.excluded(question)
        answer(question, best(k, of: scores, excluding: excluded))
      }
    }
  }

  /// The best rows by score, by a heap of the best so far with the worst of them on top.
  private func best(_ k: Int, of scores: [Float], excluding excluded: RowSet) -> [Neighbor] {
    var heap: [UInt64] = []
    for row in 0..<scores.count where !scores[row].isNaN && !excluded.contains(Row(row)) {
      let key = RankKey.make(score: scores[row], row: UInt32(row))
      if heap.count < k {
        heap.append(key)
        if heap.count == k { heap.sort() }
      } else if key > heap[0] {
        heap[0] = key
        sink(&heap)
      }
    }
    return heap.sorted(by: >).map(RankKey.neighbor)
  }

  /// Moves the top of the heap down to its place.
  private func sink(_ heap: inout [UInt64]) {
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[place] else { return }
      heap.swapAt(child, place)
      place = child
    }
  }
}

extension ScoreRanker {
  /// The popularity baseline: the same list for every user, by number of training interactions.
  ///
  /// - Parameter test: The test.
  public static func popular(_ test: RankingTest) -> ScoreRanker {
    let scores = test.popularity.map { Float($0) }
    return ScoreRanker { _ in scores }
  }

  /// The random baseline: a random list per user.
  ///
  /// - Parameters:
  ///   - test: The test.
  ///   - seed: The random seed.
  public static func random(_ test: RankingTest, seed: UInt64) -> ScoreRanker {
    let users = test.users
    let items = test.itemCount
    return ScoreRanker { question in
      let random = CounterRandom(seed: seed &+ UInt64(users[question]) &* 0x9E37_79B9_7F4A_7C15, purpose: 0x524E_444D)
      return (0..<items).map { Float(random.uniform(at: UInt64($0))) }
    }
  }
}
