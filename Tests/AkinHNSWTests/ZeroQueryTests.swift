import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("A query of zeros by inner product is answered exactly, for a walk has no direction")
struct ZeroQueryTests {
  private static let bytes = Result {
    try Built(Catalogue.normal(rows: 600, dimension: 6, metric: .innerProduct, seed: 12), .small).bytes
  }
  private static let index = Result { try fresh() }

  /// The index, of which nothing was asked yet.
  private static func fresh() throws -> HNSWIndex { try opened(bytes.get()) }

  @Test(
    "Alone and in a batch, whatever the effort, under filters of the request and of the query",
    arguments: [SearchEffort.ef(1), .ef(12), .recall(0.5), .exact], [false, true])
  func answers(effort: SearchEffort, isFiltered: Bool) throws {
    let index = try Self.index.get()
    let (zero, other) = ([Float](repeating: 0, count: 6), query(dimension: 6, seed: 7))
    let truth = try index.exhaustive().nearest(to: zero, k: 600).map(\.row)
    // The better half may not be in an answer: a walk meets these first.
    let filter = isFiltered ? RowFilter.excluding(RowSet(truth.prefix(300), capacity: 600)) : nil
    let own = RowFilter.excluding(RowSet(truth.dropFirst(300).prefix(5), capacity: 600))
    let request = SearchRequest(k: 9, effort: effort, filter: filter)
    let all = isFiltered ? Array(truth.dropFirst(300)) : truth
    #expect(try index.nearest(to: zero, request).map(\.row) == Array(all.prefix(9)))
    let queries = EmbeddingMatrix(uniformRows: [other, zero, zero.map { -$0 }], dimension: 6)
    let plain = try index.nearest(toEach: queries, request, execution: Execution(threads: 1))
    let filtered = try index.nearest(
      toEach: queries, request, filter: { $0 == 2 ? own : nil }, execution: Execution(threads: 1))
    for query in [1, 2] { #expect(plain[query].map(\.row) == Array(all.prefix(9)), "query \(query)") }
    #expect(filtered[1] == plain[1])
    #expect(filtered[2].map(\.row) == Array(all.filter { own.allows($0) }.prefix(9)))
  }

  @Test("Zeros in a batch are not checked: the plan is that of the other queries")
  func unchecked() throws {
    let queries = normalMatrix(rows: 120, dimension: 6, seed: 4)
    func rows(_ zeros: Bool) -> EmbeddingMatrix {
      EmbeddingMatrix(
        uniformRows: (0..<120).flatMap {
          zeros && $0 % 3 == 0 ? [queries[Row($0)], Array(repeating: 0, count: 6)] : [queries[Row($0)]]
        },
        dimension: 6)
    }
    let request = SearchRequest(k: 5, effort: .recall(0.9))
    let (with, without) = (try Self.fresh(), try Self.fresh())
    let found = try with.nearest(toEach: rows(true), request, execution: Execution(threads: 1))
    let other = try without.nearest(toEach: rows(false), request, execution: Execution(threads: 1))
    #expect(with.checks[with.key(request, 0.9)]?.total == without.checks[without.key(request, 0.9)]?.total)
    let directed = (0..<160).filter { !rows(true)[Row($0)].allSatisfy { $0 == 0 } }
    #expect(directed.enumerated().allSatisfy { found[$1] == other[$0] })
  }

  @Test("What is wrong with such a query or its request is refused as ever")
  func refused() throws {
    let index = try Self.index.get()
    #expect(throws: SearchError.dimensionMismatch(expected: 6, found: 5)) {
      try index.nearest(to: [Float](repeating: 0, count: 5), SearchRequest())
    }
    #expect(throws: SearchError.badEffort(ef: 0)) {
      try index.nearest(to: [Float](repeating: 0, count: 6), SearchRequest(k: 3, effort: .ef(0)))
    }
  }
}
