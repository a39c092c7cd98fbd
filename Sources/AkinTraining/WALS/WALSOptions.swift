import AkinSupport
import AkinVectors

/// What weighted alternating least squares minimises, and for how long.
///
/// With w the weight of an observed pair and s its score p·q:
///
///     Σ observed w (1 − s)²  +  w0 Σ unobserved s²  +  Σ users λᵤ |p|²  +  Σ items λᵢ |q|²
///
/// The regularisation grows with how many pairs a row has: λᵤ = lambda · |Iᵤ|^nu and λᵢ = lambda · |Uᵢ|^nu. With a `.weighed`
/// ``decay`` the pairs not there count as w0 each: λᵤ = lambda · (|Iᵤ| + w0 · (items − |Iᵤ|))^nu, λᵢ likewise.
///
/// **iALS++** (Rendle et al. 2022) minimises Σ observed (1 − s)² + α₀ Σ all s² and regularises by λ · (|Iᵤ| + α₀ · items)^ν.
/// It is this, times 1/(1 + α₀), with `.constant` weights of 1, w0 = α₀/(1 + α₀), nu = ν, lambda = λ · (1 + α₀)^ν and a
/// `.weighed` decay; all vectors then are √(1 + α₀) times as long, and every ranking is the same.
///
/// **From value to weight.** `.constant`: w = alpha. `.value`: w = alpha · value. `.power`: w = alpha · value^power. `.bm25`,
/// the default:
///
///     w = alpha · value · (k1 + 1) / (value + k1 · (1 − b + b · |Iᵤ| / mean of |I|)),   k1 = 100, b = 0.9
///
/// which is close to alpha · value for the average user and less for a busier one: a viewer of ten thousand films says
/// less with each of them. A value is a strength, not an opinion: a rating of 1 is a weak yes, not a no.
///
/// With a ``userExponent`` above 0 all weights of a user are divided by (|Iᵤ| / mean of |I|)^userExponent: with 1 each user
/// weighs the same in all, whoever did how much.
///
/// The defaults were chosen on MovieLens ml-latest-small by recall@20 on held-out ratings, and by what stands next to
/// well-known films.
public struct WALSOptions: Sendable, Equatable {
  /// Components of each vector.
  public var dimensions = 64
  /// How often both sides are solved.
  public var epochs = 15
  /// How a value becomes a weight.
  public var weighting = Objective.Weighting.bm25
  /// The exponent of values; only where the weighting is `.power`.
  public var power = 0.5
  /// How much less each interaction of a busy user says: see above. 0 is not at all.
  public var userExponent = 0.0
  /// The factor of all observed weights.
  public var alpha = 1.0
  /// The weight of an unobserved pair.
  public var w0 = 1.0
  /// The strength of the regularisation; above 0.
  public var lambda = 0.05
  /// How the regularisation grows with a row's count: 0 not at all, 1 in proportion.
  public var nu = 1.0
  /// What the regularisation grows with: `.counted` or `.weighed`.
  public var decay = Objective.Decay.counted
  /// What the first vectors are drawn from.
  public var seed: UInt64 = 0
  /// Features of users and items to learn from as well, or `nil`.
  public var sides: SideOptions?

  /// Creates the default options.
  public init() {}

  /// Throws ``WALSError/option(name:expected:found:)`` when an option has no meaning.
  public func check() throws(WALSError) {
    guard (1...1024).contains(dimensions) else {
      throw .option(name: "dimensions", expected: "1 to 1024", found: "\(dimensions)")
    }
    guard (1...100_000).contains(epochs) else {
      throw .option(name: "epochs", expected: "1 to 100000", found: "\(epochs)")
    }
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
    try sides?.check()
  }

  /// The record of the objective that goes into an embeddings file.
  public var objective: Objective {
    var objective = Objective(
      model: .wals, weighting: weighting, w0: w0, alpha: alpha, lambdaUser: lambda, lambdaItem: lambda, nu: nu)
    if weighting == .power { objective.power = power }
    objective.userExponent = userExponent
    objective.decay = decay
    return objective
  }
}

/// Why a training run stopped.
public enum WALSError: AkinError, Equatable {
  /// An option has no meaning.
  case option(name: String, expected: String, found: String)
  /// The vectors need more memory than this machine has.
  case memory(needed: UInt64, present: UInt64)
  /// There is no interaction to learn from.
  case nothingToLearn
  /// Every value is 0, and so every weight.
  case allZero
  /// A row's system of equations is singular in double precision too.
  case singular(row: ItemID, side: String)
  /// The loss is not a finite number any more.
  case diverged(epoch: Int, side: String)

  public var kind: TroubleKind {
    switch self {
    case .option: .usage
    case .memory: .io
    case .nothingToLearn, .allZero, .singular, .diverged: .badInput
    }
  }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    case .memory(let needed, let present):
      "training needs at least \(needed) bytes of memory, this machine has \(present)"
    case .nothingToLearn: "expected at least one interaction, found none"
    case .allZero: "expected at least one value above 0, found none: every weight would be 0"
    case .singular(let row, let side):
      "\(side) '\(row)': expected a system with one solution, found a singular one"
    case .diverged(let epoch, let side): "epoch \(epoch), \(side): expected a finite loss, found none"
    }
  }

  public var help: String? {
    switch self {
    case .option(name: "lambda", _, _):
      "without regularisation a row with fewer interactions than dimensions has no single solution"
    case .option, .nothingToLearn: nil
    case .allZero: "choose the column that holds the value, or give all the same weight: --weighting constant"
    case .memory: "use fewer dimensions"
    case .singular: "raise lambda"
    case .diverged: "raise lambda, or scale the values down"
    }
  }
}
