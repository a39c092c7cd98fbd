import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinEvaluation

@Suite("Recall is the share of the truth that was found")
struct RecallReportTests {
  /// Neighbours with these rows and falling scores.
  private func list(_ rows: [Int], scores: [Float]? = nil) -> [Neighbor] {
    rows.enumerated().map { Neighbor(row: Row($1), score: scores?[$0] ?? Float(100 - $0)) }
  }

  @Test("Hits divided by what there is to find, averaged over queries")
  func counts() {
    let truth = [list([1, 2, 3, 4]), list([5, 6]), list([7, 8, 9, 10])]
    let answers = [list([1, 2, 3, 4]), list([6, 40]), list([])]
    let report = RecallReport(answers: answers, truth: truth, k: 4)
    #expect(report.mean == 0.5)
    #expect(report.queryCount == 3 && report.queriesWithoutTruth == 0)
    #expect(report.worst == [.init(query: 2, recall: 0), .init(query: 1, recall: 0.5)])
  }

  @Test("Only the first k of both lists count")
  func prefixes() {
    let report = RecallReport(answers: [list([9, 1, 2])], truth: [list([1, 2, 3])], k: 2)
    #expect(report.mean == 0.5)
  }

  @Test("A query with nothing to find is left out and counted; nothing to find at all is found in full")
  func withoutTruth() {
    let report = RecallReport(answers: [list([]), list([1])], truth: [list([]), list([1])], k: 3)
    #expect(report.mean == 1 && report.queryCount == 1 && report.queriesWithoutTruth == 1)
    let empty = RecallReport(answers: [list([])], truth: [list([])], k: 3)
    #expect(empty.mean == 1 && empty.tieTolerantMean == 1 && empty.interval == 0...1 && empty.queryCount == 0)
  }

  @Test("An answer that ties with the last true neighbour is as good; one below it is not; a row counts once")
  func ties() {
    let truth = [list([1, 2, 3], scores: [5, 4, 4])]
    let tied = RecallReport(answers: [list([1, 3, 7], scores: [5, 4, 4])], truth: truth, k: 3)
    #expect(tied.mean == 2 / 3.0 && tied.tieTolerantMean == 1)
    let ulp = RecallReport(answers: [list([1, 3, 7], scores: [5, 4, Float(4).nextDown])], truth: truth, k: 3)
    #expect(ulp.tieTolerantMean == 1)
    let below = RecallReport(answers: [list([1, 3, 7], scores: [5, 4, 3.999])], truth: truth, k: 3)
    #expect(below.tieTolerantMean == 2 / 3.0)
    let twice = RecallReport(answers: [list([1, 1, 1], scores: [5, 5, 5])], truth: truth, k: 3)
    #expect(twice.mean == 1 / 3.0 && twice.tieTolerantMean == 1 / 3.0)
  }

  @Test("The interval holds the mean, lies within 0...1, narrows with queries, and has a width at 0 and at 1")
  func interval() {
    var widths: [Double] = []
    for count in [1, 10, 100, 1000] {
      for recall in [0.0, 0.3, 1] {
        let interval = RecallReport.wilson(
          mean: recall, recalls: Array(repeating: recall, count: count), places: count * 10)
        #expect(interval.contains(recall) && interval.lowerBound >= 0 && interval.upperBound <= 1)
        #expect(interval.upperBound > interval.lowerBound)
        if recall == 1 { widths.append(interval.upperBound - interval.lowerBound) }
      }
    }
    #expect(widths == widths.sorted(by: >))
    // One missed place in 2,000 must not look surer than none.
    let all = RecallReport.wilson(mean: 1, recalls: Array(repeating: 1, count: 200), places: 2000)
    let oneMissed = [0.9] + Array(repeating: 1.0, count: 199)
    let one = RecallReport.wilson(mean: 0.9995, recalls: oneMissed, places: 2000)
    #expect(one.lowerBound < all.lowerBound && all.lowerBound > 0.99)
    // The same misses in whole queries say less than spread over all.
    let spread = RecallReport.wilson(mean: 0.9, recalls: Array(repeating: 0.9, count: 100), places: 1000)
    let together = (0..<100).map { $0 < 10 ? 0.0 : 1.0 }
    let clustered = RecallReport.wilson(mean: 0.9, recalls: together, places: 1000)
    #expect(clustered.lowerBound < spread.lowerBound - 0.02)
  }

  @Test("The interval covers the true mean about 95 times in 100", arguments: [0.5, 0.9, 0.98])
  func coverage(truth: Double) {
    var generator = SeededGenerator(seed: 3)
    var covered = 0
    for _ in 0..<400 {
      // Queries of unlike difficulty: half miss twice as often as the mean, half never.
      let recalls = (0..<200).map { query in
        let hit = query % 2 == 0 ? 1 - 2 * (1 - truth) : 1
        return Double((0..<10).count { _ in generator.uniform() < hit }) / 10
      }
      let mean = recalls.reduce(0, +) / 200
      if RecallReport.wilson(mean: mean, recalls: recalls, places: 2000).contains(truth) { covered += 1 }
    }
    #expect(covered >= 372, "covered \(covered) of 400, seed 3")
  }

  @Test("Worst queries: lowest first, equal ones in order, as many as asked for")
  func worst() {
    let truth = (0..<6).map { _ in list([1, 2]) }
    let answers = [[1, 2], [1], [2], [], [1, 2], [9]].map { list($0) }
    let report = RecallReport(answers: answers, truth: truth, k: 2, worstCount: 3)
    #expect(report.worst.map(\.query) == [3, 5, 1])
  }

  @Test("A table and an index give the same report as lists")
  func sources() throws {
    struct Plain: VectorIndex {
      let catalogue: Catalogue
      var count: Int { catalogue.count }
      var dimension: Int { catalogue.items.dimension }
      var metric: Metric { catalogue.metric }
      func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
        catalogue.nearest(to: (0..<query.count).map { query[$0] }, k: request.k)
      }
      func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor] { [] }
      func vector(of row: Row) -> [Float]? { catalogue.items[row] }
    }
    let items = Catalogue.normal(rows: 50, dimension: 4, metric: .euclidean, seed: 1)
    let other = Catalogue(items: items.items, metric: .cosine)
    let queries = normalMatrix(rows: 7, dimension: 4, seed: 2)
    let report = try RecallReport(
      of: Plain(catalogue: other), against: Plain(catalogue: items), queries: queries, k: 5)
    var answers = NeighborTable(queryCount: 7, k: 5)
    var truth = answers
    for query in 0..<7 {
      answers[query] = other.nearest(to: queries[Row(query)], k: 5)[...]
      truth[query] = items.nearest(to: queries[Row(query)], k: 5)[...]
    }
    #expect(report == RecallReport(answers: answers, truth: truth, k: 5))
    #expect(report.mean > 0 && report.mean < 1)
  }
}
