import AkinVectors

/// How much of the truth an index found: recall@k over many queries.
///
/// For one query with `m` true neighbours (`k`, or fewer when fewer items match) the recall is
///
/// - **id-strict**: how many of the `m` true rows are among the first `k` answers, divided by `m`;
/// - **tie-tolerant**: how many of the first `k` answers have at least the score of the `m`-th true neighbour (one step
///   of `Float` below it still counts), at most `m`, divided by `m`. An answer that ties with a true one is as good.
///
/// A row that an index returns twice counts once. Queries without a true neighbour are left out and counted.
public struct RecallReport: Sendable, Equatable {
  /// The `k` of recall@k.
  public let k: Int
  /// How many queries have a true neighbour: the mean is over these.
  public let queryCount: Int
  /// How many queries have none.
  public let queriesWithoutTruth: Int
  /// The mean id-strict recall; 1 when there was nothing to find.
  public let mean: Double
  /// Where the mean lies with 95 % confidence, were all queries like these asked: Wilson's score interval (1927), widened
  /// where misses come together in some queries.
  public let interval: ClosedRange<Double>
  /// The mean tie-tolerant recall; never below `mean`.
  public let tieTolerantMean: Double
  /// The queries with the lowest id-strict recall below 1, lowest first, equal ones in query order.
  public let worst: [QueryRecall]

  /// One query's recall.
  public struct QueryRecall: Sendable, Equatable {
    /// The query's place in the lists, from 0.
    public let query: Int
    /// Its id-strict recall.
    public let recall: Double
  }

  /// Compares answers with the truth.
  ///
  /// - Parameters:
  ///   - answers: For each query what an index returned, best first; only the first `k` count.
  ///   - truth: For each query the exact answer, best first, at least its first `k`.
  ///   - k: At least 1.
  ///   - worstCount: How many of the worst queries to name.
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
    interval = RecallReport.wilson(mean: mean, recalls: recalls.map(\.recall), places: places)
    worst = Array(
      recalls.filter { $0.recall < 1 }.sorted { ($0.recall, $0.query) < ($1.recall, $1.query) }.prefix(worstCount))
  }

  /// Compares one table of answers with another that holds the truth.
  public init(answers: NeighborTable, truth: NeighborTable, k: Int, worstCount: Int = 5) {
    self.init(
      answers: (0..<answers.queryCount).map { Array(answers[$0]) },
      truth: (0..<truth.queryCount).map { Array(truth[$0]) }, k: k, worstCount: worstCount)
  }

  /// Asks an index and an exact one the same queries and compares.
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

  /// Wilson's score interval at 95 % (Wilson 1927) for a sample whose misses may come together.
  ///
  /// Its sample size is the number of places asked for (queries × k), divided by the design effect (Kish 1965): how
  /// many times larger the spread of the queries' recalls is than it would be if places were missed independently of
  /// each other. Never less than 1, so the interval is never narrower than that of independent places. Unlike mean ±
  /// 1.96 s/√n it stays within 0...1 and has a width when every query was answered in full.
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
  public var description: String {
    let worst = worst.map { "query \($0.query): \($0.recall)" }.joined(separator: ", ")
    return "recall@\(k) \(mean) (95 %: \(interval.lowerBound) to \(interval.upperBound)), "
      + "tie-tolerant \(tieTolerantMean), over \(queryCount) queries" + (worst.isEmpty ? "" : "; worst: \(worst)")
  }
}

/// The neighbours without those whose row came before.
private func distinct(_ neighbors: ArraySlice<Neighbor>) -> [Neighbor] {
  var seen: Set<Row> = []
  return neighbors.filter { seen.insert($0.row).inserted }
}
