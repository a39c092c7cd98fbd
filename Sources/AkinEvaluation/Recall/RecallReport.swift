import AkinVectors

/// Recall@k of an index over many queries.
///
/// For a query with `m` true neighbours (`k`, or fewer if fewer items match) the recall is
///
/// - **id-strict**: the share of the `m` true rows among the first `k` answers;
/// - **tie-tolerant**: the number of the first `k` answers with at least the score of the `m`-th true neighbour (less one unit
///   in the last place of `Float`), at most `m`, divided by `m`. An answer that ties with a true neighbour counts.
///
/// A row that an index returns twice counts once. Queries without a true neighbour are counted apart.
public struct RecallReport: Sendable, Equatable {
  /// The `k` of recall@k.
  public let k: Int
  /// The number of queries with a true neighbour, over which means are taken.
  public let queryCount: Int
  /// The number of queries without a true neighbour.
  public let queriesWithoutTruth: Int
  /// The mean id-strict recall; 1 without true neighbours.
  public let mean: Double
  /// The 95 % confidence interval of the mean: Wilson's score interval (1927), wider if misses cluster in few queries.
  public let interval: ClosedRange<Double>
  /// The mean tie-tolerant recall; at least ``mean``.
  public let tieTolerantMean: Double
  /// The id-strict recalls of the queries.
  public let distribution: RecallDistribution
  /// The queries with the lowest id-strict recall below 1, lowest first, ties by query.
  public let worst: [QueryRecall]

  /// The recall of one query.
  public struct QueryRecall: Sendable, Equatable {
    /// The query's number, counted from 0.
    public let query: Int
    /// The id-strict recall.
    public let recall: Double
  }

  /// Compares answers with the ground truth.
  ///
  /// - Parameters:
  ///   - answers: The answer of an index to each query, best first; only the first `k` neighbours count.
  ///   - truth: The exact answer to each query, best first, at least its first `k` neighbours.
  ///   - k: The k of recall@k; at least 1.
  ///   - worstCount: The largest number of queries in ``worst``.
  public init(answers: [[Neighbor]], truth: [[Neighbor]], k: Int, worstCount: Int = 5) {
    precondition(answers.count == truth.count, "\(answers.count) answers to \(truth.count) queries")
    precondition(k >= 1, "recall@k needs a k of at least 1")
    var recalls: [QueryRecall] = []
    var tolerant = 0.0
    var places = 0
    for query in truth.indices where !truth[query].isEmpty {
      let expected = truth[query].prefix(k)
      let found = distinct(answers[query].prefix(k))
      let expectedRows = Set(expected.map(\.row))
      let hits = found.count { expectedRows.contains($0.row) }
      let least = expected[expected.endIndex - 1].score.nextDown
      let asGood = min(expected.count, found.count { $0.score >= least || expectedRows.contains($0.row) })
      recalls.append(QueryRecall(query: query, recall: Double(hits) / Double(expected.count)))
      tolerant += Double(asGood) / Double(expected.count)
      places += expected.count
    }
    self.k = k
    queryCount = recalls.count
    queriesWithoutTruth = truth.count - recalls.count
    let count = Double(max(recalls.count, 1))
    let mean = recalls.isEmpty ? 1 : recalls.reduce(0) { $0 + $1.recall } / count
    self.mean = mean
    tieTolerantMean = recalls.isEmpty ? 1 : tolerant / count
    distribution = RecallDistribution(recalls.map(\.recall))
    interval = RecallReport.wilson(mean: mean, recalls: recalls.map(\.recall), places: places)
    worst = Array(
      recalls.filter { $0.recall < 1 }.sorted { ($0.recall, $0.query) < ($1.recall, $1.query) }.prefix(worstCount))
  }

  /// Compares a table of answers with the ground truth.
  ///
  /// - Parameters:
  ///   - answers: The answers of an index.
  ///   - truth: The exact answers to the same queries.
  ///   - k: The k of recall@k; at least 1.
  ///   - worstCount: The largest number of queries in ``worst``.
  public init(answers: NeighborTable, truth: NeighborTable, k: Int, worstCount: Int = 5) {
    self.init(
      answers: (0..<answers.queryCount).map { Array(answers[$0]) },
      truth: (0..<truth.queryCount).map { Array(truth[$0]) }, k: k, worstCount: worstCount)
  }

  /// Searches an index and an exact index with the same queries and compares the answers.
  ///
  /// - Parameters:
  ///   - index: The index.
  ///   - exact: The exact index over the same vectors.
  ///   - queries: One query per row.
  ///   - k: The k of recall@k; at least 1.
  ///   - worstCount: The largest number of queries in ``worst``.
  /// - Throws: `SearchError`.
  public init(
    of index: some VectorIndex, against exact: some VectorIndex, queries: EmbeddingMatrix, k: Int, worstCount: Int = 5
  ) throws(SearchError) {
    var answers: [[Neighbor]] = []
    var truth: [[Neighbor]] = []
    for query in 0..<queries.count {
      try queries.withRow(Row(query)) { (row) throws(SearchError) in
        answers.append(try index.nearest(to: row, SearchRequest(k: k)))
        truth.append(try exact.nearest(to: row, SearchRequest(k: k)))
      }
    }
    self.init(answers: answers, truth: truth, k: k, worstCount: worstCount)
  }

  /// Wilson's score interval at 95 % (Wilson 1927) for a sample whose misses may cluster.
  ///
  /// The sample size is the number of places (queries × k) divided by the design effect (Kish 1965): the variance of the
  /// queries' recalls relative to that of independent misses, at least 1. So the interval is at least as wide as for
  /// independent misses. Unlike mean ± 1.96 s/√n it stays within 0...1, and has a width if every recall is 1.
  static func wilson(mean: Double, recalls: [Double], places: Int) -> ClosedRange<Double> {
    guard !recalls.isEmpty else { return 0...1 }
    let queries = Double(recalls.count)
    let perQuery = Double(places) / queries
    var effect = perQuery
    if recalls.count > 1 {
      let variance = recalls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (queries - 1)
      let independent = mean * (1 - mean) / perQuery
      effect = independent > 0 ? max(1, variance / independent) : 1
    }
    let size = Double(places) / effect
    let z = 1.959964
    let centre = (mean + z * z / (2 * size)) / (1 + z * z / size)
    let half = z / (1 + z * z / size) * max(0, mean * (1 - mean) / size + z * z / (4 * size * size)).squareRoot()
    return max(0, min(mean, centre - half))...min(1, max(mean, centre + half))
  }
}

extension RecallReport: CustomStringConvertible {
  /// Mean, interval, tie-tolerant mean and worst queries on one line.
  public var description: String {
    let worst = worst.map { "query \($0.query): \($0.recall)" }.joined(separator: ", ")
    return "recall@\(k) \(mean) (95 %: \(interval.lowerBound) to \(interval.upperBound)), "
      + "tie-tolerant \(tieTolerantMean), over \(queryCount) queries" + (worst.isEmpty ? "" : "; worst: \(worst)")
  }
}

/// The neighbours without repeated rows.
private func distinct(_ neighbors: ArraySlice<Neighbor>) -> [Neighbor] {
  var seen: Set<Row> = []
  return neighbors.filter { seen.insert($0.row).inserted }
}
