import AkinSupport
import AkinVectors

/// The origin of the queries of a measurement.
public enum QueryFamily: UInt16, Sendable, CaseIterable {
  /// Items: for nearest items, queries before the graph held them; for related items, items of the graph.
  case items = 0
  /// Users of the embeddings file: the real queries of an inner product.
  case users = 1
  /// Sums of two items with random weights, which replace unknown users.
  case sumsOfTwo = 2
  /// Sums of four items with random weights, large items drawn more often, which replace unknown users.
  case sumsOfFour = 3
  /// Queries that were given to the build.
  case queries = 4

  /// The basis of a plan by these measurements.
  var basis: RecallBasis {
    switch self {
    case .items: .items
    case .users: .users
    case .sumsOfTwo, .sumsOfFour: .standIns
    case .queries: .queries
    }
  }
}

/// The measured recall and work of one search plan over a sample of queries. Counts, never times, so the bytes of a
/// file depend only on its content.
public struct MeasuredRecall: Sendable, Equatable {
  /// The kind of question.
  public var question: Question
  /// The origin of the queries.
  public var family: QueryFamily
  /// The number of requested items.
  public var k: Int
  /// The ef of the search; `nil` for the exact scan.
  public var ef: Int?
  /// The number of queries.
  public var queries: Int
  /// Exact neighbours of all queries: queries × k, or fewer where fewer items match.
  public var expected: Int
  /// The number of them found; an item that ties with the last exact one (within a step of `Float`) counts.
  public var found: Int
  /// The sum over queries of the squared number of misses, which shows how much misses cluster.
  public var squaredMisses: Int
  /// Rows scored, over all queries; for the exact scan, the rows that its bounds could not rule out.
  public var scored: Int
  /// Nodes expanded, over all queries; 0 for the exact scan.
  public var hops: Int
  /// Components that the exact scan multiplied, over all queries; 0 for the graph.
  public var components: Int
}

extension MeasuredRecall {
  /// The recall: the found share of the exact neighbours.
  public var recall: Double { expected > 0 ? Double(found) / Double(expected) : 1 }
  /// Mean rows scored a query.
  public var rowsPerQuery: Double { Double(scored) / Double(max(1, queries)) }
  /// Mean nodes expanded a query.
  public var hopsPerQuery: Double { Double(hops) / Double(max(1, queries)) }
  /// Mean components that the exact scan multiplied a query.
  public var componentsPerQuery: Double { Double(components) / Double(max(1, queries)) }

  /// The number of misses of real users for one miss of stand-ins: four sets of factors had 0.8 to 1.2 times as
  /// many with their real users, at `ef` 4 to 24.
  private static let standInMiss = 1.1

  /// The largest recall target that this measurement supports. Of the entries that the target may miss, the measurement
  /// missed at most a tenth more (at most ``tolerance`` of all), and with 95 % confidence misses at most twice as many
  /// (at most ``confidenceTolerance`` of all). Misses of stand-ins weigh more.
  ///
  /// The second rule guards against lucky samples. Without tolerance, a recall of 0.999 would need tens of thousands of
  /// queries or a search that takes twice as long.
  public var assured: Double {
    let (missed, likely) = (1 - recall, 1 - lowerBound)
    let misses = max(
      missed / 1.1, missed - MeasuredRecall.tolerance, likely / 2, likely - MeasuredRecall.confidenceTolerance)
    let isStandIn = family == .sumsOfTwo || family == .sumsOfFour
    return max(0, 1 - (isStandIn ? MeasuredRecall.standInMiss : 1) * misses)
  }

  /// Adds a query.
  mutating func add(expected: Int, found: Int) {
    queries += 1
    self.expected += expected
    self.found += found
    squaredMisses += (expected - found) * (expected - found)
  }

  /// Whether more than a target allows is missed, beyond chance: by two standard deviations of a sum of independent misses.
  ///
  /// - Parameter least: Fewer queries show nothing.
  func fallsShort(of target: Double, after least: Int) -> Bool {
    guard queries >= least else { return false }
    let missed = Double(expected - found)
    return missed > (1 - target) * Double(expected) + 2 * Double(squaredMisses).squareRoot()
  }

  /// The largest difference between a recall target and the measured recall of its plan.
  public static let tolerance = 0.001
  /// The largest such difference with 95 % confidence.
  public static let confidenceTolerance = 0.0025

  /// The lower bound of recall on other queries of this kind, with 95 % confidence: 1 for the exact scan.
  ///
  /// Wilson's score bound (1927), one-sided. Its sample size is the number of requested entries, divided by the design
  /// effect (Kish 1965): the ratio of the variance of the misses of queries to that of independent misses; at least 1.
  public var lowerBound: Double {
    guard ef != nil, expected > 0, queries > 0 else { return ef == nil ? 1 : 0 }
    let (queries, places) = (Double(queries), Double(expected))
    let mean = recall
    let missed = places - Double(found)
    var effect = 1.0
    if queries > 1, missed > 0, found > 0 {
      let variance = (Double(squaredMisses) - missed * missed / queries) / (queries - 1)
      let independent = places / queries * mean * (1 - mean)
      effect = max(1, variance / independent)
    }
    let size = places / effect
    let z = 1.644854
    let centre = mean + z * z / (2 * size)
    let half = z * (mean * (1 - mean) / size + z * z / (4 * size * size)).squareRoot()
    return max(0, min(mean, (centre - half) / (1 + z * z / size)))
  }
}
