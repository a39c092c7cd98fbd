import AkinSupport
import AkinVectors

@testable import AkinEvaluation

/// The metrics as their definitions read, slowly: sets, sums over all places, all pairs.
enum RankingOracle {
  static func value(_ metric: RankingMetric, list: [UInt32], relevant: Set<UInt32>, k: Int) -> Double {
    func h(_ place: Int) -> Double { place <= list.count && relevant.contains(list[place - 1]) ? 1 : 0 }
    func precision(_ n: Int) -> Double { (1...n).map(h).reduce(0, +) / Double(n) }
    let hits = (1...k).map(h).reduce(0, +)
    let best = min(k, relevant.count)
    switch metric {
    case .ndcg:
      let gain = (1...k).map { h($0) / log2(Double($0) + 1) }.reduce(0, +)
      return gain / (1...best).map { 1 / log2(Double($0) + 1) }.reduce(0, +)
    case .recall: return hits / Double(relevant.count)
    case .cappedRecall: return hits / Double(best)
    case .precision: return hits / Double(k)
    case .averagePrecision: return (1...k).map { h($0) * precision($0) }.reduce(0, +) / Double(best)
    case .hitRate: return hits > 0 ? 1 : 0
    case .reciprocalRank: return (1...k).first { h($0) == 1 }.map { 1 / Double($0) } ?? 0
    }
  }

  static func area(scores: [Float], relevant: Set<UInt32>, seen: Set<UInt32>) -> Double? {
    var right = 0
    var pairs = 0
    for i in scores.indices where relevant.contains(UInt32(i)) {
      for j in scores.indices where !relevant.contains(UInt32(j)) && !seen.contains(UInt32(j)) {
        pairs += 1
        if scores[i] > scores[j] { right += 1 }
      }
    }
    return pairs > 0 ? Double(right) / Double(pairs) : nil
  }

  static func gini(_ counts: [Int]) -> Double {
    // Half the mean difference of all pairs, over the mean.
    let n = Double(counts.count)
    let mean = Double(counts.reduce(0, +)) / n
    var sum = 0.0
    for a in counts { for b in counts { sum += Double((a - b).magnitude) } }
    return sum / (2 * n * n * mean)
  }
}

/// A drawn test: questions with seen and relevant items that share none, and a ranker by drawn scores.
struct DrawnTest {
  let test: RankingTest
  let scores: [[Float]]

  init(questions: Int, items: Int, seed: UInt64, ties: Bool = false) {
    var random = SeededGenerator(seed: seed)
    var relevant = History(offsets: [0], rows: [])
    var seen = History(offsets: [0], rows: [])
    var scores: [[Float]] = []
    for _ in 0..<questions {
      var order = Array(0..<UInt32(items))
      order.shuffle(using: &random)
      let hits = Int.random(in: 1...max(1, items / 3), using: &random)
      let known = Int.random(in: 0...items / 3, using: &random)
      relevant.rows += order.prefix(hits).sorted()
      relevant.offsets.append(UInt64(relevant.rows.count))
      seen.rows += order.dropFirst(hits).prefix(known).sorted()
      seen.offsets.append(UInt64(seen.rows.count))
      scores.append(
        (0..<items).map { _ in ties ? Float(Int.random(in: 0...3, using: &random)) : Float(random.normal()) })
    }
    test = RankingTest(
      users: (0..<questions).map { UInt32($0) }, relevant: relevant, seen: seen, itemCount: items,
      popularity: (0..<items).map { _ in Int.random(in: 0...50, using: &random) })
    self.scores = scores
  }

  var ranker: ScoreRanker {
    let scores = scores
    return ScoreRanker { scores[$0] }
  }

  /// The lists by sorting everything.
  func lists(_ k: Int) -> [[UInt32]] {
    (0..<test.count).map { question in
      let seen = Set(test.seenItems(question))
      let candidates = (0..<UInt32(test.itemCount)).filter { !seen.contains($0) }
      let own = scores[question]
      return Array(
        candidates.sorted { own[Int($0)] != own[Int($1)] ? own[Int($0)] > own[Int($1)] : $0 < $1 }.prefix(k))
    }
  }
}
