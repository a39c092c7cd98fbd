import AkinSupport
import AkinVectors

/// Options of ``MF``: the objective J, the optimiser, and how long it runs.
///
/// The score of a pair is `s = μ + b_u + b_i + p·q`. Its prediction ŷ is s, or `low + (high − low) σ(s)` with a range. Over the
/// observed pairs alone,
///
///     J = Σ loss(ŷ, r)  +  ½ Σ users λᵤ |p|²  +  ½ Σ items λᵢ |q|²  +  ½ λ_b (Σ b_u² + Σ b_i²)
///
/// with λᵤ = lambda · |Iᵤ|^nu and λᵢ = lambda · |Uᵢ|^nu. The squared loss is ½ (ŷ − r)², the absolute loss |ŷ − r|, and the
/// logistic loss −t ln σ(s) − (1 − t) ln σ(−s) with t = (r − low) / (high − low). `Objective.Decay` defines two other
/// meanings of the regularisation.
///
/// A number left at `nil` takes the default of the optimiser: see ``resolved``. The defaults were chosen on five folds of
/// MovieLens ml-latest-small; Tools/bench/mf measures them.
public struct MFOptions: Sendable, Equatable {
  /// Which biases are learned.
  public enum Biases: String, Sendable, CaseIterable {
    /// No biases.
    case none
    /// Biases of users.
    case user
    /// Biases of users and of items.
    case both
  }

  /// How the parameters are optimised.
  public enum Optimiser: String, Sendable, CaseIterable {
    /// Alternating least squares: users and items are solved exactly in turn, each row with its bias. It needs a squared
    /// loss and no range.
    case als
    /// Stochastic gradient descent: one step per rating, in an order drawn anew each epoch.
    case sgd
    /// Adam on all ratings.
    case adam
    /// Gradient descent on all ratings; the step size is halved whenever J rises.
    case gd
  }

  /// The first parameters.
  public enum Start: String, Sendable, CaseIterable {
    /// Normal vectors of standard deviation 0.1 / √dimensions; biases from damped means.
    case small
    /// Standard normal vectors and biases.
    case normal
  }

  /// Components of each vector; 1 to 1024.
  public var dimensions = 32
  /// How the parameters are optimised.
  public var optimiser = Optimiser.als
  /// Which biases are learned.
  public var biases = Biases.both
  /// The loss of a prediction: `.squared`, `.absolute` or `.logistic`.
  public var loss = Objective.Loss.squared
  /// The damping k of the item means `(Σr + kμ) / (n + k)` that are subtracted from the ratings first; at least 0, or `nil`
  /// to subtract none.
  public var meanDamping: Double?
  /// The range of the sigmoid of predictions, whose ends it never reaches; `nil` for no sigmoid. The logistic loss needs a
  /// range; by default it takes the smallest and the largest rating.
  public var range: ClosedRange<Double>?
  /// The meaning of the regularisation: `.counted`, `.touched` or `.everywhere`.
  public var decay = Objective.Decay.counted
  /// The regularisation of vectors before scaling; at least 0.
  public var lambda: Double?
  /// The regularisation of biases; at least 0.
  public var biasLambda: Double?
  /// The exponent of a row's count under the decay `.counted`; 0 to 2.
  public var nu: Double?
  /// Passes over the ratings; 1 to 100,000.
  public var epochs: Int?
  /// The step size; above 0. `als` has none.
  public var learningRate: Double?
  /// The first parameters.
  public var start = Start.small
  /// The random seed.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// The options with the defaults of the optimiser for every number that is `nil` and that it uses.
  public var resolved: MFOptions {
    var all = self
    all.epochs = epochs ?? (optimiser == .als ? 8 : optimiser == .sgd ? 40 : 200)
    if optimiser != .als { all.learningRate = learningRate ?? (optimiser == .gd ? 0.002 : 0.02) }
    if decay == .counted { all.nu = nu ?? 0.5 }
    let defaults: (vector: Double, bias: Double) =
      switch decay {
      case .counted, .weighed: (1.4, 5)
      case .touched: (0.1, 0.02)
      // Every step of an epoch decays: one step per rating, or one step in all.
      case .everywhere: optimiser == .sgd ? (1e-4, 3e-5) : (7, 2.5)
      }
    all.lambda = lambda ?? defaults.vector
    all.biasLambda = biasLambda ?? defaults.bias
    return all
  }

  /// Checks the options, each and together.
  ///
  /// - Throws: ``TrainingError/option(name:expected:found:)``.
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
        throw .option(name: "learning-rate", expected: "none for als, which takes no steps", found: "\(learningRate)")
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
        throw .option(name: "loss", expected: TrainingError.squaredForALS, found: "\(loss)")
      }
      if let range {
        let found = "\(range.lowerBound) to \(range.upperBound)"
        throw .option(name: "range", expected: TrainingError.noneForALS, found: found)
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
        name: "mean-damping", expected: "none with a sigmoid, whose scores are not ratings",
        found: "\(meanDamping ?? 0)")
    }
  }

  /// The matrix factorisation that collaborative-filtering courses teach: user biases without regularisation, undamped item
  /// means subtracted, standard normal first parameters, 200 epochs of Adam.
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

  /// The entries of ``TrainedModel/options``, of resolved options.
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
