import AkinExhaustive
import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("Recall measured with given queries")
struct GivenQueriesTests {
  /// Items in a few directions, queries in others.
  private static func embeddings(_ metric: Metric, seed: UInt64) -> Embeddings {
    let normal = normalMatrix(rows: 1500, dimension: 8, seed: seed)
    let items = (0..<1500).map { row in normal[Row(row)].enumerated().map { $1 * Float($0 < 3 ? 2 : 0.3) } }
    return Embeddings(Catalogue(rows: items, dimension: 8, metric: metric))
  }

  private static func queries(_ count: Int, seed: UInt64) -> EmbeddingMatrix {
    let normal = normalMatrix(rows: count, dimension: 8, seed: seed)
    return EmbeddingMatrix(
      uniformRows: (0..<count).map { row in normal[Row(row)].enumerated().map { $1 * Float($0 < 3 ? 0.2 : 2) } },
      dimension: 8)
  }

  @Test("The plan is for them, and others of their kind get what it promises", arguments: Metric.allCases, [1, 2])
  func planned(metric: Metric, seed: UInt64) throws {
    let options = HNSWBuildOptions(m: 4, efConstruction: 16, seed: seed)
    let index = try HNSWIndex(
      Self.embeddings(metric, seed: seed), options: options, queries: Self.queries(400, seed: seed + 10),
      execution: Execution(threads: 2))
    let measured = try #require(index.calibration?.measurements)
    #expect(Set(measured.filter { $0.question == .nearest }.map(\.family)) == [.queries])
    #expect(Set(measured.filter { $0.question == .related }.map(\.family)) == [.items])
    let others = Self.queries(400, seed: seed + 20)
    let truth = try index.exhaustive().nearest(toEach: others, k: 10, execution: Execution(threads: 1))
    for target in [0.8, 0.95] {
      let plan = try index.buildPlan(SearchRequest(k: 10, effort: .recall(target)))
      #expect(plan.basis == (plan.ef == nil ? .exact : .queries))
      guard let ef = plan.ef else { continue }
      let table = try index.nearest(toEach: others, k: 10, ef: ef, execution: Execution(threads: 1))
      let found = (0..<400).reduce(0) { $0 + RecallCheck.good(table[$1], truth[$1]) }
      // Three standard errors of 4,000 entries, twice as wide for their clustering.
      #expect(Double(found) / 4000 >= target - 0.04, "\(metric), \(target), seed \(seed), ef \(ef)")
    }
  }

  @Test("The same bytes at any number of threads", arguments: [Metric.euclidean, .innerProduct])
  func threads(metric: Metric) throws {
    let queries = Self.queries(60, seed: 3)
    let bytes = try [1, 3].map { threads in
      try withDirectory { directory in
        let index = try HNSWIndex(
          Self.embeddings(metric, seed: 3), options: .small, queries: queries, execution: Execution(threads: threads))
        try index.write(to: "\(directory)/a.idx")
        return try read("\(directory)/a.idx")
      }
    }
    #expect(bytes[0] == bytes[1])
  }

  @Test("Queries of another dimension, not finite, or too few are refused, and there is no file")
  func refused() throws {
    try withDirectory { directory in
      let embeddings = Self.embeddings(.cosine, seed: 4)
      try embeddings.write(to: "\(directory)/a.emb")
      func build(_ queries: EmbeddingMatrix) throws {
        _ = try HNSWIndex.build(
          from: EmbeddingFile(path: "\(directory)/a.emb"), to: "\(directory)/a.idx", queries: queries,
          execution: Execution(threads: 1))
      }
      let wide = normalMatrix(rows: 40, dimension: 9, seed: 5)
      #expect(throws: SearchError.dimensionMismatch(expected: 8, found: 9)) { try build(wide) }
      var rows = (0..<40).map { _ in [Float](repeating: 1, count: 8) }
      rows[33][5] = .nan
      #expect(throws: SearchError.notFinite(query: 33, component: 5)) {
        try build(EmbeddingMatrix(uniformRows: rows, dimension: 8))
      }
      for count in [0, 29] {
        #expect(throws: HNSWError.tooFewQueries(found: count)) {
          try build(EmbeddingMatrix(uniformRows: Array(rows.prefix(count)), dimension: 8))
        }
      }
      #expect(throws: FileError.self) { try HNSWIndex(path: "\(directory)/a.idx") }
      try build(EmbeddingMatrix(uniformRows: Array(rows.prefix(30)), dimension: 8))
    }
  }
}
