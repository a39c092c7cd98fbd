import AkinSupport
import AkinTraining
import AkinVectors

/// The models that `akin evaluate` compares, from one command line.
enum EvaluateModels {
  static let models = Option<[Objective.Model]>(
    "model", .models, default: [.wals],
    "Models to train and compare, separated by commas; see the list above. An option counts for those of them that take it"
  )

  /// The model options of `akin train`, with a list of models.
  static let groups = ModelOptions.groups.map { group in
    var group = group
    group.options = group.options.map { $0.name == ModelOptions.model.name ? models : $0 }
    return group
  }

  /// The trainers of a command line.
  ///
  /// - Throws: `UsageError` for an option that none of the models takes, and the errors of reading features.
  static func trainers(_ arguments: Arguments, execution: Execution) throws -> [Trainer] {
    let options = groups.flatMap(\.options) + HalfLifeOptions.all
    let given = options.filter { $0.name != models.name && arguments.has($0) }
    guard arguments.has(models) else { return [try trainer(nil, given, arguments, execution)] }
    let list = arguments[models]
    if list.count > 1, arguments.has(ModelOptions.preset) {
      throw arguments.error(.conflict(ModelOptions.preset.spelling, "several models"))
    }
    return try list.map { model in
      let own = ModelOptions.taken(by: model).map(\.name) + [Common.seed.name] + HalfLifeOptions.all.map(\.name)
      // What no model of the list takes is refused by the first.
      let all = list.flatMap { ModelOptions.taken(by: $0).map(\.name) }
      var kept = given.filter { own.contains($0.name) || !all.contains($0.name) }
      if model == .twoTower {
        let left = strangeToTwoTowers(beside: list, arguments)
        kept.removeAll { left.contains($0.name) }
      }
      return try trainer(model, kept, arguments, execution)
    }
  }

  /// The names of options that two towers of this loss leave to another model of the list: a loss that is not theirs, and options
  /// of their other loss.
  private static func strangeToTwoTowers(beside list: [Objective.Model], _ arguments: Arguments) -> [String] {
    let others = list.filter { $0 != .twoTower }.flatMap { ModelOptions.taken(by: $0).map(\.name) }
    let loss = arguments[ModelOptions.loss] ?? .squared
    let isOwn = [.squared, .softmax].contains(loss)
    let strange = ModelOptions.strange(toTwoTowersBy: isOwn ? loss : .squared).map(\.name)
    return ((isOwn ? [] : [ModelOptions.loss.name]) + strange).filter { others.contains($0) }
  }

  /// The trainer of one model, by the words that `akin train` would read.
  private static func trainer(
    _ model: Objective.Model?, _ given: [any AnyOption], _ arguments: Arguments, _ execution: Execution
  ) throws -> Trainer {
    let words = (model.map { ["--model=\($0.name)"] } ?? []) + given.compactMap { $0.word(in: arguments) }
    do {
      return try Trainer(TrainVerb.arguments(words), execution: execution)
    } catch let error as UsageError {
      throw UsageError(error.problem, verb: arguments.verb)
    }
  }
}

extension Reading where Value == [Objective.Model] {
  /// Models by their names, each once.
  static let models = Reading(
    placeholder: "LIST",
    expected: "one of \(spoken(ModelOptions.models.map(\.name), last: "or")), or several, each once",
    choices: ModelOptions.models.map(\.name), isList: true,
    show: { $0.map(\.name).joined(separator: ",") },
    read: { text in
      var models: [Objective.Model] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        guard let model = ModelOptions.models.first(where: { $0.name == part }), !models.contains(model) else {
          return nil
        }
        models.append(model)
      }
      return models
    })
}

extension Reading where Value == [EvaluateBaseline] {
  /// Baselines by their names; `none` for none.
  static let baselines = Reading(
    placeholder: "LIST",
    expected: "a list of \(spoken(EvaluateBaseline.allCases.map(\.rawValue), last: "and")), or none",
    choices: EvaluateBaseline.allCases.map(\.rawValue) + ["none"], isList: true,
    show: { $0.isEmpty ? "none" : $0.map(\.rawValue).joined(separator: ",") },
    read: { text in
      if text == "none" { return [] }
      let all = text.split(separator: ",", omittingEmptySubsequences: false).map {
        EvaluateBaseline(rawValue: String($0))
      }
      return all.contains(nil) ? nil : all.compactMap { $0 }
    })
}
