/// How long queries took. Times are measured, so they differ from run to run; nothing stored may depend on them.
public struct LatencySummary: Sendable, Equatable {
  /// How many queries were timed.
  public let count: Int
  /// Microseconds that half, 90 %, and 99 % of the queries did not exceed, each the time of a query that was measured
  /// (nearest rank).
  public let p50: Double
  public let p90: Double
  public let p99: Double
  /// The slowest query, in microseconds.
  public let max: Double
  /// The mean, in microseconds.
  public let mean: Double
  /// Queries divided by the wall time of the whole run: with several threads more than 10⁶ / `mean`.
  public let queriesPerSecond: Double

  /// Sums up a run; all zeros when there was no query.
  ///
  /// - Parameters:
  ///   - microseconds: Each query's time, in any order.
  ///   - wallSeconds: From the start of the first to the end of the last.
  public init(microseconds: [Double], wallSeconds: Double) {
    let sorted = microseconds.sorted()
    count = sorted.count
    p50 = nearestRank(sorted, 0.50)
    p90 = nearestRank(sorted, 0.90)
    p99 = nearestRank(sorted, 0.99)
    max = sorted.last ?? 0
    mean = sorted.isEmpty ? 0 : sorted.reduce(0, +) / Double(sorted.count)
    queriesPerSecond = wallSeconds > 0 ? Double(sorted.count) / wallSeconds : 0
  }
}

/// The smallest value that at least the given share of all values do not exceed.
private func nearestRank(_ sorted: [Double], _ share: Double) -> Double {
  guard !sorted.isEmpty else { return 0 }
  let rank = Int((share * Double(sorted.count)).rounded(.up))
  return sorted[min(max(rank, 1), sorted.count) - 1]
}
