import AkinEvaluation
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Measuring recall and speed")
struct MeasurementTests {
  @Test("Percentiles are times that were measured, by nearest rank")
  func latency() {
    let summary = LatencySummary(microseconds: (1...100).map(Double.init).reversed(), wallSeconds: 0.5)
    #expect(summary.p50 == 50 && summary.p90 == 90 && summary.p99 == 99 && summary.max == 100)
    #expect(summary.mean == 50.5 && summary.queriesPerSecond == 200 && summary.count == 100)
    let one = LatencySummary(microseconds: [7], wallSeconds: 1)
    #expect(one.p50 == 7 && one.p99 == 7 && one.max == 7)
    let none = LatencySummary(microseconds: [], wallSeconds: 0)
    #expect(none.count == 0 && none.p99 == 0 && none.queriesPerSecond == 0)
  }

  @Test("A sample: its size, no row twice, ascending, the same for the same seed, another for another")
  func sample() {
    for (size, total) in [(0, 10), (1, 10), (10, 10), (11, 10), (5, 0), (100, 5000)] {
      for seed in UInt64(1)...3 {
        let rows = QuerySample.rows(size, of: total, seed: seed)
        #expect(rows.count == min(size, total) && rows == Array(Set(rows)).sorted())
        #expect(rows.allSatisfy { (0..<total).contains($0) })
        #expect(rows == QuerySample.rows(size, of: total, seed: seed))
      }
    }
    #expect(QuerySample.rows(100, of: 5000, seed: 1) != QuerySample.rows(100, of: 5000, seed: 2))
  }

  @Test("Every row is as likely as another to be in a sample")
  func fair() {
    var times = [Int](repeating: 0, count: 20)
    for seed in UInt64(0)..<2000 {
      for row in QuerySample.rows(5, of: 20, seed: seed) { times[row] += 1 }
    }
    // 500 expected, a standard deviation of 19.4: five of them.
    #expect(times.allSatisfy { abs($0 - 500) < 97 }, "\(times)")
  }

  @Test("Each ef is measured with its own answers, whatever the threads", arguments: [1, 4])
  func points(threads: Int) throws {
    let catalogue = Catalogue.normal(rows: 60, dimension: 3, metric: .innerProduct, seed: 3)
    let queries = (0..<100).map { query(dimension: 3, seed: $0) }
    let truth = queries.map { catalogue.nearest(to: $0, k: 10) }
    // A search that finds the first `ef` of ten.
    let measurement = try RecallMeasurement(
      truth: truth, k: 10, efs: [2, 5, 10], search: { ef, query in Array(truth[query].prefix(ef)) },
      exactSearch: { truth[$0] }, exactQueries: 40, execution: Execution(threads: threads))
    #expect(measurement.points.map(\.ef) == [2, 5, 10])
    let expected = [0.2, 0.5, 1]
    #expect(zip(measurement.points, expected).allSatisfy { abs($0.recall.mean - $1) < 1e-12 })
    #expect(measurement.points.allSatisfy { $0.latency.count == 100 })
    #expect(measurement.exact?.count == 40 && measurement.threads == threads)
    #expect(measurement.speedup(measurement.points[0]) ?? 0 > 0)
  }

  @Test("A search that throws stops the measurement with its error; a cancelled one says so")
  func errors() {
    let truth = [[Neighbor(row: Row(0), score: 1)]]
    #expect(throws: SearchError.badEffort(ef: 0)) {
      try RecallMeasurement(
        truth: truth, k: 2, efs: [1], search: { _, _ in throw SearchError.badEffort(ef: 0) })
    }
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: Cancelled.self) {
      try RecallMeasurement(
        truth: truth, k: 1, efs: [1], search: { _, _ in [] },
        execution: Execution(threads: 1, cancellation: cancellation))
    }
  }
}
