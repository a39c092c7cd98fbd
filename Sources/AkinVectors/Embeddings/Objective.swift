import AkinSupport

/// What a model was trained to do, as far as fold-in and honest display need it (the `OBJV` record of the file format).
public struct Objective: Sendable, Equatable {
  /// Which family the model is from.
  public enum Model: UInt16, Sendable, CaseIterable {
    /// Weighted alternating least squares over all pairs.
    case wals = 1
    /// Explicit ratings: `μ + b_u + b_i + p·q`, observed pairs only.
    case mf = 2
    /// Bayesian personalised ranking: seen items above unseen ones.
    case bpr = 3
    /// Labels against sampled negatives.
    case logistic = 4
    /// The truncated singular value decomposition of the zero-filled table.
    case svd = 5
    /// Two networks over features.
    case twoTower = 6
    /// How many users each item has.
    case popular = 7
    /// Directions drawn from the seed.
    case random = 8
  }

  /// How an interaction's value became a weight and a target.
  public enum Weighting: UInt16, Sendable, CaseIterable {
    /// Weight `alpha × value`, target 1.
    case value = 1
    /// Weight `alpha`, target 1, whatever the value.
    case constant = 2
    /// Weight `alpha × bm25(value)`, target 1.
    case bm25 = 3
    /// Weight 1, and the value is the target.
    case rating = 4
    /// Weight 1, target 1 from ``Objective/positiveFrom`` on and 0 below.
    case label = 5
    /// Weight `alpha × value^power`, target 1.
    case power = 6
  }

  /// What a wrong score costs.
  public enum Loss: UInt8, Sendable, CaseIterable {
    /// `(prediction − target)²`.
    case squared = 0
    /// `|prediction − target|`.
    case absolute = 1
    /// `−t ln σ(s) − (1 − t) ln σ(−s)`, t the target's place in the range.
    case logistic = 2
    /// `−ln σ(score of a positive − score of another item)`.
    case ranking = 3
    /// Nothing was minimised.
    case none = 4
  }

  /// Which biases were learned.
  public struct Biases: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let user = Biases(rawValue: 1)
    public static let item = Biases(rawValue: 2)
    package static let all: Biases = [.user, .item]
  }

  /// What "weight decay" means: they differ by a row's count, or by the number of steps.
  public enum Decay: UInt8, Sendable, CaseIterable {
    /// ½ λ · countᵛ · |row|² stands in the objective once a row: ν = 0 is plain λ, ν = 1 is ALS-WR.
    case counted = 0
    /// Each step decays, by λ, the rows that its pair touches, and no others.
    case touched = 1
    /// λ · Σθ² over all parameters stands in the loss of each step: gradient 2λθ everywhere.
    case everywhere = 2
    /// Of all pairs: λ · massᵛ · |row|², the mass of a row being its observed pairs and w0 times the others of the other side.
    /// It is how iALS++ scales (Rendle et al. 2022).
    case weighed = 3
  }

  /// Which family the model is from.
  public var model: Model
  /// How a value became a weight.
  public var weighting: Weighting
  /// The weight of an unobserved pair.
  public var w0: Double
  /// The factor of the observed weights.
  public var alpha: Double
  /// The exponent of values where the weighting is ``Weighting/power``; else 0.
  public var power = 0.0
  /// A user's weights are divided by (the user's count / the mean count of users) to this power: 0 is not at all.
  public var userExponent = 0.0
  /// The regularisation of users and of items, before scaling by counts.
  public var lambdaUser: Double
  public var lambdaItem: Double
  /// The regularisation of biases, which no count scales.
  public var lambdaBias = 0.0
  /// The exponent of the counts in the regularisation.
  public var nu: Double
  /// What a wrong score costs.
  public var loss = Loss.squared
  /// Which biases were learned.
  public var biases: Biases = []
  /// What the regularisation means.
  public var decay = Decay.counted
  /// Whether training saw observed pairs only, so that scores of the others are guesses: such models rank badly.
  public var isObservedOnly = false
  /// The range that a sigmoid maps scores into, or `nil`: the prediction is the score.
  public var range: ClosedRange<Double>?
  /// The damping k of the item means that were taken off the ratings, `(Σr + kμ) / (n + k)`; `nil` when none were. The
  /// means stand in the item biases.
  public var meanDamping: Double?
  /// The smallest and the largest rating of training: where predictions are clipped. `nil` when values are no ratings.
  public var scale: ClosedRange<Double>?
  /// The value from which on a label is positive.
  public var positiveFrom = 0.0
  /// Unknown pairs drawn for each positive one.
  public var negatives = 0.0
  /// What else a fold-in asks of the training; `nil` when nobody wrote it down: then there is no fold-in.
  public var training: Training?

  /// Creates a record.
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
  /// The rating, or for labels the probability, that a score predicts.
  ///
  /// A score ranks as the prediction does; this puts it on the scale that training saw: through the sigmoid where there
  /// is one, and clipped to the ratings' own scale.
  public func prediction(ofScore score: Double) -> Double {
    var value = score
    if let range {
      value = range.lowerBound + (range.upperBound - range.lowerBound) / (1 + exp(-score))
    } else if loss == .logistic {
      value = 1 / (1 + exp(-score))
    }
    guard let scale else { return value }
    // A cosine: −1 is the smallest value of the training, 1 the largest.
    if model == .twoTower { value = scale.lowerBound + (scale.upperBound - scale.lowerBound) * (score + 1) / 2 }
    return min(max(value, scale.lowerBound), scale.upperBound)
  }

  /// What a score means, as a phrase.
  public var scoreMeaning: String {
    switch model {
    case .wals: "closeness to 1, what an observed pair has"
    case .mf: range == nil ? "predicted rating" : "logit of the predicted rating's place in the range"
    case .bpr: "order only: the difference of two is the logit that the one is preferred"
    case .logistic: "logit of the probability of a positive label"
    case .svd: "entry of the zero-filled table, shrunk"
    case .twoTower: "cosine of the two towers' vectors"
    case .popular: "share of the users who have the item"
    case .random: "none: a cosine of random directions"
    }
  }
}

extension Objective.Model {
  /// The name by which the command line and provenance call it.
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
    }
  }
}
