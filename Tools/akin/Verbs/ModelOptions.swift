import AkinSupport
import AkinTraining
import AkinVectors

/// The model options of `akin train`, and the training method that they select.
///
/// One name has one meaning in all models; each model has its own default. An option that the selected model does not
/// accept is an error.
enum ModelOptions {
  private static let wals = WALSOptions()
  private static let mf = MFOptions()
  private static let bpr = BPROptions()
  private static let logistic = LogisticOptions()
  private static let towers = TwoTowerOptions()

  static let models: [Objective.Model] = [.wals, .mf, .bpr, .logistic, .svd, .twoTower, .popular, .random]
  static let model = Option(
    "model", .choice("MODEL", models.map { ($0.name, $0) }), default: .wals, "Model to train; see the list above")
  static let preset = Option<Preset?>.optional(
    "preset", .choice("NAME", [("course-lab", Preset.courseLab)]),
    "Preset of mf options, which single options override: course-lab is the collaborative filtering of courses")

  /// Named sets of options.
  enum Preset: Sendable { case courseLab }

  // MARK: Several models

  static let dimensions = Option<Int?>.optional(
    "dimensions", .integer(in: 1...1024),
    "Components of each vector",
    default:
      "\(wals.dimensions), mf \(mf.dimensions), two-tower \(towers.dimensions), random \(RandomOptions().dimensions)")
  static let epochs = Option<Int?>.optional(
    "epochs", .integer(in: 1...100_000),
    "Passes over the data",
    default: "\(wals.epochs), mf 8 to 200 by optimiser, bpr \(bpr.epochs), logistic \(logistic.epochs), two-tower "
      + "\(towers.epochs)")
  static let lambda = Option<Double?>.optional(
    "lambda", .number(in: 0...1e30), "Regularisation of vectors",
    default: "\(wals.lambda), mf 1.4, others \(bpr.lambda)")
  static let nu = Option<Double?>.optional(
    "nu", .number(in: 0...2),
    "Exponent of the interaction count of a row in its regularisation, lambda × count^nu",
    default: "\(JSONValue.number(wals.nu).text), mf 0.5")
  static let biasLambda = Option<Double?>.optional(
    "bias-lambda", .number(in: 0...1e30), "Regularisation of biases",
    default: "mf 5, others \(bpr.biasLambda)")
  static let learningRate = Option<Double?>.optional(
    "learning-rate", .number(in: 0...1e30),
    "Learning rate",
    default: "mf 0.02, mf with gd 0.002, two-tower \(towers.learningRate), others \(bpr.learningRate)")
  static let positiveFrom = Option<Double?>.optional(
    "positive-from", .number(in: 0...1e30),
    "Smallest value of a positive; smaller values are explicit negatives", default: "above 0")
  static let explicitShare = Option(
    "explicit-share", .number(in: 0...1), default: bpr.explicitShare,
    "Share of bpr samples that draw an explicit negative of the user, if any, instead of an unknown item")
  static let popularity = Option(
    "popularity", .number(in: 0...2), default: bpr.popularity,
    "Exponent of popularity in the sampling of unknown items")

  // MARK: One model

  static let weighting = Option(
    "weighting",
    .choice(
      "RULE", [("value", Objective.Weighting.value), ("constant", .constant), ("power", .power), ("bm25", .bm25)]),
    default: wals.weighting,
    "Weight of an observed pair: alpha × value, alpha, alpha × value^power, or alpha × bm25(value)")
  static let power = Option(
    "power", .number(in: 0...10), default: wals.power, "Exponent of values, for --weighting power")
  static let userExponent = Option(
    "user-weight-exponent", .number(in: 0...2), default: wals.userExponent,
    "Divide the weights of a user by (interactions of the user / mean)^X: 0 has no effect, 1 makes all users equal")
  static let alpha = Option(
    "alpha", .number(in: 0...1e30), default: wals.alpha, "Factor of the weights of observed pairs")
  static let w0 = Option("w0", .number(in: 0...1e30), default: wals.w0, "Weight of an unobserved pair")

