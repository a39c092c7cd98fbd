import AkinTraining
import AkinVectors

// The method that a command line selects: its model, and whether the model takes the options.

extension ModelOptions {
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
    if arguments.has(power), arguments[weighting] != .power {
      throw arguments.error(.lonely(power.spelling, needs: "--weighting power"))
    }
    let seed = arguments[Common.seed]
    switch model {
    case .wals: return try walsOptions(arguments, features)
    case .twoTower: return try twoTower(arguments, features)
    case .mf: return mfOptions(arguments)
    case .bpr: return bprOptions(arguments)
    case .logistic: return logisticOptions(arguments)
    case .contrastive: return contrastiveOptions(arguments)
    case .elsa: return elsaOptions(arguments)
    case .svd:
      var options = SVDOptions()
      options.dimensions = arguments[dimensions] ?? options.dimensions
      options.rounds = arguments[rounds] ?? options.rounds
      options.seed = seed
      return options
    case .spectral: return spectralOptions(arguments)
    case .popular: return PopularOptions()
    case .random:
      var options = RandomOptions()
      options.dimensions = arguments[dimensions] ?? options.dimensions
      options.seed = seed
      return options
    }
  }
}
