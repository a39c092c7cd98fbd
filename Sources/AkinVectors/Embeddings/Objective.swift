import AkinSupport

/// The objective of a training, as fold-in and `info` need it (the `OBJV` record of the file format).
public struct Objective: Sendable, Equatable {
  /// The family of a model.
  public enum Model: UInt16, Sendable, CaseIterable {
    /// Weighted alternating least squares over all pairs.
    case wals = 1
    /// Explicit ratings: `μ + b_u + b_i + p·q`, observed pairs only.
    case mf = 2
    /// Bayesian personalised ranking: ranks seen items above unseen ones.
    case bpr = 3
    /// Labels and sampled negatives.
    case logistic = 4
    /// The truncated singular value decomposition of the zero-filled table.
    case svd = 5
    /// Two networks over features.
    case twoTower = 6
    /// The number of users of each item.
    case popular = 7
    /// Random directions.
    case random = 8
    /// The truncated singular value decomposition of the table divided by powers of degrees.
    case spectral = 9
    /// Unit vectors of items against drawn items; a user is the mean of its history.
    case contrastive = 10
    /// Unit vectors of items whose inner products rebuild histories; a user is the sum of its history.
    case elsa = 11
  }

  /// The rule from the value of an interaction to its weight and target.
  public enum Weighting: UInt16, Sendable, CaseIterable {
    /// Weight `alpha × value`, target 1. For ``Model/contrastive`` the value weighs the item in the history of its user, for
    /// ``Model/elsa`` the value over the largest of that history; for ``Model/bpr`` it is the number of steps of an epoch.
    case value = 1
    /// Weight `alpha`, target 1, whatever the value. For ``Model/spectral`` and ``Model/elsa`` whatever value above 0.
    case constant = 2
    /// Weight `alpha × bm25(value)`, target 1.
    case bm25 = 3
    /// Weight 1, target: the value.
    case rating = 4
    /// Weight 1, target 1 for values of at least ``Objective/positiveFrom``, otherwise 0.
    case label = 5
    /// Weight `alpha × value^power`, target 1.
    case power = 6
  }

  /// The loss of a prediction.
  public enum Loss: UInt8, Sendable, CaseIterable {
    /// `(prediction − target)²`.
    case squared = 0
    /// `|prediction − target|`.
    case absolute = 1
    /// `−t ln σ(s) − (1 − t) ln σ(−s)`, where t is the target scaled to the range.
    case logistic = 2
    /// `−ln σ(score of a positive − score of another item)`.
    case ranking = 3
    /// No loss.
    case none = 4
    /// `−ln` of the share of a positive item among itself and other items, by exponentials of scores over a temperature.
    case softmax = 5
    /// `1 − score of a positive + weight × mean of max(0, score of a drawn item − margin)`.
    case contrastive = 6
  }

  /// The learned biases.
  public struct Biases: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// One bias a user.
    public static let user = Biases(rawValue: 1)
    /// One bias an item.
    public static let item = Biases(rawValue: 2)
    package static let all: Biases = [.user, .item]
  }

  /// The rule of weight decay; the rules differ by the count of a row or by the number of steps.
  public enum Decay: UInt8, Sendable, CaseIterable {
    /// ½ λ · countᵛ · |row|² in the objective, once a row: ν = 0 is plain λ, ν = 1 is ALS-WR.
    case counted = 0
    /// Each step decays the rows of its pair by λ, and no others.
    case touched = 1
    /// λ · Σθ² over all parameters in the loss of each step: gradient 2λθ everywhere.
    case everywhere = 2
    /// Of all pairs: λ · massᵛ · |row|², the mass of a row being its observed pairs and w0 times the others of the other side.
    /// It is how iALS++ scales (Rendle et al. 2022).
    case weighed = 3
  }

  /// The family of the model.
  public var model: Model
  /// The weighting rule.
  public var weighting: Weighting
  /// The weight of an unobserved pair.
  public var w0: Double
  /// The factor of the weights of observed pairs.
  public var alpha: Double
  /// The exponent of values for ``Weighting/power``; otherwise 0.
  public var power = 0.0
  /// The exponent of (count of the user / mean count) that divides the weights of a user; 0 has no effect.
  public var userExponent = 0.0
  /// The regularisation of users, before scaling by counts.
  public var lambdaUser: Double
  /// The regularisation of items, before scaling by counts.
  public var lambdaItem: Double
  /// The regularisation of biases, not scaled by counts.
  public var lambdaBias = 0.0
  /// The exponent of counts in the regularisation.
  public var nu: Double
  /// The loss of a prediction.
  public var loss = Loss.squared
  /// The learned biases.
  public var biases: Biases = []
  /// The rule of weight decay.
  public var decay = Decay.counted
  /// Whether training used observed pairs only, so that other scores are guesses: such models rank badly.
  public var isObservedOnly = false
  /// The output range of the sigmoid, or `nil` without one: the prediction is then the score.
  public var range: ClosedRange<Double>?
  /// The damping k of the item means subtracted from ratings, `(Σr + kμ) / (n + k)`; `nil` when none were. The item
  /// biases hold the means.
  public var meanDamping: Double?
  /// The damping κ of a user that is the mean of n items, Σ q / (n + κ), for ``Model/contrastive``; `nil` when users are directions.
  public var historyDamping: Double?
  /// The range of ratings in training, to which predictions are clipped. `nil` when values are no ratings.
  public var scale: ClosedRange<Double>?
  /// The smallest value of a positive label.
  public var positiveFrom = 0.0
  /// Sampled unknown pairs for each positive; of a softmax or contrastive loss, items drawn for a step.
  public var negatives = 0.0
  /// The exponents of degrees, for ``Model/spectral``; otherwise `nil`.
  public var degrees: DegreeExponents?
  /// The facts of the training that fold-in needs; `nil` when not recorded, and then there is no fold-in.
  public var training: Training?

  /// Creates a record.
  ///
  /// - Parameters:
  ///   - model: The family of the model.
  ///   - weighting: The weighting rule.
  ///   - w0: The weight of an unobserved pair.
  ///   - alpha: The factor of the weights of observed pairs.
  ///   - lambdaUser: The regularisation of users.
  ///   - lambdaItem: The regularisation of items.
  ///   - nu: The exponent of counts in the regularisation.
  public init(
    model: Model, weighting: Weighting, w0: Double = 0, alpha: Double = 1, lambdaUser: Double = 0,
    lambdaItem: Double = 0, nu: Double = 0
  ) {
    self.model = model
    self.weighting = weighting
    self.w0 = w0
    self.alpha = alpha
    self.lambdaUser = lambdaUser
    self.lambdaItem = lambdaItem
    self.nu = nu
  }
}

