import AkinHNSW
import AkinTestSupport
import AkinVectors
import Testing

@Suite("The same input, options and seed give the same bytes")
struct DeterminismTests {
  @Test("On 1, 2 and 4 threads and again; another seed gives others", arguments: Metric.allCases)
  func bytes(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 400, dimension: 12, metric: metric, seed: 1)
    // Copies and near ties, which an order of threads could decide.
    let items = (0..<400).map { catalogue.items[Row($0 % 9 == 0 ? 0 : $0 % 5 == 0 ? $0 / 2 : $0)] }
    let embeddings = Embeddings(
      Catalogue(rows: items, dimension: 12, metric: metric, biases: catalogue.biases), ids: .texts)
    let first = try Built(embeddings, .small, threads: 1).bytes
    for threads in [1, 2, 4, 4] {
      #expect(try Built(embeddings, .small, threads: threads).bytes == first, "\(threads) threads")
    }
    var other = HNSWBuildOptions.small
    other.seed = 2
    #expect(try Built(embeddings, other, threads: 1).bytes != first)
  }
}
