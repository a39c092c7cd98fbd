import AkinSupport
import AkinVectors

/// Options of ``WALS``: the objective, and how long it is minimised.
///
/// With w the weight of an observed pair and s = p·q its score:
///
///     Σ observed w (1 − s)²  +  w0 Σ unobserved s²  +  Σ users λᵤ |p|²  +  Σ items λᵢ |q|²
///
/// Regularisation grows with the number of pairs of a row: λᵤ = lambda · |Iᵤ|^nu and λᵢ = lambda · |Uᵢ|^nu. With the decay
/// `.weighed` unobserved pairs count w0 each: λᵤ = lambda · (|Iᵤ| + w0 · (items − |Iᵤ|))^nu, and λᵢ likewise.
///
/// **iALS++** (Rendle et al. 2022) minimises Σ observed (1 − s)² + α₀ Σ all s² and regularises by λ · (|Iᵤ| + α₀ · items)^ν.
/// This objective equals that one times 1/(1 + α₀), with `.constant` weights of 1, w0 = α₀/(1 + α₀), nu = ν,
/// lambda = λ · (1 + α₀)^ν and the decay `.weighed`. All vectors are √(1 + α₀) times as long, and rankings are equal.
///
/// **From value to weight.** `.constant`: w = alpha. `.value`: w = alpha · value. `.power`: w = alpha · value^power. `.bm25`,
/// the default:
///
///     w = alpha · value · (k1 + 1) / (value + k1 · (1 − b + b · |Iᵤ| / mean of |I|)),   k1 = 100, b = 0.9
///
/// which is near alpha · value for the average user and less for a user with more interactions. A value is a strength,
/// not an opinion: a rating of 1 is a weak yes, not a no.
///
/// With a ``userExponent`` above 0 all weights of a user are divided by (|Iᵤ| / mean of |I|)^userExponent. With 1 all users
/// have the same total weight.
///
/// The defaults were chosen on MovieLens ml-latest-small, by recall@20 on held-out ratings and by the neighbours of
/// well-known films. Where all values are equal, and so say nothing, other values follow from the data: see ``adaptive``.
public struct WALSOptions: Sendable, Equatable {
  /// Components of each vector; 1 to 1024.
  public var dimensions = 64
  /// Passes over both sides; 1 to 100,000.
  public var epochs = 15 { didSet { adaptive.remove(.epochs) } }
  /// The rule that turns a value into a weight: `.value`, `.constant`, `.power` or `.bm25`.
  public var weighting = Objective.Weighting.bm25 { didSet { adaptive.remove(.weighting) } }
  /// The exponent of values under the weighting `.power`; 0 to 10.
  public var power = 0.5
  /// The exponent by which weights of users with many interactions shrink; 0 to 2, where 0 is not at all.
  public var userExponent = 0.0 { didSet { adaptive.remove(.userExponent) } }
  /// The factor of all observed weights; above 0.
  public var alpha = 1.0
  /// The weight of an unobserved pair; at least 0.
  public var w0 = 1.0 { didSet { adaptive.remove(.w0) } }
  /// The regularisation before scaling; above 0.
  public var lambda = 0.05 { didSet { adaptive.remove(.lambda) } }
  /// The exponent by which regularisation grows with the mass of a row; 0 to 2.
  public var nu = 1.0 { didSet { adaptive.remove(.nu) } }
  /// The mass of a row: `.counted` counts its pairs, `.weighed` counts unobserved pairs too, w0 each.
  public var decay = Objective.Decay.counted
  /// The random seed of the first item vectors.
  public var seed: UInt64 = 0
  /// Options that follow the data where all values are equal: at first all that can. One that is set is obeyed, and leaves the set.
  /// See ``adapted(to:)``.
  public var adaptive = Adaptive.all
  /// Features of users and items to learn from, or `nil`.
  public var sideFeatures: SideFeatures?

  /// Creates the default options.
  public init() {}

  /// Checks the options.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
  public func check() throws(TrainingError) {
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(epochs)
    guard alpha.isFinite, alpha > 0, Float(alpha).isNormal else {
      throw .option(name: "alpha", expected: "a number above 0", found: "\(alpha)")
    }
    guard w0.isFinite, w0 >= 0, Float(w0).isFinite else {
      throw .option(name: "w0", expected: "a number of 0 or more", found: "\(w0)")
    }
    guard lambda.isFinite, lambda > 0, Float(lambda).isNormal else {
      throw .option(name: "lambda", expected: "a number above 0", found: "\(lambda)")
    }
    guard [.value, .constant, .power, .bm25].contains(weighting) else {
      throw .option(name: "weighting", expected: "value, constant, power or bm25", found: "\(weighting)")
    }
    guard power.isFinite, (0...10).contains(power) else {
      throw .option(name: "power", expected: "0 to 10", found: "\(power)")
    }
    guard userExponent.isFinite, (0...2).contains(userExponent) else {
      throw .option(name: "user-weight-exponent", expected: "0 to 2", found: "\(userExponent)")
    }
    guard decay == .counted || decay == .weighed else {
      throw .option(name: "decay", expected: "counted or weighed", found: "\(decay)")
    }
    guard nu.isFinite, nu >= 0, nu <= 2 else {
      throw .option(name: "nu", expected: "0 to 2", found: "\(nu)")
    }
    try sideFeatures?.check()
  }

  /// The objective as an embeddings file records it.
  public var objective: Objective {
    var objective = Objective(
      model: .wals, weighting: weighting, w0: w0, alpha: alpha, lambdaUser: lambda, lambdaItem: lambda, nu: nu)
    if weighting == .power { objective.power = power }
    objective.userExponent = userExponent
    objective.decay = decay
    return objective
  }
}
