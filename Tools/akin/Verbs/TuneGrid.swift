import AkinSupport
import AkinVectors

/// The values that a search tries where the command line names none: around the defaults, in the options that matter most.
enum TuneGrid {
  /// The axes of a model; empty for one without options that change its quality.
  ///
  /// - Parameter loss: The loss of the command line, if any.
  static func axes(of model: Objective.Model, loss: Objective.Loss? = nil) -> [TuneAxis] {
    let table: [(name: String, values: [String])] =
      switch model {
      case .wals:
        [
          ("weighting", ["constant", "bm25"]), ("w0", ["0.01", "0.03", "0.1", "0.3", "1"]),
          ("lambda", ["0.03", "0.1", "0.3"]),
        ]
      case .mf: [("lambda", ["0.7", "1.4", "2.8"]), ("bias-lambda", ["2.5", "5", "10"])]
      case .bpr, .logistic: [("learning-rate", ["0.02", "0.05", "0.1"]), ("lambda", ["0.003", "0.01", "0.03"])]
      case .contrastive: [("temperature", ["0.1", "0.15", "0.2"]), ("learning-rate", ["0.1", "0.25"])]
      case .spectral: [("dimensions", ["32", "64", "128", "256"]), ("score-degree-exponent", ["0.4", "0.5", "0.6"])]
      case .elsa: [("dimensions", ["32", "64", "128", "256"]), ("learning-rate", ["0.03", "0.1"])]
      case .svd: [("dimensions", ["16", "32", "64", "128"])]
      case .twoTower where loss == .softmax:
        [("temperature", ["0.1", "0.15", "0.2"]), ("learning-rate", ["0.0005", "0.001"])]
      case .twoTower: [("learning-rate", ["0.003", "0.01"]), ("batch", ["32", "128"])]
      case .popular, .random: []
      }
    return table.map { TuneAxis(name: $0.name, values: $0.values) }
  }

  /// The axes of a search whose values halve with age: weights that follow them, and half-lives where the command line names what
  /// ages count, and none of them.
  private static func aging(_ axes: [TuneAxis], _ arguments: Arguments) -> [TuneAxis] {
    let lives = arguments[HalfLifeOptions.age] == .days ? ["none", "30", "180", "720"] : ["none", "2", "8", "32"]
    let own = axes.map { axis in
      TuneAxis(name: axis.name, values: axis.values.map { axis.name == "weighting" && $0 == "constant" ? "value" : $0 })
    }
    return own
      + (arguments.has(HalfLifeOptions.halfLife) ? [] : [TuneAxis(name: HalfLifeOptions.halfLife.name, values: lives)])
  }

  /// The axes of a command line: those of `--grid`, or the model's own without the options that are given.
  ///
  /// - Throws: ``TuneError/nothingToTune(model:)``.
  static func axes(_ arguments: Arguments) throws -> [TuneAxis] {
    guard !arguments.has(TuneVerb.grid) else { return arguments[TuneVerb.grid] }
    let model = ModelOptions.chosen(arguments)
    var own = axes(of: model, loss: arguments[ModelOptions.loss])
    if arguments.has(HalfLifeOptions.halfLife) || arguments.has(HalfLifeOptions.age) { own = aging(own, arguments) }
    if own.isEmpty { throw TuneError.nothingToTune(model: model.name) }
    let given = Set(ModelOptions.groups.flatMap(\.options).filter { arguments.has($0) }.map(\.name))
    return own.filter { !given.contains($0.name) }
  }
}
