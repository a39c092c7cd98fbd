import AkinSupport
import AkinVectors

/// Something that ranks items for the questions of one test.
public protocol Ranker: Sendable {
  /// For each question its `k` best candidates, best first; equal scores in row order.
  func top(_ k: Int, of test: RankingTest, execution: Execution) throws -> NeighborTable
  /// The scores of all items of the catalogue for one question: larger is better. Called from any thread.
  func scores(question: Int) throws -> [Float]
}

/// A ranker that is nothing but its scores: every item is scored for every question.
///
/// - Complexity: O(questions × items × log k) for all lists, one list of scores a thread in memory.
public struct ScoreRanker: Ranker {
  private let score: @Sendable (_ question: Int) -> [Float]

  /// Creates a ranker from a function that gives the scores of all items for a question. An item whose score is NaN
  /// stands in no list.
  public init(score: @escaping @Sendable (_ question: Int) -> [Float]) { self.score = score }

  public func scores(question: Int) -> [Float] { score(question) }

  public func top(_ k: Int, of test: RankingTest, execution: Execution) throws -> NeighborTable {
    try NeighborTable(queryCount: test.count, k: min(k, test.itemCount), execution: execution) { questions, answer in
      for question in questions {
        let scores = score(question)
        let excluded = test.excluded(question)
        answer(question, best(k, of: scores, excluding: excluded))
      }
    }
  }

  /// The best rows by score: a heap of the best so far, the worst of them on top.
  private func best(_ k: Int, of scores: [Float], excluding excluded: RowSet) -> [Neighbor] {
    var heap: [UInt64] = []
    for (row, score) in scores.enumerated() where !score.isNaN && !excluded.contains(Row(row)) {
      let key = RankKey.make(score: score, row: UInt32(row))
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
  /// The same list for everybody: the items by how often they stand in what was learned from.
  public static func popular(_ test: RankingTest) -> ScoreRanker {
    let scores = test.popularity.map { Float($0) }
    return ScoreRanker { _ in scores }
  }

  /// A list drawn anew for each user: what knowing nothing scores.
  public static func random(_ test: RankingTest, seed: UInt64) -> ScoreRanker {
    let users = test.users
    let items = test.itemCount
    return ScoreRanker { question in
      let random = CounterRandom(seed: seed &+ UInt64(users[question]) &* 0x9E37_79B9_7F4A_7C15, purpose: 0x524E_444D)
      return (0..<items).map { Float(random.uniform(at: UInt64($0))) }
    }
  }
}
