import AkinSupport
import AkinVectors

/// What matrix factorisation of explicit ratings minimises, how, and for how long.
///
/// The score of a pair is `s = μ + b_u + b_i + p·q`, its prediction ŷ is s, or `low + (high − low) σ(s)` with a range.
/// Over the observed pairs alone:
///
///     J = Σ loss(ŷ, r)  +  ½ Σ users λᵤ |p|²  +  ½ Σ items λᵢ |q|²  +  ½ λ_b (Σ b_u² + Σ b_i²)
///
/// with λᵤ = lambda · |Iᵤ|^nu, λᵢ = lambda · |Uᵢ|^nu. A squared loss is ½ (ŷ − r)², an absolute one |ŷ − r|, a logistic
/// one −t ln σ(s) − (1 − t) ln σ(−s) with t the place of r in the range. ``Objective/Decay`` has two other meanings of
/// the regularisation.
///
/// Numbers left at `nil` take a default that suits the optimiser: see ``resolved``. The defaults were chosen on five
/// folds of MovieLens ml-latest-small; Tools/bench/mf shows what they give.
public struct MFOptions: Sendable, Equatable {
  /// Which biases are learned.
  public enum Biases: String, Sendable, CaseIterable {
    case none, user, both
  }

  /// What is done to the parameters in a step.
  public enum Optimiser: String, Sendable, CaseIterable {
    /// Users and items are solved exactly in turn, each row with its bias. Needs a squared loss and no range.
    case als
    /// A step for each rating, in an order drawn anew each epoch.
    case sgd
    /// Adam on all ratings at once.
    case adam
    /// Gradient descent on all ratings at once; the step is halved whenever J rises.
    case gd
  }

  /// What the first parameters are.
  public enum Start: String, Sendable, CaseIterable {
    /// Vectors of deviation 0.1 / √dimensions; biases from damped means.
    case small
    /// All from the standard normal distribution, biases too.
    case normal
  }

  /// Components of each vector.
  public var dimensions = 32
  /// What is done in a step.
  public var optimiser = Optimiser.als
  /// Which biases are learned.
  public var biases = Biases.both
  /// What a wrong prediction costs: squared, absolute or logistic.
  public var loss = Objective.Loss.squared
  /// The damping k of item means `(Σr + kμ) / (n + k)` that are taken off the ratings first; `nil` takes none off.
  public var meanDamping: Double?
  /// Where predictions lie, by a sigmoid that never reaches either end; `nil` for no sigmoid. A logistic loss needs one
  /// and takes the smallest and the largest rating when there is none.
  public var range: ClosedRange<Double>?
  /// What the regularisation means.
  public var decay = Objective.Decay.counted
  /// The regularisation of vectors, before scaling by counts.
  public var lambda: Double?
  /// The regularisation of biases.
  public var biasLambda: Double?
  /// The exponent of the counts; only where decay is counted.
  public var nu: Double?
  /// How often all ratings are visited.
  public var epochs: Int?
  /// The size of a step; not for `als`.
  public var learningRate: Double?
  /// What the first parameters are.
  public var start = Start.small
  /// What all random numbers start from.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// The options with no number left at `nil` that the optimiser uses.
  public var resolved: MFOptions {
    var all = self
    all.epochs = epochs ?? (optimiser == .als ? 8 : optimiser == .sgd ? 40 : 200)
    if optimiser != .als { all.learningRate = learningRate ?? (optimiser == .gd ? 0.002 : 0.02) }
    if decay == .counted { all.nu = nu ?? 0.5 }
    let defaults: (vector: Double, bias: Double) =
      switch decay {
      case .counted, .weighed: (1.4, 5)
      case .touched: (0.1, 0.02)
      // All steps of an epoch decay: one for each rating, or one.
      case .everywhere: optimiser == .sgd ? (1e-4, 3e-5) : (7, 2.5)
      }
    all.lambda = lambda ?? defaults.vector
    all.biasLambda = biasLambda ?? defaults.bias
    return all
  }

