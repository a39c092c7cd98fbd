import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("A recall that the graph cannot promise is answered exactly, or refused")
struct FallbackTests {
  private static func index(_ metric: Metric, rows: Int) throws -> HNSWIndex {
    try Built(Catalogue.normal(rows: rows, dimension: 6, metric: metric, seed: 4)).index
  }

  private func request(_ recall: Double, k: Int = 10, allowsFallback: Bool = false) -> SearchRequest {
    var request = SearchRequest(k: k, effort: .recall(recall))
    request.allowsExactFallback = allowsFallback
    return request
  }

  @Test(
    "No measured ef supports it: refused by every search; supported, or exact in any case: answered",
    arguments: Metric.allCases)
  func unsupported(metric: Metric) throws {
    let index = try Self.index(metric, rows: 600)
    let query = query(dimension: 6, seed: 5)
    let queries = EmbeddingMatrix(uniformRows: [query, query], dimension: 6)
    // More than a sample can tell; and more items than were measured.
    for (recall, k) in [(0.999_999_9, 10), (0.5, 400)] {
      let (refused, answered) = (request(recall, k: k), request(recall, k: k, allowsFallback: true))
      let error = SearchError.recallNotPromised(recall, k: k)
      #expect(throws: error) { try index.nearest(to: query, refused) }
      #expect(throws: error) { try index.nearest(toEach: queries, refused, execution: Execution(threads: 1)) }
      #expect(throws: error) { try index.related(to: Row(3), refused) }
      #expect(throws: error) { try index.plan(refused) }
      let exact = try index.nearest(to: query, SearchRequest(k: k, effort: .exact))
      #expect(try index.nearest(to: query, answered) == exact, "\(recall), k \(k)")
    }
    #expect(try index.nearest(to: query, request(0.1)).count == 10)
    #expect(try index.related(to: Row(3), request(0.1)).count == 10)
    #expect(try index.nearest(to: query, request(1)) == index.nearest(to: query, SearchRequest(k: 10, effort: .exact)))
    var byEf = SearchRequest(k: 10, effort: .ef(20))
    byEf.allowsExactFallback = false
    #expect(try index.nearest(to: query, byEf).count == 10)
  }

  @Test("An index too small to measure answers exactly: nothing stands in for a graph", arguments: Metric.allCases)
  func small(metric: Metric) throws {
    let index = try Self.index(metric, rows: 31)
    #expect(try index.nearest(to: query(dimension: 6, seed: 5), request(0.999_999_9)).count == 10)
  }

  @Test("A check of this process has found no ef that keeps it: refused", arguments: Metric.allCases)
  func checked(metric: Metric) throws {
    let index = try Self.index(metric, rows: 600)
    let plan = SearchPlan(way: .graph(ef: 10), recall: 0.9, cost: 1)
    let (refused, answered) = (request(0.9), request(0.9, allowsFallback: true))
    var check = index.newCheck(plan, index.key(refused, 0.9), isBatch: false)
    while check.state != .exact { check.widen(count: index.count) }
    index.checks[index.key(refused, 0.9)] = check
    let query = query(dimension: 6, seed: 6)
    let error = SearchError.recallNotPromised(0.9, k: 10)
    #expect(throws: error) { try index.nearest(to: query.span, refused, target: 0.9, plan) }
    #expect(throws: error) {
      try index.nearest(
        toEach: EmbeddingMatrix(uniformRows: [query], dimension: 6), refused, target: 0.9, plan, filter: nil,
        execution: Execution(threads: 1))
    }
    let exact = try index.nearest(to: query, SearchRequest(k: 10, effort: .exact))
    #expect(try index.nearest(to: query.span, answered, target: 0.9, plan) == exact)
  }
}
