import AkinSupport
import AkinVectors

extension TrainedModel {
  /// The objective, with the facts of the training that a fold-in needs.
  ///
  /// - Parameter interactions: The interactions the model was trained on.
  func objective(for interactions: Interactions) -> Objective {
    var objective = objective
    objective.training = Objective.Training(of: interactions, options: options)
    return objective
  }
}

extension Objective.Training {
  /// The facts of a training.
  ///
  /// - Parameters:
  ///   - interactions: The interactions trained on.
  ///   - options: The options as ``TrainedModel/options`` records them.
  init(of interactions: Interactions, options: [String: JSONValue]) {
    self.init(pairs: UInt64(interactions.count), users: UInt32(interactions.byUser.activeRows))
    if case .string(let text)? = options["seed"] { seed = UInt64(text) ?? 0 }
    if case .number(let power)? = options["popularity"] { popularity = power }
    if case .string(let name)? = options["optimiser"] {
      optimiser =
        switch name {
        case "sgd": .sgd
        case "adam", "adamw": .adam
        case "gd": .gd
        default: .exact
        }
    }
  }
}

extension Interactions {
  /// Mean number of items of the users that have any.
  package var meanHistory: Double { Double(count) / Double(max(byUser.activeRows, 1)) }
}
