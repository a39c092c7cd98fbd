import AkinSupport
import AkinVectors

/// The factors of ½ |vector|² and ½ bias² of a row in J, by the row's number of pairs: see ``Objective/Decay``.
struct MFPenalty: Sendable {
  let decay: Objective.Decay
  let lambda: Double
  let biasLambda: Double
  let nu: Double
  /// Whether each step is on a single rating; otherwise on all of them.
  let stepsByRating: Bool

  /// - Parameter options: Resolved options.
  init(_ options: MFOptions) {
    decay = options.decay
    lambda = options.lambda ?? 0
    biasLambda = options.biasLambda ?? 0
    nu = options.nu ?? 0
    stepsByRating = options.optimiser == .sgd
  }

  /// The penalty of a trained model.
  ///
  /// - Parameters:
  ///   - objective: The objective of the model.
  ///   - training: The facts of its training.
  init(_ objective: Objective, _ training: Objective.Training) {
    decay = objective.decay
    lambda = objective.lambdaUser
    biasLambda = objective.lambdaBias
    nu = objective.nu
    stepsByRating = training.optimiser == .sgd
  }

  /// The factors of a row.
  ///
  /// - Parameters:
  ///   - count: Pairs of the row.
  ///   - pairs: Pairs of all rows.
  func callAsFunction(count: Int, pairs: Int) -> (vector: Double, bias: Double) {
    switch decay {
    // ``MFOptions/check()`` refuses `.weighed`.
    case .counted, .weighed: return (lambda * pow(Double(count), nu), biasLambda)
    case .touched:
      // Steps that touch the row: one per rating, or one if the row has a rating.
      let visits = stepsByRating ? Double(count) : count > 0 ? 1 : 0
      return (lambda * visits, biasLambda * visits)
    case .everywhere:
      let steps = stepsByRating ? Double(pairs) : 1
      return (2 * lambda * steps, 2 * biasLambda * steps)
    }
  }
}
