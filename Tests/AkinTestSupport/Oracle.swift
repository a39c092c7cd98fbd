import AkinVectors

/// Items to search, and how: what a law hands to the index that it tests.
public struct Catalogue: Sendable {
  public var items: EmbeddingMatrix
  public var metric: Metric
  public var biases: [Float]?

  /// Creates a catalogue.
  public init(items: EmbeddingMatrix, metric: Metric, biases: [Float]? = nil) {
    self.items = items
    self.metric = metric
    self.biases = biases
  }

  /// Creates a catalogue of rows.
  public init(rows: [[Float]], dimension: Int, metric: Metric, biases: [Float]? = nil) {
    self.init(items: EmbeddingMatrix(uniformRows: rows, dimension: dimension), metric: metric, biases: biases)
  }

  /// How many items there are.
  public var count: Int { items.count }
}

/// The slow, obvious answer: every score by a plain float64 loop, then a sort.
extension Catalogue {
  /// The float64 score of an item rounded to `Float`; `nil` when the item matches nothing.
  public func score(of query: [Float], _ row: Int) -> Float? {
    let item = items[Row(row)]
    switch metric {
    case .innerProduct:
      return Float(laneSum(query, item) { $0 * $1 } + Double(biases?[row] ?? 0))
    case .cosine:
      let lengths = laneSum(query, query) { $0 * $1 }.squareRoot() * laneSum(item, item) { $0 * $1 }.squareRoot()
      return lengths == 0 ? nil : Float(laneSum(query, item) { $0 * $1 } / lengths)
    case .euclidean:
      return Float(0 - laneSum(query, item) { ($0 - $1) * ($0 - $1) })
    }
  }

  /// The `k` best items of all that are not excluded.
  public func nearest(to query: [Float], k: Int, excluding excluded: Set<Int> = []) -> [Neighbor] {
    let all = (0..<count).filter { !excluded.contains($0) }.compactMap { row in
      score(of: query, row).map { Neighbor(row: Row(row), score: $0) }
    }
    return Array(all.sorted().prefix(k))
  }

  /// Sums over components as the kernels' header says that `dot64` does: component `j` to lane `j mod 8`.
  private func laneSum(_ a: [Float], _ b: [Float], _ term: (Double, Double) -> Double) -> Double {
    var lanes = [Double](repeating: 0, count: 8)
    for component in a.indices { lanes[component % 8] += term(Double(a[component]), Double(b[component])) }
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
  }
}

extension VectorIndex {
  /// `nearest` for a query in an array, the excluded rows in a set.
  public func nearest(to query: [Float], k: Int, excluding excluded: Set<Int> = []) throws -> [Neighbor] {
    let rows = excluded.isEmpty ? nil : RowSet(excluded.sorted().map { Row($0) }, capacity: count)
    return try nearest(to: query, SearchRequest(k: k, filter: rows.map { .excluding($0) }))
  }
}
