import AkinVectors

/// The ranking metrics of one model: means over users with standard errors. A user of several folds counts once, with the
/// mean over its folds.
public struct RankingReport: Sendable {
  /// The number of metrics.
  static let metrics = RankingMetric.allCases.count

  /// The lengths of lists, ascending.
  public let ks: [Int]
  /// The tested users, ascending.
  public let users: [UInt32]
  /// Users with held-out pairs that could not be tested, summed over folds.
  public let skipped: Int
  /// The number of ranked lists.
  public let questions: Int
  /// The mean ``AreaUnderCurve``; `nil` if it was not computed.
  public let area: Estimate?
  /// The values of users, by length and metric.
  private let perUser: [[Double]]
  /// The values of users, by length and ``ListQuality``; empty without a reference.
  private let qualities: [[Double]]
  private let exposures: [[Exposure]]
  private let deciles: [PopularityDeciles]

  init(
    ks: [Int], users: [UInt32], skipped: Int, questions: Int, perUser: [[Double]], qualities: [[Double]],
    area: Estimate?, exposures: [[Exposure]], deciles: [PopularityDeciles]
  ) {
    self.ks = ks
    self.users = users
    self.skipped = skipped
    self.questions = questions
    self.perUser = perUser
    self.qualities = qualities
    self.area = area
    self.exposures = exposures
    self.deciles = deciles
  }

  /// The mean of a metric; `nil` if the length is not among ``ks``, or without users.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - k: The length of lists.
  public func estimate(_ metric: RankingMetric, k: Int) -> Estimate? {
    place(metric, k).flatMap { Estimate(of: perUser[$0]) }
  }

  /// The mean of a quality of lists; `nil` if the length is not among ``ks``, without users, and where lists were compared with
  /// nothing.
  ///
  /// - Parameters:
  ///   - quality: The quality.
  ///   - k: The length of lists.
  public func estimate(_ quality: ListQuality, k: Int) -> Estimate? {
    guard let index = ks.firstIndex(of: k), let number = ListQuality.allCases.firstIndex(of: quality),
      !qualities.isEmpty
    else { return nil }
    return Estimate(of: qualities[index * ListQuality.allCases.count + number])
  }

  /// The mean difference from another model, user by user.
  ///
  /// Its standard error is smaller than that of two separate means, because users that are hard for one model are hard for the
  /// other.
  ///
  /// - Parameters:
  ///   - other: The report of the other model.
  ///   - metric: The metric.
  ///   - k: The length of lists.
  /// - Returns: `nil` if the two models were not tested on the same users.
  public func difference(from other: RankingReport, _ metric: RankingMetric, k: Int) -> Estimate? {
    guard users == other.users, let place = place(metric, k), let theirs = other.place(metric, k) else { return nil }
    return Estimate(of: zip(perUser[place], other.perUser[theirs]).map { $0 - $1 })
  }

  /// The share of the catalogue in lists, as the mean over folds; `nil` if the length is not among ``ks``.
  ///
  /// - Parameter k: The length of lists.
  public func coverage(k: Int) -> Double? { overFolds(k) { $0.coverage } }

  /// The Gini index of the items of lists, as the mean over folds; `nil` if the length is not among ``ks``.
  ///
  /// - Parameter k: The length of lists.
  public func gini(k: Int) -> Double? { overFolds(k) { $0.gini } }

  /// Recall by popularity, over all folds together; `nil` if the length is not among ``ks``.
  ///
  /// - Parameter k: The length of lists.
  public func deciles(k: Int) -> PopularityDeciles? { ks.firstIndex(of: k).map { deciles[$0] } }

  private func place(_ metric: RankingMetric, _ k: Int) -> Int? {
    guard let index = ks.firstIndex(of: k), let number = RankingMetric.allCases.firstIndex(of: metric) else {
      return nil
    }
    return index * RankingReport.metrics + number
  }

  private func overFolds(_ k: Int, _ value: (Exposure) -> Double) -> Double? {
    guard let index = ks.firstIndex(of: k), !exposures.isEmpty else { return nil }
    return exposures.reduce(0) { $0 + value($1[index]) } / Double(exposures.count)
  }
}