extension Objective {
  /// The predicted rating, or for labels the probability, of a score.
  ///
  /// Scores and predictions rank alike. A prediction is on the scale of training: through the sigmoid, if any, and
  /// clipped to the scale of ratings.
  ///
  /// - Parameter score: The score of a pair.
  public func prediction(ofScore score: Double) -> Double {
    var value = score
    if let range {
      value = range.lowerBound + (range.upperBound - range.lowerBound) / (1 + exp(-score))
    } else if loss == .logistic {
      value = 1 / (1 + exp(-score))
    }
    guard let scale else { return value }
    // A cosine: −1 is the smallest value of training, 1 the largest.
    if model == .twoTower { value = scale.lowerBound + (scale.upperBound - scale.lowerBound) * (score + 1) / 2 }
    return min(max(value, scale.lowerBound), scale.upperBound)
  }

  /// Whether a score is the prediction as it is.
  package var predictsScores: Bool { range == nil && loss != .logistic && scale == nil }

  /// The meaning of a score, as a phrase.
  public var scoreMeaning: String {
    switch model {
    case .wals: "closeness to 1, what an observed pair has"
    case .mf: range == nil ? "predicted rating" : "logit of the predicted rating's place in the range"
    case .bpr: "order only: the difference of two is the logit that the one is preferred"
    case .logistic: "logit of the probability of a positive label"
    case .svd: "entry of the zero-filled table, shrunk"
    case .twoTower:
      loss == .softmax ? "order only: the cosine of the two towers' vectors" : "cosine of the two towers' vectors"
    case .popular: "share of the users who have the item"
    case .random: "none: a cosine of random directions"
    case .contrastive:
      historyDamping == nil
        ? "order only: the cosine with the mean of the history, plus the item's bias"
        : "order only: the product with the damped mean of the history, plus the item's bias"
    case .spectral: "order only: the smoothed share of a history that leads to the item"
    case .elsa: "order only: the sum of the cosines with the items of the history, by their weights"
    }
  }
}

extension Objective.Model {
  /// The name on the command line and in provenance.
  public var name: String {
    switch self {
    case .wals: "wals"
    case .mf: "mf"
    case .bpr: "bpr"
    case .logistic: "logistic"
    case .svd: "svd"
    case .twoTower: "two-tower"
    case .popular: "popular"
    case .random: "random"
    case .spectral: "spectral"
    case .contrastive: "contrastive"
    case .elsa: "elsa"
    }
  }

  /// Whether values of interactions may be below 0, as ratings of any scale are; for other models a value is the strength of
  /// an interaction, at least 0.
  public var allowsNegativeValues: Bool {
    switch self {
    case .mf, .twoTower: true
    case .wals, .bpr, .logistic, .svd, .popular, .random, .spectral, .contrastive, .elsa: false
    }
  }

  /// Whether a value of 0 is a label, an item that was not chosen, and not an interaction of no strength.
  package var learnsLabels: Bool { self == .bpr || self == .logistic }
}
