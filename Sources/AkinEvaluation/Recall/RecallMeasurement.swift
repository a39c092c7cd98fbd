import AkinSupport
import AkinVectors

/// Recall and speed of an approximate search at several `ef`, and the speed of the exact search.
///
/// Recall depends on the answers alone. Times are those of this machine and run.
public struct RecallMeasurement: Sendable {
  /// The result of one `ef`.
  public struct Point: Sendable {
    /// The `ef` of the search.
    public let ef: Int
    /// The recall.
    public let recall: RecallReport
    /// The latency.
    public let latency: LatencySummary
    /// The answers, one a query.
    public let answers: [[Neighbor]]
  }

  /// The results, in the order of the list of `ef`.
  public let points: [Point]
  /// The latency of the exact search, one query at a time on each thread; `nil` if it was not measured.
  public let exact: LatencySummary?
  /// The threads that searched.
  public let threads: Int

  /// Queries per second relative to the exact search; `nil` if that was not measured.
  ///
  /// - Parameter point: One of ``points``.
  public func speedup(_ point: Point) -> Double? {
    guard let exact, exact.queriesPerSecond > 0 else { return nil }
    return point.latency.queriesPerSecond / exact.queriesPerSecond
  }

  /// Measures a search.
  ///
  /// The first queries are searched once before the clock starts, to warm pages and caches.
  ///
  /// - Parameters:
  ///   - truth: The exact answer of each query, at least its first `k` neighbours.
  ///   - k: The k of recall@k.
  ///   - efs: The list of `ef`, each at least `k`.
  ///   - search: Answers a query: `(ef, query)`. Called from several threads.
  ///   - exactSearch: Answers a query exactly; `nil` to leave the exact search out.
  ///   - exactQueries: The number of queries that the exact search is timed on.
  ///   - execution: Threads, each with one query at a time; progress in queries; cancellation.
  /// - Throws: The first error of a search, or `Cancelled`.
  public init(
    truth: [[Neighbor]], k: Int, efs: [Int], search: @Sendable (_ ef: Int, _ query: Int) throws -> [Neighbor],
    exactSearch: (@Sendable (_ query: Int) throws -> [Neighbor])? = nil, exactQueries: Int = 200,
    execution: Execution = Execution(threads: 1)
  ) throws {
    threads = execution.threads
    points = try efs.map { ef in
      let run = try TimedRun(stage: "ef \(ef)", queries: truth.count, execution) { try search(ef, $0) }
      return Point(
        ef: ef, recall: RecallReport(answers: run.answers, truth: truth, k: k), latency: run.latency,
        answers: run.answers)
    }
    exact = try exactSearch.map { exactSearch in
      try TimedRun(stage: "exact", queries: min(exactQueries, truth.count), execution, exactSearch).latency
    }
  }
}

/// Timed queries.
struct TimedRun {
  /// Queries before the clock starts.
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
        // Safe: one chunk writes each element, and both arrays outlive the threads.
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
