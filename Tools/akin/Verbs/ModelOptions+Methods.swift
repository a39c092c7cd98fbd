import AkinSupport
import AkinTraining
import AkinVectors

/// From a command line to the options of each model.
extension ModelOptions {
  static func walsOptions(
    _ arguments: Arguments, _ features: FeatureOptions.Features
  ) throws(UsageError) -> WALSOptions {
    var options = WALSOptions()
    options.sideFeatures = try SideFeatureOptions.sides(arguments, features)
    options.dimensions = arguments[dimensions] ?? options.dimensions
    // What is set does not follow the data.
    if let epochs = arguments[epochs] { options.epochs = epochs }
    if let weighting = arguments[weighting] { options.weighting = weighting }
    if arguments.has(w0) { options.w0 = arguments[w0] }
    if let lambda = arguments[lambda] { options.lambda = lambda }
    options.power = arguments[power]
    if arguments.has(userExponent) { options.userExponent = arguments[userExponent] }
    options.alpha = arguments[alpha]
    if let nu = arguments[nu] { options.nu = nu }
    options.decay = arguments[decay]
    options.seed = arguments[Common.seed]
    return options
  }

  static func spectralOptions(_ arguments: Arguments) -> SpectralOptions {
    var options = SpectralOptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.weighting = arguments[weighting] ?? options.weighting
    options.power = arguments[power]
    options.rounds = arguments[rounds] ?? options.rounds
    options.degrees = Objective.DegreeExponents(
      user: arguments[userDegreeExponent], item: arguments[itemDegreeExponent], score: arguments[scoreDegreeExponent])
    options.seed = arguments[Common.seed]
    return options
  }

  static func elsaOptions(_ arguments: Arguments) -> ELSAOptions {
    var options = ELSAOptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    if let weighting = arguments[weighting] { options.weighting = weighting }
    options.batch = arguments[batch]
    options.seed = arguments[Common.seed]
    return options
  }

  static func contrastiveOptions(_ arguments: Arguments) -> ContrastiveOptions {
    var options = ContrastiveOptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    options.loss = arguments[loss] ?? options.loss
    options.temperature = arguments[temperature]
    options.historyDamping = arguments[historyDamping]
    options.margin = arguments[margin]
    if let weighting = arguments[weighting] { options.weighting = weighting == .constant ? .label : weighting }
    options.negativeWeight = arguments[negativeWeight]
    options.negatives = arguments[negatives] ?? options.negatives
    options.batch = arguments[batch] ?? options.batch
    options.positiveFrom = arguments[positiveFrom]
    options.popularity = arguments[popularity]
    options.seed = arguments[Common.seed]
    return options
  }

  static func mfOptions(_ arguments: Arguments) -> MFOptions {
    var options =
      switch arguments[preset] {
      case .courseLab: MFOptions.courseLab
      case .courseEmbeddings: MFOptions.courseEmbeddings
      case nil: MFOptions()
      }
    // An option on the command line overrides the preset; its default does not.
    func take<Value>(_ option: Option<Value>, _ path: WritableKeyPath<MFOptions, Value>) {
      if arguments.has(option) { options[keyPath: path] = arguments[option] }
    }
    take(optimiser, \.optimiser)
    take(biases, \.biases)
    options.loss = arguments[loss] ?? options.loss
    take(meanDamping, \.meanDamping)
    take(range, \.range)
    take(decay, \.decay)
    take(start, \.start)
    take(lambda, \.lambda)
    take(biasLambda, \.biasLambda)
    take(nu, \.nu)
    take(epochs, \.epochs)
    take(learningRate, \.learningRate)
    take(batch, \.batch)
    take(cycle, \.cycle)
    take(runs, \.runs)
    take(weightDecay, \.weightDecay)
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.seed = arguments[Common.seed]
    return options
  }

  /// The options of `two-tower` that belong to its other loss.
  static func strange(toTwoTowersBy loss: Objective.Loss) -> [any AnyOption] {
    loss == .softmax ? [range] : [temperature, negatives, hardNegatives, positiveFrom]
  }

  static func twoTower(
    _ arguments: Arguments, _ features: FeatureOptions.Features
  ) throws(UsageError) -> TwoTower {
    let needs = [FeatureOptions.userFeatures, FeatureOptions.itemFeatures].map(\.spelling)
    guard let users = features.users, let items = features.items else {
      throw arguments.error(.lonely("--model two-tower", needs: spoken(needs, last: "and")))
    }
    var options = TwoTowerOptions(loss: arguments[loss] ?? .squared)
    for option in strange(toTwoTowersBy: options.loss) where arguments.has(option) {
      let other = options.loss == .softmax ? "squared" : "sampled-softmax"
      throw arguments.error(.lonely(option.spelling, needs: "\(loss.spelling) \(other)"))
    }
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.hidden = arguments[hidden]
    if arguments.has(temperature) { options.temperature = arguments[temperature] }
    options.negatives = arguments[negatives] ?? options.negatives
    options.hardNegatives = arguments[hardNegatives]
    options.positiveFrom = arguments[positiveFrom]
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    options.batch = arguments[batch] ?? options.batch
    options.range = arguments[range]
    options.seed = arguments[Common.seed]
    return TwoTower(options: options, userFeatures: users, itemFeatures: items)
  }

  static func bprOptions(_ arguments: Arguments) -> BPROptions {
    var options = BPROptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    options.lambda = arguments[lambda] ?? options.lambda
    options.biasLambda = arguments[biasLambda] ?? options.biasLambda
    if let weighting = arguments[weighting] { options.weighting = weighting == .constant ? .label : weighting }
    options.positiveFrom = arguments[positiveFrom]
    options.popularity = arguments[popularity]
    options.explicitShare = arguments[explicitShare]
    options.seed = arguments[Common.seed]
    return options
  }

  static func logisticOptions(_ arguments: Arguments) -> LogisticOptions {
    var options = LogisticOptions()
    options.dimensions = arguments[dimensions] ?? options.dimensions
    options.epochs = arguments[epochs] ?? options.epochs
    options.learningRate = arguments[learningRate] ?? options.learningRate
    options.lambda = arguments[lambda] ?? options.lambda
    options.biasLambda = arguments[biasLambda] ?? options.biasLambda
    options.negatives = arguments[negatives] ?? options.negatives
    options.positiveFrom = arguments[positiveFrom]
    options.popularity = arguments[popularity]
    options.seed = arguments[Common.seed]
    return options
  }
}
