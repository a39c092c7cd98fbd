import AkinVectors
import Testing

@testable import AkinEvaluation

@Suite("Recall of single queries")
struct RecallDistributionTests {
  /// Recalls in tenths, by a small generator.
  private func tenths(_ count: Int, seed: UInt64) -> [Double] {
    var state = seed &* 2_654_435_761 &+ 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33 % 11) / 10
    }
  }

  @Test("A share counts the queries below, those at the limit not; a quantile is a recall that so many do not exceed")
  func counts() {
    for seed in [UInt64(1), 2, 3] {
      for count in [1, 2, 7, 100, 333] {
        let recalls = tenths(count, seed: seed)
        let distribution = RecallDistribution(recalls)
        #expect(distribution.count == count)
        for target in 0...11 {
          let low = recalls.filter { Int(($0 * 10).rounded()) < target - 1 }.count
          let share = distribution.share(below: Double(target) / 10)
          #expect(share == Double(low) / Double(count), "seed \(seed), \(count) queries, target \(target)")
        }
        for share in [0.01, 0.1, 0.5, 0.99, 1] {
          let quantile = distribution.quantile(share)
          let (atMost, below) = (recalls.filter { $0 <= quantile }.count, recalls.filter { $0 < quantile }.count)
          #expect(recalls.contains(quantile) && Double(atMost) >= share * Double(count), "seed \(seed), share \(share)")
          #expect(Double(below) < share * Double(count), "seed \(seed), \(count) queries, share \(share)")
        }
      }
    }
    let none = RecallDistribution([])
    #expect(none.count == 0 && none.share(below: 1) == 0 && none.quantile(0.5) == 1)
  }

  private func list(_ rows: some Sequence<Int>) -> [Neighbor] {
    rows.enumerated().map { Neighbor(row: Row($1), score: -Float($0)) }
  }

  @Test("A report has the recall of each query with a true neighbour; a target of 0.9 misses at 0.7, not at 0.8")
  func report() {
    let truth = (0..<10).map { _ in list(0..<10) } + [[]]
    let answers = (0..<10).map { list(0..<$0 + 1) } + [list(0..<3)]
    let report = RecallReport(answers: answers, truth: truth, k: 10)
    #expect(report.distribution == RecallDistribution((1...10).map { Double($0) / 10 }))
    #expect(report.distribution.share(below: 0.9) == 0.7 && report.distribution.quantile(0.1) == 0.1)
  }

  @Test("Deciles of popularity hold every true neighbour once, and all that was found")
  func deciles() {
    let truth = (0..<20).map { query in list((0..<5).map { ($0 * 7 + query * 3) % 40 }) }
    let answers = truth.enumerated().map { query, list in Array(list.prefix(query % 6)) }
    for popularity in [[Int](repeating: 0, count: 40), (0..<40).map { 100 / ($0 + 1) }, (0..<40).map { $0 % 3 }] {
      let parts = PopularityDeciles(of: answers, truth: truth, k: 5, popularity: popularity).deciles
      #expect(parts.map(\.items).reduce(0, +) == 40 && parts.map(\.relevant).reduce(0, +) == 100)
      #expect(parts.map(\.found).reduce(0, +) == answers.map(\.count).reduce(0, +))
      // The most popular item is in the first part, one without users in the last.
      if let first = popularity.firstIndex(of: popularity.max() ?? 0), popularity[first] > 0 {
        let one = PopularityDeciles(of: [[]], truth: [list([first])], k: 1, popularity: popularity).deciles
        #expect(one[0].relevant == 1 && one[0].found == 0)
      } else {
        #expect(parts[9].relevant == 100)
      }
    }
  }
}
