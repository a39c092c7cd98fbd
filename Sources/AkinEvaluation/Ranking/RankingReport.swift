import AkinVectors

/// How well one model ranks: means over users, each user counting once (a user who is asked about in several folds by the
/// mean over them), with standard errors.
public struct RankingReport: Sendable {
  static let metrics = RankingMetric.allCases.count

  /// The lengths of lists, ascending.
  public let ks: [Int]
  /// The users, ascending.
  public let users: [UInt32]
  /// Users with something held out about whom nothing could be asked, over all folds.
  public let skipped: Int
  /// How many lists were made.
  public let questions: Int
  /// The area under the curve: see ``AreaUnderCurve``. `nil` when it was not taken.
  public let area: Estimate?
  private let perUser: [[Double]]
  private let exposures: [[Exposure]]
  private let deciles: [PopularityDeciles]

  init(
    ks: [Int], users: [UInt32], skipped: Int, questions: Int, perUser: [[Double]], area: Estimate?,
    exposures: [[Exposure]], deciles: [PopularityDeciles]
  ) {
    self.ks = ks
    self.users = users
    self.skipped = skipped
    self.questions = questions
    self.perUser = perUser
    self.area = area
    self.exposures = exposures
    self.deciles = deciles
  }

  /// A metric at a length that is among ``ks``; `nil` when it is not, or when nobody was asked about.
  public func estimate(_ metric: RankingMetric, k: Int) -> Estimate? {
    place(metric, k).flatMap { Estimate(of: perUser[$0]) }
  }

  /// How much better this model is than another, user by user: the mean of the differences, which says more than two
  /// means side by side, because users who are hard for one model are hard for the other.
  ///
  /// `nil` when the two were not asked about the same users.
  public func difference(from other: RankingReport, _ metric: RankingMetric, k: Int) -> Estimate? {
    guard users == other.users, let place = place(metric, k), let theirs = other.place(metric, k) else { return nil }
    return Estimate(of: zip(perUser[place], other.perUser[theirs]).map { $0 - $1 })
  }

  /// The share of the catalogue in lists of length `k`, as the mean over folds.
  public func coverage(k: Int) -> Double? { overFolds(k) { $0.coverage } }

  /// The Gini index of lists of length `k`, as the mean over folds.
  public func gini(k: Int) -> Double? { overFolds(k) { $0.gini } }

  /// Recall by popularity for lists of length `k`, all folds together.
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
