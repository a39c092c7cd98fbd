import AkinSupport
import AkinVectors

/// A ranker by vectors: the score of an item is that of its vector and bias for the query's vector.
public struct EmbeddingRanker: Ranker {
  /// Exact top-k search of a batch of queries that leaves out the rows of `excluding`, as an exhaustive index does it.
  public typealias Search =
    @Sendable (
      _ queries: EmbeddingMatrix, _ k: Int, _ excluding: @escaping @Sendable (Int) -> RowSet?, _ execution: Execution
    ) throws -> NeighborTable

  private let queries: EmbeddingMatrix
  private let items: EmbeddingMatrix
  private let biases: [Float]?
  private let metric: Metric
  private let search: Search

  /// Creates a ranker.
  ///
  /// - Parameters:
  ///   - queries: One vector per query of the test.
  ///   - items: One vector per item of the catalogue.
  ///   - biases: One bias per item, or `nil`.
  ///   - metric: The metric of scores.
  ///   - search: Exact top-k search by the same scores.
  public init(
    queries: EmbeddingMatrix, items: EmbeddingMatrix, biases: [Float]?, metric: Metric, search: @escaping Search
  ) {
    precondition(queries.dimension == items.dimension, "queries and items have the same dimension")
    precondition(biases.map { $0.count == items.count } ?? true, "each item has a bias")
    self.queries = queries
    self.items = items
    self.biases = biases
    self.metric = metric
    self.search = search
  }

  /// The `k` best candidates of each query, by the search.
  ///
  /// - Parameters:
  ///   - k: The length of lists.
  ///   - test: The test.
  ///   - execution: Threads; cancellation.
  /// - Throws: The error of the search, or `Cancelled`.
  public func top(_ k: Int, of test: RankingTest, execution: Execution) throws -> NeighborTable {
    precondition(queries.count == test.count && items.count == test.itemCount, "the test has these queries and items")
    return try search(queries, k, { test.excluded($0) }, execution)
  }

  /// The scores of all items for one query. O(items × dimension).
  ///
  /// - Parameter question: The query's number.
  public func scores(question: Int) -> [Float] {
    queries.withRow(Row(question)) { query in
      // Safe: the query and each item have `dimension` floats, which both matrices keep alive for this call.
      unsafe query.withUnsafeBufferPointer { query in
        guard let first = query.baseAddress else { return [] }
        let scorer = unsafe CanonicalScorer(
          metric: metric, query: first, dimension: items.dimension, kernels: Kernels.table)
        return (0..<items.count).map { row in
          unsafe scorer.score(items.base + row * items.stride, bias: biases?[row] ?? 0)
        }
      }
    }
  }
}
