/// The result of an evaluation: several models on the same queries.
public struct EvaluationReport: Sendable {
  /// One model of the comparison.
  public struct Model: Sendable {
    /// The name: `wals`, `popular`.
    public var name: String
    /// Whether the model is a baseline.
    public var isBaseline: Bool
    /// The ranking metrics, or `nil`.
    public var ranking: RankingReport?
    /// The errors of predicted values, or `nil`.
    public var rating: RatingTally?
    /// The training loss after each epoch, by fold; empty without losses.
    public var losses: [[Double]]
    /// The seconds that training took, over all folds; `nil` where they are not compared.
    public var trainSeconds: Double?

    /// Creates a model.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - isBaseline: Whether the model is a baseline.
    ///   - ranking: The ranking metrics, or `nil`.
    ///   - rating: The errors of predicted values, or `nil`.
    ///   - losses: The training loss after each epoch, by fold.
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

  /// The heading.
  public var title: String
  /// The method: split, threshold, seeds and options, as labels and values.
  public var protocolFacts: [(label: String, value: String)]
  /// The models.
  public var models: [Model]
  /// The lengths of lists in tables, among the measured ones.
  public var ks: [Int]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - protocolFacts: The method, as labels and values.
  ///   - models: The models.
  ///   - ks: The lengths of lists in tables, among the measured ones.
  public init(title: String, protocolFacts: [(label: String, value: String)], models: [Model], ks: [Int]) {
    self.title = title
    self.protocolFacts = protocolFacts
    self.models = models
    self.ks = ks
  }
}
