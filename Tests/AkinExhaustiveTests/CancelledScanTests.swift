import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive

@Suite("A scan that is cancelled")
struct CancelledScanTests {
  @Test("A scan of one query ends between blocks, not behind its last item", arguments: Metric.allCases, [1, 70])
  func withinQuery(metric: Metric, queries count: Int) throws {
    let items = EmbeddingMatrix(
      uniformRows: (0..<5_000).map { [1, Float($0 % 97), Float($0 % 89)] }, dimension: 3)
    let index = ExhaustiveIndex(items: items, metric: metric)
    let queries = EmbeddingMatrix(uniformRows: (0..<count).map { [1, Float($0), 2] }, dimension: 3)
    let cancellation = Cancellation()
    let execution = Execution(threads: 1, cancellation: cancellation)
    // The filter is asked within the only chunk of work, before its scan.
    #expect(throws: Cancelled.self) {
      _ = try index.nearest(
        toEach: queries, SearchRequest(k: 3),
        filter: { _ in
          cancellation.cancel()
          return nil
        }, execution: execution)
    }
    let again = try index.nearest(
      toEach: queries, SearchRequest(k: 3), filter: nil, execution: Execution(threads: 1))
    #expect(again[0].count == 3)
  }
}
