import AkinSupport
import AkinVectors

/// Options of ``BPR`` (Bayesian personalised ranking, Rendle et al. 2009).
///
/// The loss of a user with a positive item i and another item j is
///
///     −ln σ(z)  +  ½ λ (|p|² + |qᵢ|² + |qⱼ|² + bᵢ² + bⱼ²),   z = p·qᵢ + bᵢ − p·qⱼ − bⱼ
///
/// Each positive pair of an epoch takes one step against one drawn j. User biases cancel, so there are none. With the
/// probability ``explicitShare`` j is an explicit negative of the user; otherwise it is an item without a label of the user.
///
/// With the weighting `.value` a positive pair takes in the mean value / v̄ steps an epoch, v̄ being the mean value of positive pairs: the
/// whole part of that, and one more with the probability of the rest. An epoch has about as many steps as without, and each step is of
/// the same size.
public struct BPROptions: Sendable, Equatable {
  /// Components of each vector; 1 to 1024.
  public var dimensions = 64
  /// Passes over the positive pairs; 1 to 100,000.
  public var epochs = 60
  /// The step size; above 0.
  public var learningRate = 0.05
  /// The regularisation of the vectors of a step; at least 0.
  public var lambda = 0.01
  /// The regularisation of the biases of a step; at least 0.
  public var biasLambda = 0.01
  /// What a positive pair weighs: `.label`, 1; or `.value`, its value beside the mean.
  public var weighting = Objective.Weighting.label
  /// The smallest value of a positive pair; a smaller value makes an explicit negative. `nil` takes values above 0.
  public var positiveFrom: Double?
  /// The probability that j is an explicit negative of the user, if the user has one; 0 to 1. With 0 explicit negatives are
  /// drawn only if no item is unknown.
  ///
  /// Items with low ratings are well known. Drawn as often as all unknown items together, they rank below items that
  /// nobody knows.
  public var explicitShare = 0.05
  /// The exponent of popularity in the probability that an unknown item is drawn; 0 to 2, where 0 draws uniformly.
  public var popularity = 0.0
  /// The random seed.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    try OptionCheck.positive("learning-rate", learningRate)
    try OptionCheck.notNegative("lambda", lambda)
    try OptionCheck.notNegative("bias-lambda", biasLambda)
    guard explicitShare.isFinite, (0...1).contains(explicitShare) else {
      throw .option(name: "explicit-share", expected: "0 to 1", found: "\(explicitShare)")
    }
    guard [.label, .value].contains(weighting) else {
      throw .option(name: "weighting", expected: "constant or value", found: "\(weighting)")
    }
    try OptionCheck.sampling(positiveFrom: positiveFrom, popularity: popularity)
  }
}

extension BPROptions: EpochTrainingMethod {
  public var model: Objective.Model { .bpr }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try BPR.train(interactions, options: self, validation: validation, execution: execution)
  }

  /// The entries of ``TrainedModel/options``.
  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "epochs": .integer(Int64(epochs)),
      "learningRate": .number(learningRate), "lambda": .number(lambda), "biasLambda": .number(biasLambda),
      "explicitShare": .number(explicitShare), "popularity": .number(popularity), "seed": .string(String(seed)),
    ]
    facts["positiveFrom"] = positiveFrom.map { .number($0) }
    if weighting == .value { facts["weighting"] = .string("\(weighting)") }
    return facts
  }
}
