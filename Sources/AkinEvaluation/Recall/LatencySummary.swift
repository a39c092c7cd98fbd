/// Latencies of queries. They are measured, so they differ from run to run; stored files never depend on them.
public struct LatencySummary: Sendable, Equatable {
  /// The number of timed queries.
  public let count: Int
  /// The median latency in microseconds, by nearest rank.
  public let p50: Double
  /// The 90th percentile in microseconds, by nearest rank.
  public let p90: Double
  /// The 99th percentile in microseconds, by nearest rank.
  public let p99: Double
  /// The largest latency in microseconds.
  public let max: Double
  /// The mean latency in microseconds.
  public let mean: Double
  /// Queries per second of wall time; with several threads more than 10⁶ / ``mean``.
  public let queriesPerSecond: Double

  /// Summarises a run; all zeros without queries.
  ///
  /// - Parameters:
  ///   - microseconds: The latency of each query, in any order.
  ///   - wallSeconds: Seconds from the start of the first query to the end of the last.
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

/// The smallest value that at least a share of all values does not exceed.
func nearestRank(_ sorted: [Double], _ share: Double) -> Double {
  guard !sorted.isEmpty else { return 0 }
  let rank = Int((share * Double(sorted.count)).rounded(.up))
  return sorted[min(max(rank, 1), sorted.count) - 1]
}
