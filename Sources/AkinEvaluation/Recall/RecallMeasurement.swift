import AkinSupport
import AkinVectors

/// Recall and speed of an approximate search for a list of `ef`, beside the exact search's own speed.
///
/// Recalls depend on the answers alone; times are this machine's, now.
public struct RecallMeasurement: Sendable {
  /// What one `ef` gave.
  public struct Point: Sendable {
    /// How many candidates the search kept.
    public let ef: Int
    /// How much of the truth it found.
    public let recall: RecallReport
    /// How long it took.
    public let latency: LatencySummary
  }

  /// The points, in the order of the list.
  public let points: [Point]
  /// The exact search, one query at a time on the same threads; `nil` when it was not measured.
  public let exact: LatencySummary?
  /// Threads that asked.
  public let threads: Int

  /// How many times more queries a second a point answers than the exact search; `nil` when that is not known.
  public func speedup(_ point: Point) -> Double? {
    guard let exact, exact.queriesPerSecond > 0 else { return nil }
    return point.latency.queriesPerSecond / exact.queriesPerSecond
  }

  /// Measures a search.
  ///
  /// Some queries are asked before the clock starts, so that pages and caches are warm.
  ///
  /// - Parameters:
  ///   - truth: For each query, `0..<truth.count`, the exact answer, at least its first `k`.
  ///   - efs: The list, each at least `k`.
  ///   - search: Answers a query, given `(ef, query)`; called from several threads.
  ///   - exactSearch: Answers a query exactly; timed on the first `exactQueries` queries. `nil` leaves it out.
  ///   - execution: Its threads ask, each one query at a time. Says its progress in queries.
  /// - Throws: The first error of a search, or ``Cancelled``.
  public init(
    truth: [[Neighbor]], k: Int, efs: [Int], search: @Sendable (_ ef: Int, _ query: Int) throws -> [Neighbor],
    exactSearch: (@Sendable (_ query: Int) throws -> [Neighbor])? = nil, exactQueries: Int = 200,
    execution: Execution = Execution(threads: 1)
  ) throws {
    threads = execution.threads
    points = try efs.map { ef in
      let run = try TimedRun(stage: "ef \(ef)", queries: truth.count, execution) { try search(ef, $0) }
      return Point(ef: ef, recall: RecallReport(answers: run.answers, truth: truth, k: k), latency: run.latency)
    }
    exact = try exactSearch.map { exactSearch in
      try TimedRun(stage: "exact", queries: min(exactQueries, truth.count), execution, exactSearch).latency
    }
  }
}

/// Queries that were asked against the clock.
struct TimedRun {
  /// Queries that are asked before the clock starts.
  private static let warmUp = 32

  let answers: [[Neighbor]]
  let latency: LatencySummary

  init(
    stage: String, queries: Int, _ execution: Execution, _ search: @Sendable (_ query: Int) throws -> [Neighbor]
  ) throws {
    for query in 0..<min(queries, TimedRun.warmUp) { _ = try search(query) }
    var answers = [[Neighbor]](repeating: [], count: queries)
    var times = [Double](repeating: 0, count: queries)
    let started = monotonicSeconds()
    try unsafe answers.withUnsafeMutableBufferPointer { answers in
      try unsafe times.withUnsafeMutableBufferPointer { times in
        // Safe: each place is written by the one chunk that holds it.
        nonisolated(unsafe) let answers = unsafe answers
        nonisolated(unsafe) let times = unsafe times
        try execution.forEachChunk(of: queries, by: 16) { _, range in
          for query in range {
            let before = monotonicSeconds()
            let answer = try search(query)
            unsafe times[query] = (monotonicSeconds() - before) * 1e6
            unsafe answers[query] = answer
          }
        }
      }
    }
    latency = LatencySummary(microseconds: times, wallSeconds: monotonicSeconds() - started)
    self.answers = answers
    execution.progress?(ProgressEvent(stage: stage, completed: queries, total: queries, unit: "queries"))
  }
}
