import AkinSupport
import AkinVectors

/// Options of ``Spectral``: the truncated singular value decomposition of the table divided by powers of degrees.
///
/// With w the weight of a pair, and the degree of a user or an item the sum of its weights,
///
///     A = w / (user degree^a · item degree^b)  ≈  U σ Vᵀ,     p = A's row times V,     q = item degree^c · V's row
///
/// With a = b = c = ½ a score is that of the ideal low-pass filter of the bipartite graph, as in GF-CF (Shen et al. 2021) without
/// its second filter. A user is a projection, so a new one gets the vector that training would give it with the items as they are.
public struct SpectralOptions: Sendable, Equatable {
  /// The rank, and components of each vector; 1 to 1024.
  public var dimensions = 64
  /// The most rounds of the block Krylov method, 1 to 1000: each brings the singular vectors nearer to the true ones. It
  /// ends early where the residual is below 10⁻⁶. Rankings gain nothing by more than one: what is left of smaller singular
  /// vectors helps as much as it harms.
  public var rounds = 1
  /// The weight of a pair: `constant` is 1 for a value above 0, `value` the value, `power` the value to ``power``.
  public var weighting = Objective.Weighting.constant
  /// The exponent of values for `power`; 0 to 10.
  public var power = 0.5
  /// The exponents a, b and c; each 0 to 2, and c from −2 on.
  public var degrees = Objective.DegreeExponents()
  /// The random seed of the first block.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.whole("rounds", rounds, in: 1...1000)
    guard [.constant, .value, .power].contains(weighting) else {
      throw .option(name: "weighting", expected: "constant, value or power", found: "\(weighting)")
    }
    let numbers = [
      ("power", power, 0.0...10), ("user-degree-exponent", degrees.user, 0...2),
      ("item-degree-exponent", degrees.item, 0...2), ("score-degree-exponent", degrees.score, -2...2),
    ]
    for (name, found, range) in numbers where !(found.isFinite && range.contains(found)) {
      throw .option(name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(found)")
    }
  }
}

extension SpectralOptions: TrainingMethod {
  public var model: Objective.Model { .spectral }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try Spectral.train(interactions, options: self, execution: execution)
  }

  /// The entries of ``TrainedModel/options``.
  var record: [String: JSONValue] {
    [
      "dimensions": .integer(Int64(dimensions)), "rounds": .integer(Int64(rounds)),
      "weighting": .string("\(weighting)"), "power": .number(power), "userDegreeExponent": .number(degrees.user),
      "itemDegreeExponent": .number(degrees.item), "scoreDegreeExponent": .number(degrees.score),
      "seed": .string(String(seed)),
    ]
  }

  /// The objective of a training with these options.
  var objective: Objective {
    var objective = Objective(model: .spectral, weighting: weighting)
    if weighting == .power { objective.power = power }
    objective.degrees = degrees
    return objective
  }
}
