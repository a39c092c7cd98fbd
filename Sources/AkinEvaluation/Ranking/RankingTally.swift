import AkinSupport
import AkinVectors

/// Gathers how well one model ranks, over one fold or several.
///
///     var tally = RankingTally(ks: [10, 20])
///     for (test, ranker) in folds { try tally.add(test, ranker) }
///     print(tally.report.estimate(.ndcg, k: 10))
public struct RankingTally: Sendable {
  /// The lengths of lists that are looked at, ascending.
  public let ks: [Int]
  private var perUser: [UInt32: UserSums] = [:]
  private var exposures: [[Exposure]] = []
  private var deciles: [PopularityDeciles]
  private var skipped = 0
  private var questions = 0

  /// One user's sums over folds.
  private struct UserSums {
    /// metric × k, as ``RankingReport/place(_:_:)`` says.
    var values: [Double]
    var count = 0
    var area = 0.0
    var areas = 0
  }

  /// Creates a tally for lists of the given lengths, each at least 1.
  public init(ks: [Int]) {
    precondition(!ks.isEmpty && ks.allSatisfy { $0 >= 1 }, "there are lists, and they have places")
    self.ks = Array(Set(ks)).sorted()
    deciles = Array(repeating: PopularityDeciles(), count: self.ks.count)
  }

  /// Asks a ranker a fold's questions and adds how well it answers.
  ///
  /// - Parameter withArea: Whether the area under the curve is taken too, which scores the whole catalogue.
  /// - Returns: The lists, for who wants to look at them.
  @discardableResult
  public mutating func add(
    _ test: RankingTest, _ ranker: some Ranker, withArea: Bool = true, execution: Execution = Execution()
  ) throws -> NeighborTable {
    let answers = try ranker.top(ks[ks.count - 1], of: test, execution: execution)
    var areas = [Double?](repeating: nil, count: test.count)
    if withArea {
      try unsafe areas.withUnsafeMutableBufferPointer { areas in
        // Safe: each place is written by the one chunk that holds it.
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
    add(test, answers: answers, areas: areas)
    return answers
  }

  /// Adds a fold's lists.
  ///
  /// - Parameters:
  ///   - answers: For each question its list, best first, at least the largest k long where there are so many
  ///     candidates.
  ///   - areas: The area under the curve for each question, or `nil` where there is none.
  public mutating func add(_ test: RankingTest, answers: NeighborTable, areas: [Double?]? = nil) {
    precondition(answers.queryCount == test.count, "\(answers.queryCount) lists for \(test.count) questions")
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

  /// What was gathered.
  public var report: RankingReport {
    // In order of users: sums of doubles must not depend on a dictionary's order.
    let users = perUser.keys.sorted()
    var values: [[Double]] = Array(repeating: [], count: ks.count * RankingReport.metrics)
    var areas: [Double] = []
    for user in users {
      guard let sums = perUser[user] else { continue }
      for index in values.indices { values[index].append(sums.values[index] / Double(sums.count)) }
      if sums.areas > 0 { areas.append(sums.area / Double(sums.areas)) }
    }
    return RankingReport(
      ks: ks, users: users, skipped: skipped, questions: questions, perUser: values, area: Estimate(of: areas),
      exposures: exposures, deciles: deciles)
  }
}
