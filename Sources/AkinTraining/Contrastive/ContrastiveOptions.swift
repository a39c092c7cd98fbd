import AkinSupport
import AkinVectors

/// Options of ``Contrastive``: unit vectors of items, learned against many drawn items at once.
///
/// A user is the damped mean of the n items of its history, ẑ = c Σ q / (n + κ), as in the aggregation of SimpleX (Mao et al.
/// 2021) without a vector of the user's own and without its normalisation; so a new user has the vector that training would
/// use. c is 1 in the first epoch; before each other one it is set so that ẑ has a mean length of 1 over the users. In the
/// model every item has the length √c, and a user is the damped mean of these. Without κ, and with the cosine-contrastive loss,
/// ẑ = Σ q / |Σ q|. With the weighting `value` the vectors of users are means by values, and n is (Σ value)² / Σ value²; the
/// items are learned as without. A positive item is scored by the history without itself, as in leave-one-out. With s = ẑ · q +
/// b and N drawn items j of equal weight, the loss of a positive i is
///
///     sampled-softmax       −ln (e^(sᵢ/τ) / (e^(sᵢ/τ) + Σⱼ e^(sⱼ/τ − ln pⱼ)))       pⱼ in proportion to the chance of j
///     cosine-contrastive    1 − sᵢ  +  w / N Σⱼ max(0, sⱼ − m)                        without biases b
public struct ContrastiveOptions: Sendable, Equatable {
  /// Components of each vector; 1 to 1024.
  public var dimensions = 64
  /// Passes over the positive pairs; 1 to 100,000.
  public var epochs = 24
  /// The step size of vectors at the beginning, from which it falls in a straight line to a twentieth over 24 epochs, and stays
  /// there; that of biases is a tenth of it. Above 0, at most 10.
  public var learningRate = 0.25
  /// The loss: `softmax` or `contrastive`.
  public var loss = Objective.Loss.softmax
  /// τ of the softmax; 0.001 to 100.
  public var temperature = 0.1
  /// m of the contrastive loss: drawn items are pushed away while their score is above it; −1 to 1.
  public var margin = 0.8
  /// w of the contrastive loss; at least 0.
  public var negativeWeight = 150.0
  /// κ of the sampled softmax: added to the items of a history in the divisor of their sum. Above 0, at most 1e6; `nil` takes the
  /// direction of the sum, and its length says nothing.
  public var historyDamping: Double? = 2
  /// Drawn items, which all users of a step share; 1 to 65,536. As many as there are items take each item once.
  public var negatives = 4096
  /// Users of a step; 1 to 65,536.
  public var batch = 256
  /// The smallest value of a positive pair; other pairs are not learned from. `nil` takes values above 0.
  public var positiveFrom: Double?
  /// What the items of a history weigh in the vector of a user: `label` all alike, `value` the value of the interaction, which with
  /// ``TimeDecay`` is larger for what is newer.
  public var weighting = Objective.Weighting.label
  /// The exponent of popularity in the probability that an item is drawn; 0 to 2, where 0 draws uniformly.
  public var popularity = 0.0
  /// The random seed.
  public var seed: UInt64 = 0

  /// Epochs over which the step size falls, and the share of it that is left then.
  static let (fallEpochs, lastShare) = (24.0, 0.05)

  /// κ where the loss has one.
  var damping: Double? { loss == .softmax ? historyDamping : nil }

  /// Creates the default options.
  public init() {}

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    try OptionCheck.rowStep("learning-rate", learningRate)
    guard [.softmax, .contrastive].contains(loss) else {
      throw .option(name: "loss", expected: "sampled-softmax or cosine-contrastive", found: "\(loss)")
    }
    guard [.label, .value].contains(weighting) else {
      throw .option(name: "weighting", expected: "constant or value", found: "\(weighting)")
    }
    for (name, found, range) in [("temperature", temperature, 0.001...100), ("margin", margin, -1...1)]
    where !(found.isFinite && range.contains(found)) {
      throw .option(name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(found)")
    }
    try OptionCheck.notNegative("negative-weight", negativeWeight)
    guard negativeWeight <= 1e6 else {
      throw .option(name: "negative-weight", expected: "at most 1e6", found: "\(negativeWeight)")
    }
    if let historyDamping, !(historyDamping > 0 && historyDamping <= 1e6) {
      throw .option(
        name: "history-damping", expected: "a number above 0, at most 1e6, or none", found: "\(historyDamping)")
    }
    try OptionCheck.whole("negatives", negatives, in: 1...65_536)
    try OptionCheck.whole("batch", batch, in: 1...65_536)
    try OptionCheck.sampling(positiveFrom: positiveFrom, popularity: popularity)
  }
}

extension ContrastiveOptions: EpochTrainingMethod {
  public var model: Objective.Model { .contrastive }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try Contrastive.train(interactions, options: self, validation: validation, execution: execution)
  }

  /// The entries of ``TrainedModel/options``.
  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "epochs": .integer(Int64(epochs)),
      "learningRate": .number(learningRate), "loss": .string("\(loss)"), "negatives": .integer(Int64(negatives)),
      "batch": .integer(Int64(batch)), "popularity": .number(popularity), "seed": .string(String(seed)),
    ]
    if loss == .softmax {
      facts["temperature"] = .number(temperature)
    } else {
      (facts["margin"], facts["negativeWeight"]) = (.number(margin), .number(negativeWeight))
    }
    facts["historyDamping"] = damping.map { .number($0) }
    if weighting == .value { facts["weighting"] = .string("\(weighting)") }
    facts["positiveFrom"] = positiveFrom.map { .number($0) }
    return facts
  }
}
