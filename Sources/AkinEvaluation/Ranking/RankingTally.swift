import AkinSupport
import AkinVectors

/// Collects the ranking metrics of one model over folds.
///
///     var tally = RankingTally(ks: [10, 20])
///     for (test, ranker) in folds { try tally.add(test, ranker) }
///     print(tally.report.estimate(.ndcg, k: 10))
public struct RankingTally: Sendable {
  /// The lengths of lists, ascending.
  public let ks: [Int]
  private var perUser: [UInt32: UserSums] = [:]
  private var exposures: [[Exposure]] = []
  private var deciles: [PopularityDeciles]
  private var skipped = 0
  private var questions = 0

  /// One user's sums over folds.
  private struct UserSums {
    /// By length and metric, in the order of ``RankingReport``.
    var values: [Double]
    /// By length and ``ListQuality``; empty without a reference.
    var qualities: [Double] = []
    var count = 0
    var area = 0.0
    var areas = 0
  }

  /// Creates an empty tally.
  ///
  /// - Parameter ks: The lengths of lists, each at least 1.
  public init(ks: [Int]) {
    precondition(!ks.isEmpty && ks.allSatisfy { $0 >= 1 }, "there is a length, and lengths are at least 1")
    self.ks = Array(Set(ks)).sorted()
    deciles = Array(repeating: PopularityDeciles(), count: self.ks.count)
  }

  /// Ranks the queries of a fold and adds the metrics.
  ///
  /// - Parameters:
  ///   - test: The queries of the fold.
  ///   - ranker: The model.
  ///   - withArea: Whether the area under the curve is computed, which scores the whole catalogue per query.
  ///   - reference: What ``ListQuality`` compares lists with, or `nil`; the same for all folds.
  ///   - execution: Threads; cancellation.
  /// - Returns: The ranked lists.
  /// - Throws: The error of the ranker, or `Cancelled`.
  @discardableResult
  public mutating func add(
    _ test: RankingTest, _ ranker: some Ranker, withArea: Bool = true, reference: ListReference? = nil,
    execution: Execution = Execution()
  ) throws -> NeighborTable {
    let answers = try ranker.top(ks[ks.count - 1], of: test, execution: execution)
    var areas = [Double?](repeating: nil, count: test.count)
    if withArea {
      try unsafe areas.withUnsafeMutableBufferPointer { areas in
        // Safe: one chunk writes each element, and `areas` outlives the threads.
        nonisolated(unsafe) let areas = unsafe areas
        try execution.forEachChunk(of: test.count, by: 16) { _, range in
          for question in range {
            unsafe areas[question] = AreaUnderCurve.value(
              scores: try ranker.scores(question: question), relevant: test.relevantItems(question),
              seen: test.leftOut + test.seenItems(question))
          }
        }
      }
    }
    add(test, answers: answers, areas: areas, reference: reference)
    return answers
  }

  /// Adds the metrics of a fold's lists.
  ///
  /// - Parameters:
  ///   - test: The queries of the fold.
  ///   - answers: One list per query, best first, at least as long as the largest k if there are so many candidates.
  ///   - areas: The area under the curve of each query; `nil` where it is undefined.
  ///   - reference: What ``ListQuality`` compares lists with, or `nil`; the same for all folds.
  public mutating func add(
    _ test: RankingTest, answers: NeighborTable, areas: [Double?]? = nil, reference: ListReference? = nil
  ) {
    precondition(answers.queryCount == test.count, "\(answers.queryCount) lists for \(test.count) queries")
    for question in 0..<test.count {
      let relevant = test.relevantItems(question)
      let isRelevant = Set(relevant)
      let hits = answers[question].map { isRelevant.contains($0.row.index) }
      var sums =
        perUser[test.users[question]] ?? UserSums(values: Array(repeating: 0, count: ks.count * RankingReport.metrics))
      for (index, k) in ks.enumerated() {
        for (number, metric) in RankingMetric.allCases.enumerated() {
          sums.values[index * RankingReport.metrics + number] += metric.value(
            hits: hits, relevant: relevant.count, k: k)
        }
      }
      if let reference {
        let own = reference.values(of: answers[question].map(\.row.index), question: question, in: test, ks: ks)
        sums.qualities = sums.qualities.isEmpty ? own : zip(sums.qualities, own).map { $0 + $1 }
      }
      sums.count += 1
      if let area = areas?[question] {
        sums.area += area
        sums.areas += 1
      }
      perUser[test.users[question]] = sums
    }
    exposures.append(ks.map { Exposure(of: answers, k: $0, itemCount: test.itemCount) })
    for (index, k) in ks.enumerated() { deciles[index].add(PopularityDeciles(of: answers, to: test, k: k)) }
    skipped += test.skipped
    questions += test.count
  }

  /// The metrics so far.
  public var report: RankingReport {
    // Sums of doubles must not depend on the order of a dictionary.
    let users = perUser.keys.sorted()
    var values: [[Double]] = Array(repeating: [], count: ks.count * RankingReport.metrics)
    let width = perUser.values.contains { $0.qualities.isEmpty } ? 0 : ks.count * ListQuality.allCases.count
    var qualities: [[Double]] = Array(repeating: [], count: width)
    var areas: [Double] = []
    for user in users {
      guard let sums = perUser[user] else { continue }
      for index in values.indices { values[index].append(sums.values[index] / Double(sums.count)) }
      for index in qualities.indices { qualities[index].append(sums.qualities[index] / Double(sums.count)) }
      if sums.areas > 0 { areas.append(sums.area / Double(sums.areas)) }
    }
    return RankingReport(
      ks: ks, users: users, skipped: skipped, questions: questions, perUser: values,
      qualities: qualities, area: Estimate(of: areas), exposures: exposures, deciles: deciles)
  }
}
