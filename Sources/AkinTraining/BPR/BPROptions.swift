import AkinSupport
import AkinVectors

/// What Bayesian personalised ranking (Rendle et al. 2009) minimises: over users u, their positive items i and other
/// items j,
///
///     −ln σ(z)  +  ½ λ (|p|² + |qᵢ|² + |qⱼ|² + bᵢ² + bⱼ²),   z = p·qᵢ + bᵢ − p·qⱼ − bⱼ
///
/// by a step for each positive pair and one drawn j. A user's bias cancels, so there is none. The j is now and then an explicit
/// negative of the user (see ``explicitShare``), else an item that the user has no label for.
public struct BPROptions: Sendable, Equatable {
  /// Components of each vector.
  public var dimensions = 64
  /// How often all positive pairs are visited.
  public var epochs = 60
  /// The size of a step.
  public var learningRate = 0.05
  /// The regularisation of the vectors that a step touches.
  public var lambda = 0.01
  /// The regularisation of the biases that a step touches.
  public var biasLambda = 0.01
  /// The value from which on a pair is positive; below it a pair is an explicit negative. `nil`: above 0.
  public var positiveFrom: Double?
  /// How often j is an explicit negative of the user, where there is one: 0 only when
  /// nothing is unknown, 1 always. The items that people rate low
  /// are well-known ones: drawn as often as all unknown items together, they sink below items that nobody knows.
  public var explicitShare = 0.05
  /// The chance of an unknown item to be drawn grows with its popularity to this power; 0 draws all alike.
  public var popularity = 0.0
  /// What all random numbers start from.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// Throws ``TrainingError/option(name:expected:found:)`` when an option has no meaning.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    try OptionCheck.positive("learning-rate", learningRate)
    try OptionCheck.notNegative("lambda", lambda)
    try OptionCheck.notNegative("bias-lambda", biasLambda)
    guard explicitShare.isFinite, (0...1).contains(explicitShare) else {
      throw .option(name: "explicit-share", expected: "0 to 1", found: "\(explicitShare)")
    }
    try OptionCheck.sampling(positiveFrom: positiveFrom, popularity: popularity)
  }
}

extension OptionCheck {
  static func sampling(positiveFrom: Double?, popularity: Double) throws(TrainingError) {
    if let positiveFrom { try notNegative("positive-from", positiveFrom) }
    guard popularity.isFinite, (0...2).contains(popularity) else {
      throw .option(name: "popularity", expected: "0 to 2", found: "\(popularity)")
    }
  }
}

extension BPROptions: TrainingMethod {
  public var model: Objective.Model { .bpr }

  public var epochLimit: Int? { epochs }

  public func limited(toEpochs epochs: Int) -> BPROptions {
    var options = self
    options.epochs = epochs
    return options
  }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try train(interactions, validation: nil, execution: execution)
  }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try BPR.train(interactions, options: self, validation: validation, execution: execution)
  }

  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "epochs": .integer(Int64(epochs)),
      "learningRate": .number(learningRate), "lambda": .number(lambda), "biasLambda": .number(biasLambda),
      "explicitShare": .number(explicitShare), "popularity": .number(popularity), "seed": .string(String(seed)),
    ]
    facts["positiveFrom"] = positiveFrom.map { .number($0) }
    return facts
  }
}
