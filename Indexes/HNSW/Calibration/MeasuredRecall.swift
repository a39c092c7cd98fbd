import AkinSupport
import AkinVectors

/// Where the queries of a measurement came from.
public enum QueryFamily: UInt16, Sendable, CaseIterable {
  /// Items: for the nearest they were asked before the graph held them, for related items they are part of it.
  case items = 0
  /// Users of the embeddings file: the real queries of an inner product.
  case users = 1
  /// Sums of two items with random weights: they stand in for users that are not known.
  case sumsOfTwo = 2
  /// Sums of four items with random weights, large items being drawn more often: likewise.
  case sumsOfFour = 3
}

/// What one way of answering found, and what it did for it, over a sample of queries: counts, never times, so that a
/// file's bytes depend on nothing but its content.
public struct MeasuredRecall: Sendable, Equatable {
  /// What was asked.
  public var question: Question
  /// Where the queries came from.
  public var family: QueryFamily
  /// How many answers were wanted.
  public var k: Int
  /// How many of the nearest candidates the search expanded; `nil` for the exact scan.
  public var ef: Int?
  /// How many queries were asked.
  public var queries: Int
  /// True neighbours of all queries: queries × k, or fewer where fewer items match.
  public var expected: Int
  /// How many of them were found; an answer that ties with the last true one (within a step of `Float`) is as good.
  public var found: Int
  /// The sum over queries of the squared number of those that were not found: how much misses come together.
  public var squaredMisses: Int
  /// Rows scored, over all queries; for the exact scan the rows that its bounds could not rule out.
  public var scored: Int
  /// Nodes whose links were followed, over all queries; 0 for the exact scan.
  public var hops: Int
  /// Components that the exact scan multiplied, over all queries; 0 for the graph.
  public var components: Int
}

extension MeasuredRecall {
  /// The share of the true neighbours that was found.
  public var recall: Double { expected > 0 ? Double(found) / Double(expected) : 1 }
  /// Rows scored for one query, on average.
  public var rowsPerQuery: Double { Double(scored) / Double(max(1, queries)) }
  /// Nodes expanded for one query, on average.
  public var hopsPerQuery: Double { Double(hops) / Double(max(1, queries)) }
  /// Components that the exact scan multiplied for one query, on average.
  public var componentsPerQuery: Double { Double(components) / Double(max(1, queries)) }

  /// How many misses of users one miss of those that stand in for them is worth: four sets of factors had 0.8 to 1.2 times
  /// as many with their real users, at `ef` 4 to 24.
  private static let standInMiss = 1.1

  /// The largest recall that this is good enough for, as plans see it: of the places that may be missed then, a tenth more
  /// were missed at the most (no more than ``tolerance`` of all), and with 95 % confidence twice as many are (no more than
  /// ``doubt`` of all). Misses of what stands in for users weigh more.
  ///
  /// Without the latter a sample could be lucky. Without tolerance a recall of 0.999 would need tens of thousands of queries
  /// or a search that takes twice as long.
  public var assured: Double {
    let (missed, likely) = (1 - recall, 1 - lowerBound)
    let misses = max(
      missed / 1.1, missed - MeasuredRecall.tolerance, likely / 2, likely - MeasuredRecall.doubt)
    let isStandIn = family == .sumsOfTwo || family == .sumsOfFour
    return max(0, 1 - (isStandIn ? MeasuredRecall.standInMiss : 1) * misses)
  }

  /// How far below what is asked for the measured recall of a plan may be.
  public static let tolerance = 0.001
  /// How far below that it may be with 95 % confidence.
  public static let doubt = 0.0025

  /// What the recall on other queries like these is with 95 % confidence at least: 1 for the exact scan.
  ///
  /// Wilson's score bound (1927), one-sided. Its sample size is the number of places asked for, divided by the design
  /// effect (Kish 1965): how many times larger the spread of the queries' misses is than if places were missed
  /// independently of each other; at least 1.
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
