import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("A batch walks several searches at a time")
struct InterleavedSearchTests {
  @Test("Each query's answer is the one that it gets alone, in every bit", arguments: Metric.allCases)
  func alone(metric: Metric) throws {
    for (seed, rows) in [(UInt64(1), 700), (2, 40)] {
      var catalogue = Catalogue.normal(rows: rows, dimension: 12, metric: metric, seed: seed)
      var vectors = (0..<rows).map { catalogue.items[Row($0)] }
      // Copies and vectors of zeros, which the graph does not link.
      for row in stride(from: 5, to: rows, by: 9) {
        vectors[row] = vectors[row / 2]
        if let bias = catalogue.biases?[row / 2] { catalogue.biases?[row] = bias }
      }
      for row in stride(from: 3, to: rows, by: 50) { vectors[row] = [Float](repeating: 0, count: 12) }
      catalogue.items = EmbeddingMatrix(uniformRows: vectors, dimension: 12)
      let index = try Built(barelyMeasured: catalogue).index
      try expectSame(index, "\(metric), \(rows) rows, seed \(seed)", zero: true, item: vectors[rows / 2])
    }
  }

  @Test("By codes along axes too", arguments: Metric.allCases)
  func byCodes(metric: Metric) throws {
    let wide = try CodesTests.WideIndex.of(metric)
    let (catalogue, index) = try (wide.catalogue, opened(wide.bytes))
    #expect(index.facts.codeWidth == 128)
    let queries = (0..<20).map { catalogue.items[Row($0 * 28)] }
    let table = try index.nearest(
      toEach: EmbeddingMatrix(uniformRows: queries, dimension: Catalogue.wideDimension), k: 10, ef: 64,
      execution: Execution(threads: 1))
    for (query, vector) in queries.enumerated() {
      #expect(Array(table[query]) == (try index.nearest(to: vector, k: 10, ef: 64)), "\(metric), query \(query)")
    }
  }

  @Test("An empty index and one with nothing linked answer as they do alone", arguments: Metric.allCases)
  func nothing(metric: Metric) throws {
    let zeros = Array(repeating: [Float](repeating: 0, count: 12), count: 9)
    for rows in [[], zeros, Array(zeros.prefix(1))] {
      let index = try Built(barelyMeasured: Catalogue(rows: rows, dimension: 12, metric: metric)).index
      try expectSame(index, "\(metric), \(rows.count) vectors of zeros", zero: true, item: nil)
    }
  }

  /// Batches around the number of lanes, for small and large `k` and `ef`, on one thread and on more.
  private func expectSame(_ index: HNSWIndex, _ place: String, zero: Bool, item: [Float]?) throws {
    for count in [0, 1, 2, 5, 6, 7, 13, 40] {
      var queries = (0..<count).map { query(dimension: 12, seed: 900 + UInt64($0)) }
      if zero && count > 1 { queries[1] = [Float](repeating: 0, count: 12) }
      if let item, count > 4 { queries[4] = item }
      for (k, ef) in [(1, 1), (10, 10), (10, 64), (index.count + 5, index.count + 9)] where count < 40 || k == 10 {
        let alone = try queries.map { try index.nearest(to: $0, k: k, ef: ef) }
        for threads in [1, 3] {
          let table = try index.nearest(
            toEach: EmbeddingMatrix(uniformRows: queries, dimension: 12), k: k, ef: ef,
            execution: Execution(threads: threads))
          for query in 0..<count {
            #expect(
              Array(table[query]) == alone[query],
              "\(place): query \(query) of \(count), k \(k), ef \(ef), \(threads) threads")
          }
        }
      }
    }
  }
}
