import AkinSupport
import AkinVectors
import Testing

@testable import AkinEvaluation

@Suite("Novelty, diversity and serendipity of lists")
struct ListQualityTests {
  /// The definitions as they read.
  private func slow(
    _ quality: ListQuality, _ list: [UInt32], _ k: Int, _ question: Int, _ drawn: DrawnTest, _ vectors: EmbeddingMatrix,
    users: Int
  ) -> Double {
    let test = drawn.test
    let shown = Array(list.prefix(k))
    switch quality {
    case .novelty:
      if shown.isEmpty { return 0 }
      return shown.map { -log2(Double(test.popularity[Int($0)] + 1) / Double(users + 1)) }.reduce(0, +)
        / Double(shown.count)
    case .diversity:
      var (sum, pairs) = (0.0, 0)
      for a in shown {
        for b in shown where a != b {
          let (x, y) = (vectors[Row(a)].map { Double($0) }, vectors[Row(b)].map { Double($0) })
          let inner = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
          let size = (x.reduce(0) { $0 + $1 * $1 } * y.reduce(0) { $0 + $1 * $1 }).squareRoot()
          sum += 1 - (size > 0 ? inner / size : 0)
          pairs += 1
        }
      }
      return pairs > 0 ? sum / Double(pairs) : 0
    case .serendipity:
      let seen = Set(test.seenItems(question))
      let candidates = (0..<UInt32(test.itemCount)).filter { !seen.contains($0) }
      let popular = candidates.sorted {
        let (x, y) = (test.popularity[Int($0)], test.popularity[Int($1)])
        return x != y ? x > y : $0 < $1
      }
      let expected = Set(popular.prefix(k))
      let relevant = Set(test.relevantItems(question))
      return Double(shown.count { relevant.contains($0) && !expected.contains($0) }) / Double(k)
    }
  }

  private func reference(_ drawn: DrawnTest, seed: UInt64, k: Int) throws -> ListReference {
    var random = SeededGenerator(seed: seed)
    // Some vectors are zeros, as those of items without interactions.
    let rows = (0..<drawn.test.itemCount).map { item in
      (0..<5).map { _ in item % 7 == 3 ? 0 : Float(random.normal()) }
    }
    return ListReference(
      userCount: 60, vectors: EmbeddingMatrix(uniformRows: rows, dimension: 5),
      popular: try ScoreRanker.popular(drawn.test).top(k, of: drawn.test, execution: Execution()))
  }

  @Test("They are what their definitions say, for lists of any length", arguments: [1, 2, 3])
  func definitions(seed: UInt64) throws {
    let drawn = DrawnTest(questions: 12, items: 25, seed: seed, ties: seed == 2)
    let ks = [1, 2, 5, 10, 40]
    let reference = try reference(drawn, seed: seed, k: 40)
    var tally = RankingTally(ks: ks)
    try tally.add(drawn.test, drawn.ranker, reference: reference)
    let lists = drawn.lists(40)
    for k in ks {
      for quality in ListQuality.allCases {
        let all = lists.enumerated().map { slow(quality, $1, k, $0, drawn, reference.vectors, users: 60) }
        let found = try #require(tally.report.estimate(quality, k: k))
        let expected = all.reduce(0, +) / Double(all.count)
        #expect(abs(found.mean - expected) < 1e-9, "seed \(seed), \(quality)@\(k)")
        #expect(found.count == 12)
      }
    }
    #expect(tally.report.estimate(.novelty, k: 3) == nil)
  }

  @Test("The popular list surprises nobody, and what everybody has is not new")
  func popular() throws {
    let drawn = DrawnTest(questions: 12, items: 25, seed: 5)
    var tally = RankingTally(ks: [3, 10])
    try tally.add(drawn.test, ScoreRanker.popular(drawn.test), reference: reference(drawn, seed: 5, k: 10))
    for k in [3, 10] {
      #expect(tally.report.estimate(.serendipity, k: k)?.mean == 0)
      let own = try #require(tally.report.estimate(.novelty, k: k)?.mean)
      var other = RankingTally(ks: [3, 10])
      try other.add(drawn.test, drawn.ranker, reference: reference(drawn, seed: 5, k: 10))
      #expect(try own < #require(other.report.estimate(.novelty, k: k)?.mean))
    }
  }

  @Test("A user of two folds counts with the mean; without a reference there is nothing to tell")
  func folds() throws {
    let drawn = DrawnTest(questions: 6, items: 15, seed: 6)
    let reference = try reference(drawn, seed: 6, k: 5)
    var (once, twice, none) = (RankingTally(ks: [5]), RankingTally(ks: [5]), RankingTally(ks: [5]))
    try once.add(drawn.test, drawn.ranker, reference: reference)
    for _ in 0..<2 { try twice.add(drawn.test, drawn.ranker, reference: reference) }
    try none.add(drawn.test, drawn.ranker)
    for quality in ListQuality.allCases {
      #expect(once.report.estimate(quality, k: 5) == twice.report.estimate(quality, k: 5))
      #expect(none.report.estimate(quality, k: 5) == nil)
    }
  }
}
