import AkinSupport
import AkinVectors
import Testing

@testable import AkinEvaluation

@Suite("Ranking metrics")
struct RankingMetricTests {
  @Test("A list with hits on places 1 and 3 of 4, five relevant items: by hand")
  func byHand() {
    let hits = [true, false, true, false]
    func value(_ metric: RankingMetric, _ k: Int = 4) -> Double { metric.value(hits: hits, relevant: 5, k: k) }
    #expect(value(.recall) == 2.0 / 5)
    #expect(value(.cappedRecall) == 2.0 / 4)
    #expect(value(.precision) == 2.0 / 4)
    #expect(value(.averagePrecision) == (1.0 + 2.0 / 3) / 4)
    #expect(value(.hitRate) == 1)
    #expect(value(.reciprocalRank) == 1)
    let best = 1 + 1 / log2(Double(3)) + 1 / 2 + 1 / log2(Double(5))
    #expect((value(.ndcg) - 1.5 / best).magnitude < 1e-15)
    // Places beyond the list hold nothing, and precision still divides by k.
    #expect(value(.precision, 10) == 0.2)
    #expect(value(.cappedRecall, 10) == 2.0 / 5)
  }

  @Test("A first hit on place 3 and no hit at all: by hand")
  func lateAndNever() {
    let late = [false, false, true]
    #expect(RankingMetric.reciprocalRank.value(hits: late, relevant: 1, k: 3) == 1.0 / 3)
    #expect(RankingMetric.reciprocalRank.value(hits: late, relevant: 1, k: 2) == 0)
    #expect(RankingMetric.ndcg.value(hits: late, relevant: 1, k: 3) == 0.5)
    for metric in RankingMetric.allCases {
      #expect(metric.value(hits: [false, false], relevant: 3, k: 2) == 0, "\(metric)")
      #expect(metric.value(hits: [], relevant: 3, k: 2) == 0, "\(metric)")
    }
  }

  @Test("Every metric is what its definition says, on drawn lists", arguments: 1...20)
  func oracle(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let items = Int.random(in: 1...30, using: &random)
      let list = Array(
        Array(0..<UInt32(items)).shuffled(using: &random).prefix(Int.random(in: 0...items, using: &random)))
      let relevant = Set(
        Array(0..<UInt32(items)).shuffled(using: &random).prefix(Int.random(in: 1...items, using: &random)))
      let k = Int.random(in: 1...40, using: &random)
      for metric in RankingMetric.allCases {
        let value = metric.value(hits: list.map { relevant.contains($0) }, relevant: relevant.count, k: k)
        let expected = RankingOracle.value(metric, list: list, relevant: relevant, k: k)
        #expect((value - expected).magnitude < 1e-12, "seed \(seed), \(metric)@\(k): \(value), \(expected)")
        #expect((0...1).contains(value), "seed \(seed), \(metric)@\(k)")
      }
    }
  }

  @Test("The best list scores 1 wherever 1 can be reached", arguments: 1...12)
  func perfect(relevant: Int) {
    for k in 1...15 {
      let hits = (0..<k).map { $0 < relevant }
      for metric in [RankingMetric.ndcg, .cappedRecall, .averagePrecision, .hitRate, .reciprocalRank] {
        #expect(metric.value(hits: hits, relevant: relevant, k: k) == 1, "\(metric)@\(k)")
      }
      #expect(
        RankingMetric.recall.value(hits: hits, relevant: relevant, k: k) == Double(min(k, relevant)) / Double(relevant))
      #expect(
        RankingMetric.precision.value(hits: hits, relevant: relevant, k: k) == Double(min(k, relevant)) / Double(k))
    }
  }

  @Test("A hit that moves up never lowers a metric", arguments: 1...10)
  func monotone(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var hits = (0..<12).map { _ in Bool.random(using: &random) }
    hits[0] = false
    for place in 1..<12 where hits[place] && !hits[place - 1] {
      var better = hits
      better.swapAt(place, place - 1)
      for metric in RankingMetric.allCases {
        for k in [3, 6, 12] {
          let (before, after) = (
            metric.value(hits: hits, relevant: 12, k: k), metric.value(hits: better, relevant: 12, k: k)
          )
          #expect(after >= before - 1e-12, "seed \(seed), \(metric)@\(k), place \(place)")
        }
      }
    }
  }
}

@Suite("The area under the curve")
struct AreaUnderCurveTests {
  @Test("By hand: two of three pairs in order; ties count against the model")
  func byHand() {
    // Item 0 is relevant; 1, 2, 3 are not.
    #expect(AreaUnderCurve.value(scores: [0.5, 0.9, 0.1, 0.2], relevant: [0], seen: []) == 2.0 / 3)
    #expect(AreaUnderCurve.value(scores: [1, 1, 1], relevant: [1], seen: []) == 0)
    #expect(AreaUnderCurve.value(scores: [9, 1, 5], relevant: [2], seen: [0]) == 1)
    #expect(AreaUnderCurve.value(scores: [.nan, 1], relevant: [0], seen: []) == 0)
    #expect(AreaUnderCurve.value(scores: [1, 2], relevant: [0, 1], seen: []) == nil)
    #expect(AreaUnderCurve.value(scores: [1, 2], relevant: [0], seen: [1]) == nil)
  }

  @Test("It counts pairs, with ties and without", arguments: 1...10)
  func oracle(seed: UInt64) {
    for ties in [false, true] {
      let drawn = DrawnTest(questions: 8, items: 25, seed: seed, ties: ties)
      for question in 0..<drawn.test.count {
        let value = AreaUnderCurve.value(
          scores: drawn.scores[question], relevant: drawn.test.relevantItems(question),
          seen: drawn.test.seenItems(question))
        let expected = RankingOracle.area(
          scores: drawn.scores[question], relevant: Set(drawn.test.relevantItems(question)),
          seen: Set(drawn.test.seenItems(question)))
        #expect(value == expected, "seed \(seed), question \(question)")
      }
    }
  }
}
