import AkinSupport
import AkinVectors

/// What logistic matrix factorisation minimises: with `s = p·q + b_u + b_i` and a label y of 1 or 0,
///
///     Σ max(s, 0) − y s + ln(1 + e^−|s|)
///
/// over the positive pairs (y = 1), the explicit negatives (y = 0), and for each positive pair some unknown ones that are
/// drawn anew each epoch (y = 0). A step decays the rows that it touches by λ.
///
/// k draws a positive weigh the unknown pairs of a user with |I| positives by k · |I| / (m − |I|): more for a busier one.
public struct LogisticOptions: Sendable, Equatable {
  /// Components of each vector.
  public var dimensions = 64
  /// How often all labelled pairs are visited.
  public var epochs = 40
  /// The size of a step.
  public var learningRate = 0.05
  /// The regularisation of the vectors that a step touches.
  public var lambda = 0.01
  /// The regularisation of the biases that a step touches.
  public var biasLambda = 0.01
  /// Unknown pairs drawn for each positive one; 0 learns from labels alone.
  public var negatives = 4
  /// The value from which on a pair is positive; below it a pair is an explicit negative. `nil`: above 0.
  public var positiveFrom: Double?
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
    try OptionCheck.whole("negatives", negatives, in: 0...1000)
    try OptionCheck.sampling(positiveFrom: positiveFrom, popularity: popularity)
  }
}

extension LogisticOptions: TrainingMethod {
  public var model: Objective.Model { .logistic }

  public var epochLimit: Int? { epochs }

  public func limited(toEpochs epochs: Int) -> LogisticOptions {
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
    try Logistic.train(interactions, options: self, validation: validation, execution: execution)
  }

  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "epochs": .integer(Int64(epochs)),
      "learningRate": .number(learningRate), "lambda": .number(lambda), "biasLambda": .number(biasLambda),
      "negatives": .integer(Int64(negatives)), "popularity": .number(popularity), "seed": .string(String(seed)),
    ]
    facts["positiveFrom"] = positiveFrom.map { .number($0) }
    return facts
  }
}
