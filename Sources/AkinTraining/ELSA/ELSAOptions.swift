import AkinSupport
import AkinVectors

/// Options of ``ELSA``: item vectors of length 1 whose inner products rebuild histories, after the scalable linear shallow
/// autoencoder of Vančura et al. (2022).
///
/// With A the items' vectors as rows, and x the history of a user (a weight for each of its items, 0 elsewhere), the prediction
/// is x̂ = x (A Aᵀ − I): an item never predicts itself, since the diagonal of A Aᵀ is 1. The loss is the mean over users of
///
///     | x / |x|  −  x̂ / |x̂| |²  =  2 − 2 cos(x, x̂)
///
/// A user is the vector z = x A, so a new user has the vector that training would use. For an item that the user does not have,
/// z · q is the prediction itself; for one of the history it is the prediction plus the item's weight.
public struct ELSAOptions: Sendable, Equatable {
  /// Components of each vector; 1 to 1024.
  public var dimensions = 64
  /// Passes over the users; 1 to 100,000.
  public var epochs = 10
  /// The step size of Adam at the beginning, from which it falls in a straight line to a twentieth over 10 epochs, and stays there.
  /// Above 0, at most 10.
  public var learningRate = 0.1
  /// What an item weighs in a history: `constant` 1 for a value above 0, `value` the value over the largest of the history.
  public var weighting = Objective.Weighting.constant
  /// Users of a step, 1 to 65,536; `nil` takes a thirty-second of the users, at least 32 and at most 1,024.
  public var batch: Int?
  /// The random seed.
  public var seed: UInt64 = 0

  /// Epochs over which the step size falls, and the share of it that is left then.
  static let (fallEpochs, lastShare) = (10.0, 0.05)

  /// Creates the default options.
  public init() {}

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    try OptionCheck.rowStep("learning-rate", learningRate)
    guard [.constant, .value].contains(weighting) else {
      throw .option(name: "weighting", expected: "constant or value", found: "\(weighting)")
    }
    if let batch { try OptionCheck.whole("batch", batch, in: 1...65_536) }
  }

  /// The users of a step, of so many that can be learned from.
  func batch(ofUsers users: Int) -> Int { batch ?? min(1024, max(32, users / 32)) }
}

extension ELSAOptions: EpochTrainingMethod {
  public var model: Objective.Model { .elsa }

  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution
  ) throws -> TrainedModel {
    try ELSA.train(interactions, options: self, validation: validation, execution: execution)
  }

  /// The entries of ``TrainedModel/options``.
  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "epochs": .integer(Int64(epochs)),
      "learningRate": .number(learningRate), "weighting": .string("\(weighting)"), "seed": .string(String(seed)),
    ]
    facts["batch"] = batch.map { .integer(Int64($0)) }
    return facts
  }

  /// The objective of a training with these options.
  var objective: Objective { Objective(model: .elsa, weighting: weighting) }
}