  static let optimiser = Option(
    "optimiser", .choice("NAME", MFOptions.Optimiser.allCases.map { ($0.rawValue, $0) }), default: mf.optimiser,
    "Optimiser: als solves rows exactly, sgd takes a step for each rating, gd and adam step over all ratings")
  static let biases = Option(
    "biases", .choice("WHOSE", MFOptions.Biases.allCases.map { ($0.rawValue, $0) }), default: mf.biases,
    "Biases to learn")
  static let loss = Option(
    "loss", .choice("LOSS", [("squared", Objective.Loss.squared), ("absolute", .absolute), ("logistic", .logistic)]),
    default: mf.loss, "Loss of a prediction; absolute and logistic need --optimiser sgd, adam or gd")
  static let meanDamping = Option<Double?>.optional(
    "mean-damping", .number(in: 0...1e30),
    "Subtract item means first, damped by this many mean ratings; 0 does not damp")
  static let range = Option<ClosedRange<Double>?>.optional(
    "range", .range,
    "mf: predict with a sigmoid between two bounds, exclusive (needs an optimiser other than als). two-tower: the values that "
      + "cosines of -1 and 1 stand for",
    default: "none; two-tower, the smallest and the largest value")
  static let decay = Option(
    "decay", .choice("MEANING", Objective.Decay.allCases.map { ("\($0)", $0) }), default: mf.decay,
    "Rule of lambda: counted, lambda × count^nu for each row; mf also touched, lambda at each visit of a row, and "
      + "everywhere, lambda on all rows at each step; wals also weighed, counted with w0 for unobserved pairs")
  static let start = Option(
    "start", .choice("HOW", MFOptions.Start.allCases.map { ($0.rawValue, $0) }), default: mf.start,
    "Initial values: small, with biases from means, or standard normal")
  static let negatives = Option(
    "negatives", .integer(in: 0...1000), default: logistic.negatives, "Sampled unknown pairs for each positive")
  static let rounds = Option(
    "rounds", .integer(in: 0...1000), default: SVDOptions().rounds, "Rounds of subspace iteration")

  static let hidden = Option(
    "hidden", .integers(in: 1...4096), default: towers.hidden, "Widths of the hidden layers of both towers")
  static let batch = Option(
    "batch", .integer(in: 1...65_536), default: towers.batch, "Interactions in one step")

  static let groups = [
    OptionGroup(
      "Model", [model, preset, dimensions, epochs, lambda, nu, decay, biasLambda, learningRate, Common.seed]),
    OptionGroup("wals only", [weighting, power, userExponent, alpha, w0]),
    OptionGroup("mf only", [optimiser, biases, loss, meanDamping, start]),
    OptionGroup("mf and two-tower only", [range]),
    OptionGroup("bpr and logistic only", [positiveFrom, popularity, explicitShare, negatives]),
    OptionGroup("svd only", [rounds]),
    OptionGroup("two-tower only", [hidden, batch]),
    OptionGroup("Features (two-tower, wals)", FeatureOptions.all),
    OptionGroup("Feature weights (wals)", SideFeatureOptions.weights),
  ]

  /// The paragraphs of help about models.
  static let discussion = [
    "Models: wals, weighted alternating least squares over all pairs, ranks best; mf predicts explicit "
      + "ratings; bpr ranks "
      + "positives above unknown items; logistic predicts positive and negative labels; svd is the zero-filled "
      + "decomposition; two-tower learns from features alone, so new users and items have vectors; popular "
      + "and random are "
      + "baselines."
  ]

  /// The options of a model besides `--model` and `--seed`.
  private static func taken(by model: Objective.Model) -> [any AnyOption] {
    switch model {
    case .wals:
      [dimensions, epochs, lambda, nu, decay, weighting, power, userExponent, alpha, w0] + FeatureOptions.all
        + SideFeatureOptions.weights
    case .mf:
      [
        preset, dimensions, epochs, lambda, nu, biasLambda, learningRate, optimiser, biases, loss, meanDamping, range,
        decay, start,
      ]
    case .bpr: [dimensions, epochs, lambda, biasLambda, learningRate, positiveFrom, popularity, explicitShare]
    case .logistic: [dimensions, epochs, lambda, biasLambda, learningRate, positiveFrom, popularity, negatives]
    case .svd: [dimensions, rounds]
    case .random: [dimensions]
    case .twoTower: [dimensions, epochs, learningRate, range, hidden, batch] + FeatureOptions.all
    case .popular: []
    }
  }

  /// The model of a command line, from `--model` or `--preset`.
  static func chosen(_ arguments: Arguments) -> Objective.Model {
    arguments[preset] != nil && !arguments.has(model) ? .mf : arguments[model]
  }

  /// The training method of a command line, with the feature files that it names.
  ///
  /// - Throws: `UsageError` for an option that the model does not accept, and errors of reading features.
  static func method(_ arguments: Arguments) throws -> any TrainingMethod {
    try method(arguments, features: FeatureOptions.read(arguments))
  }

