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
    /// Adam on batches of ratings with decoupled weight decay (Loshchilov and Hutter 2019) and the one-cycle schedule (Smith 2018).
    case adamw
  }

  /// The first parameters.
  public enum Start: String, Sendable, CaseIterable {
    /// Normal vectors of standard deviation 0.1 / √dimensions; biases from damped means.
    case small
    /// Standard normal vectors and biases.
    case normal
    /// Normal vectors of standard deviation 0.02 / √dimensions and biases of 0. With a range, `adamw` and biases μ is 0 at first: vectors
    /// and biases learn the mean.
    case tiny
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
  /// The step size; above 0. `als` has none. For `adamw` the largest one: see `OneCycle`.
  public var learningRate: Double?
  /// Ratings of one step of `adamw`; 1 to 65,536. Other optimisers have none.
  public var batch: Int?
  /// The epochs that the cycle of step sizes of `adamw` spans; at least ``epochs``, which `nil` takes. A training of fewer epochs
  /// ends within the cycle.
  public var cycle: Int?
  /// The number of trainings of `adamw` whose scores are averaged; 1 to 64, a divisor of ``dimensions``. Each has a part of every
  /// vector, and draws of its own.
  public var runs: Int?
  /// The share of every number that a step of `adamw` takes away, times the step size; 0 to 100. It stands in place of ``lambda``.
  public var weightDecay: Double?
  /// The first parameters.
  public var start = Start.small
  /// The random seed.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  /// The options with the defaults of the optimiser for every number that is `nil` and that it uses.
  public var resolved: MFOptions {
    var all = self
    if optimiser == .adamw {
      all.epochs = epochs ?? 5
      all.cycle = cycle ?? all.epochs
      all.learningRate = learningRate ?? 0.007
      all.batch = batch ?? 256
      all.runs = runs ?? 1
      all.weightDecay = weightDecay ?? 0.2
      return all
    }
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
}

extension MFOptions: TrainingMethod {
  public var model: Objective.Model { .mf }

  public var epochLimit: Int? { resolved.epochs }

  public func limited(toEpochs epochs: Int) -> MFOptions {
    var options = self
    // What ends early is a part of the same cycle.
    if optimiser == .adamw { options.cycle = max(epochs, resolved.cycle ?? epochs) }
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
    facts["cycle"] = cycle.map { .integer(Int64($0)) }
    facts["batch"] = batch.map { .integer(Int64($0)) }
    facts["runs"] = runs.map { .integer(Int64($0)) }
    facts["weightDecay"] = weightDecay.map { .number($0) }
    facts["meanDamping"] = meanDamping.map { .number($0) }
    facts["range"] = range.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
    return facts
  }
}
