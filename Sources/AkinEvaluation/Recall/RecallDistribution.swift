/// The recalls of single queries: a mean hides the queries that a search fails.
public struct RecallDistribution: Sendable, Equatable {
  private let sorted: [Double]

  /// Creates a distribution.
  ///
  /// - Parameter recalls: The recall of each query, in any order.
  public init(_ recalls: [Double]) { sorted = recalls.sorted() }

  /// The number of queries.
  public var count: Int { sorted.count }

  /// The margin of ``share(below:by:)``.
  public static let margin = 0.1

  /// The share of queries whose recall is more than a margin below a value; 0 without queries.
  ///
  /// - Parameters:
  ///   - recall: The value: a target, or a mean.
  ///   - margin: The margin.
  public func share(below recall: Double, by margin: Double = RecallDistribution.margin) -> Double {
    // Recalls are fractions: one that equals the limit may differ from it by rounding.
    let low = sorted.prefix { $0 < recall - margin - 1e-9 }.count
    return sorted.isEmpty ? 0 : Double(low) / Double(sorted.count)
  }

  /// The recall that at least a share of the queries do not exceed, by nearest rank; 1 without queries.
  ///
  /// - Parameter share: From 0 to 1: 0.01 gives the recall of the worst hundredth.
  public func quantile(_ share: Double) -> Double { sorted.isEmpty ? 1 : nearestRank(sorted, share) }
}
