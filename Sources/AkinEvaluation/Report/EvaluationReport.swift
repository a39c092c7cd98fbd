/// What an evaluation found, ready to be shown: the models beside each other, on the same questions.
public struct EvaluationReport: Sendable {
  /// One row of the comparison.
  public struct Model: Sendable {
    /// Its name: `wals`, `popular`.
    public var name: String
    /// Whether it is one of the rows that are there for comparison.
    public var isBaseline: Bool
    /// How it ranks.
    public var ranking: RankingReport?
    /// How it predicts values, when it does.
    public var rating: RatingTally?
    /// For each fold the training loss after each epoch, when there is one.
    public var losses: [[Double]]

    /// Creates a row.
    public init(
      name: String, isBaseline: Bool, ranking: RankingReport? = nil, rating: RatingTally? = nil,
      losses: [[Double]] = []
    ) {
      self.name = name
      self.isBaseline = isBaseline
      self.ranking = ranking
      self.rating = rating
      self.losses = losses
    }
  }

  /// What was evaluated, as a heading.
  public var title: String
  /// Facts that the numbers have no meaning without: split, threshold, seeds, options; label and value.
  public var protocolFacts: [(label: String, value: String)]
  /// The models, best known first.
  public var models: [Model]
  /// The lengths of lists to show in tables, among those that were measured.
  public var ks: [Int]

  /// Creates a report.
  public init(title: String, protocolFacts: [(label: String, value: String)], models: [Model], ks: [Int]) {
    self.title = title
    self.protocolFacts = protocolFacts
    self.models = models
    self.ks = ks
  }
}
