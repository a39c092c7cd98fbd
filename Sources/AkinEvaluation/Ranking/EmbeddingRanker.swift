import AkinSupport
import AkinVectors

/// A ranker by vectors: the score of an item is that of its vector, and bias, for the vector of the question.
public struct EmbeddingRanker: Ranker {
  /// Finds the `k` best items for each query, exactly, leaving out what `excluding` names: a batch of an exhaustive index.
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
  ///   - queries: One vector for each question of the test.
  ///   - items: One vector for each item of the catalogue.
  ///   - biases: One bias for each item, or `nil`.
  ///   - search: Finds the best items, by the same scores.
  public init(
    queries: EmbeddingMatrix, items: EmbeddingMatrix, biases: [Float]?, metric: Metric, search: @escaping Search
  ) {
    precondition(queries.dimension == items.dimension, "queries and items have one dimension")
    precondition(biases.map { $0.count == items.count } ?? true, "each item has a bias")
    self.queries = queries
    self.items = items
    self.biases = biases
    self.metric = metric
    self.search = search
  }

  public func top(_ k: Int, of test: RankingTest, execution: Execution) throws -> NeighborTable {
    precondition(queries.count == test.count && items.count == test.itemCount, "the test is about these vectors")
    return try search(queries, k, { test.excluded($0) }, execution)
  }

  /// The scores of all items: O(items × dimension).
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