  /// The training method of a command line.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - features: The features from its files.
  /// - Throws: `UsageError` for an option that the model does not accept.
  static func method(
    _ arguments: Arguments, features: FeatureOptions.Features
  ) throws(UsageError) -> any TrainingMethod {
    let model = chosen(arguments)
    let taken = Set(taken(by: model).map(\.name)).union([ModelOptions.model.name, Common.seed.name])
    for option in groups.flatMap(\.options) where arguments.has(option) && !taken.contains(option.name) {
      let takers = models.filter { other in ModelOptions.taken(by: other).contains { $0.name == option.name } }
      throw arguments.error(
        .lonely(option.spelling, needs: "--model " + spoken(takers.map(\.name), last: "or")))
    }
    let seed = arguments[Common.seed]
    switch model {
    case .wals:
      if arguments.has(power), arguments[weighting] != .power {
        throw arguments.error(.lonely(power.spelling, needs: "--weighting power"))
      }
      return try walsOptions(arguments, features)
    case .twoTower: return try twoTower(arguments, features)
    case .mf: return mfOptions(arguments)
    case .bpr: return bprOptions(arguments)
    case .logistic: return logisticOptions(arguments)
    case .svd:
      var options = SVDOptions()
      options.dimensions = arguments[dimensions] ?? options.dimensions
      options.rounds = arguments[rounds]
      options.seed = seed
      return options
    case .popular: return PopularOptions()
    case .random:
      var options = RandomOptions()
      options.dimensions = arguments[dimensions] ?? options.dimensions
      options.seed = seed
      return options
    }
  }
}

extension ModelOptions {
  private static func walsOptions(
    _ arguments: Arguments, _ features: FeatureOptions.Features
  ) throws(UsageError) -> WALSOptions {
    var options = WALSOptions()
    options.sideFeatures = try SideFeatureOptions.sides(arguments, features)
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.epochs = arguments[epochs] ?? options.epochs
    options.weighting = arguments[weighting]
    options.power = arguments[power]
    options.userExponent = arguments[userExponent]
    options.alpha = arguments[alpha]
    options.w0 = arguments[w0]
    options.lambda = arguments[lambda] ?? options.lambda
    options.nu = arguments[nu] ?? options.nu
    options.decay = arguments[decay]
    options.seed = arguments[Common.seed]
    return options
  }

  private static func mfOptions(_ arguments: Arguments) -> MFOptions {
    var options = arguments[preset] == .courseLab ? MFOptions.courseLab : MFOptions()
    // An option on the command line overrides the preset; its default does not.
    func take<Value>(_ option: Option<Value>, _ path: WritableKeyPath<MFOptions, Value>) {
      if arguments.has(option) { options[keyPath: path] = arguments[option] }
    }
    take(optimiser, \.optimiser)
    take(biases, \.biases)
    take(loss, \.loss)
    take(meanDamping, \.meanDamping)
    take(range, \.range)
    take(decay, \.decay)
    take(start, \.start)
    take(lambda, \.lambda)
    take(biasLambda, \.biasLambda)
    take(nu, \.nu)
    take(epochs, \.epochs)
    take(learningRate, \.learningRate)
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.seed = arguments[Common.seed]
    return options
  }

  private static func twoTower(
    _ arguments: Arguments, _ features: FeatureOptions.Features
  ) throws(UsageError) -> TwoTower {
    let needs = [FeatureOptions.userFeatures, FeatureOptions.itemFeatures].map(\.spelling)
    guard let users = features.users, let items = features.items else {
      throw arguments.error(.lonely("--model two-tower", needs: spoken(needs, last: "and")))
    }
    var options = TwoTowerOptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.hidden = arguments[hidden]
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    options.batch = arguments[batch]
    options.range = arguments[range]
    options.seed = arguments[Common.seed]
    return TwoTower(options: options, userFeatures: users, itemFeatures: items)
  }

  private static func bprOptions(_ arguments: Arguments) -> BPROptions {
    var options = BPROptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    options.lambda = arguments[lambda] ?? options.lambda
    options.biasLambda = arguments[biasLambda] ?? options.biasLambda
    options.positiveFrom = arguments[positiveFrom]
    options.popularity = arguments[popularity]
    options.explicitShare = arguments[explicitShare]
    options.seed = arguments[Common.seed]
    return options
  }

  private static func logisticOptions(_ arguments: Arguments) -> LogisticOptions {
    var options = LogisticOptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    options.lambda = arguments[lambda] ?? options.lambda
    options.biasLambda = arguments[biasLambda] ?? options.biasLambda
    options.negatives = arguments[negatives]
    options.positiveFrom = arguments[positiveFrom]
    options.popularity = arguments[popularity]
    options.seed = arguments[Common.seed]
    return options
  }
}

extension Reading where Value == ClosedRange<Double> {
  /// Two finite numbers, the first below the second.
  fileprivate static let range = Reading(
    placeholder: "LOW,HIGH", expected: "two numbers separated by a comma, the first below the second",
    show: { "\($0.lowerBound),\($0.upperBound)" },
    read: { text in
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      guard parts.count == 2, let low = parts[0], let high = parts[1], low.isFinite, high.isFinite, low < high else {
        return nil
      }
      return low...high
    })
}