  /// Throws ``TrainingError/option(name:expected:found:)`` when an option has no meaning, or none beside the others.
  public func check() throws(TrainingError) {
    let all = resolved
    try OptionCheck.dimensions(dimensions)
    try OptionCheck.epochs(all.epochs ?? 0)
    try OptionCheck.notNegative("lambda", all.lambda ?? 0)
    try OptionCheck.notNegative("bias-lambda", all.biasLambda ?? 0)
    if let nu {
      guard decay == .counted else {
        throw .option(name: "nu", expected: "none where decay is \(decay)", found: "\(nu)")
      }
      guard nu.isFinite, (0...2).contains(nu) else { throw .option(name: "nu", expected: "0 to 2", found: "\(nu)") }
    }
    if let learningRate {
      guard optimiser != .als else {
        throw .option(name: "learning-rate", expected: "none for als, which solves exactly", found: "\(learningRate)")
      }
      try OptionCheck.positive("learning-rate", learningRate)
    }
    if let meanDamping { try OptionCheck.notNegative("mean-damping", meanDamping) }
    try checkTogether()
  }

  private func checkTogether() throws(TrainingError) {
    guard decay != .weighed else {
      throw .option(name: "decay", expected: "counted, touched or everywhere", found: "\(decay)")
    }
    let losses: [Objective.Loss] = [.squared, .absolute, .logistic]
    guard losses.contains(loss) else {
      throw .option(name: "loss", expected: "squared, absolute or logistic", found: "\(loss)")
    }
    if optimiser == .als {
      guard loss == .squared else {
        throw .option(name: "loss", expected: "squared for als, or another optimiser", found: "\(loss)")
      }
      guard range == nil else {
        throw .option(name: "range", expected: "none for als, or another optimiser", found: "one")
      }
    }
    if let range {
      let (low, high) = (range.lowerBound, range.upperBound)
      guard low.isFinite, high.isFinite, low < high, (high - low).isFinite else {
        throw .option(
          name: "range", expected: "two finite numbers, the first below the second", found: "\(low) \(high)")
      }
    }
    if meanDamping != nil, range != nil || loss == .logistic {
      throw .option(
        name: "mean-damping", expected: "none with a sigmoid, whose scores are no ratings",
        found: "\(meanDamping ?? 0)")
    }
  }

  /// The options of the matrix factorisation that collaborative-filtering courses teach: a bias for each user that is not
  /// regularised, item means taken off undamped, everything drawn from N(0, 1), 200 iterations of Adam.
  public static var courseLab: MFOptions {
    var options = MFOptions()
    options.dimensions = 100
    options.optimiser = .adam
    options.biases = .user
    options.meanDamping = 0
    options.lambda = 1
    options.biasLambda = 0
    options.nu = 0
    options.epochs = 200
    options.learningRate = 0.1
    options.start = .normal
    return options
  }
}

extension MFOptions: TrainingMethod {
  public var model: Objective.Model { .mf }

  public var epochLimit: Int? { resolved.epochs }

  public func limited(toEpochs epochs: Int) -> MFOptions {
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
    try MF.train(interactions, options: self, validation: validation, execution: execution)
  }

  /// The options for the provenance of a file; all defaults filled in.
  var record: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "dimensions": .integer(Int64(dimensions)), "optimiser": .string(optimiser.rawValue),
      "biases": .string(biases.rawValue), "loss": .string("\(loss)"), "decay": .string("\(decay)"),
      "start": .string(start.rawValue), "seed": .string(String(seed)),
    ]
    facts["epochs"] = epochs.map { .integer(Int64($0)) }
    facts["lambda"] = lambda.map { .number($0) }
    facts["biasLambda"] = biasLambda.map { .number($0) }
    facts["nu"] = nu.map { .number($0) }
    facts["learningRate"] = learningRate.map { .number($0) }
    facts["meanDamping"] = meanDamping.map { .number($0) }
    facts["range"] = range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
    return facts
  }
}
