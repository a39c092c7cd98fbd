import AkinSupport
import AkinVectors

/// Options of ``Logistic`` (logistic matrix factorisation).
///
/// With `s = p·q + b_u + b_i` and a label y of 1 or 0, the loss is
///
///     Σ max(s, 0) − y s + ln(1 + e^−|s|)
///
/// over positive pairs (y = 1), explicit negatives (y = 0), and unknown pairs (y = 0) that are drawn for each positive pair
/// anew each epoch. A step decays the rows that it touches by λ.
///
/// With k draws per positive pair, the unknown pairs of a user with |I| positives among m items weigh k · |I| / (m − |I|).
public struct LogisticOptions: Sendable, Equatable {
  /// Components of each vector; 1 to 1024.
  public var dimensions = 64
  /// Passes over the labelled pairs; 1 to 100,000.
  public var epochs = 40
  /// The step size; above 0.
  public var learningRate = 0.05
  /// The regularisation of the vectors of a step; at least 0.
  public var lambda = 0.01
  /// The regularisation of the biases of a step; at least 0.
  public var biasLambda = 0.01
  /// Unknown pairs drawn for each positive pair; 0 to 1000, where 0 learns from labels alone.
  public var negatives = 4
  /// The smallest value of a positive pair; a smaller value makes an explicit negative. `nil` takes values above 0.
  public var positiveFrom: Double?
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
    try OptionCheck.whole("negatives", negatives, in: 0...1000)
    try OptionCheck.sampling(positiveFrom: positiveFrom, popularity: popularity)
  }
}

extension LogisticOptions: EpochTrainingMethod {
  public var model: Objective.Model { .logistic }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try Logistic.train(interactions, options: self, validation: validation, execution: execution)
  }

  /// The entries of ``TrainedModel/options``.
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
