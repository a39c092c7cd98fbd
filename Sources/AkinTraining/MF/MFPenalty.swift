import AkinSupport
import AkinVectors

/// What stands in J before ½ |vector|² and ½ bias² of a row, by how many pairs the row has: see ``Objective/Decay``.
struct MFPenalty: Sendable {
  let decay: Objective.Decay
  let lambda: Double
  let biasLambda: Double
  let nu: Double
  /// Whether a step is one for a single rating, or one over all of them.
  let stepsByRating: Bool

  /// - Parameter options: With all numbers resolved.
  init(_ options: MFOptions) {
    decay = options.decay
    lambda = options.lambda ?? 0
    biasLambda = options.biasLambda ?? 0
    nu = options.nu ?? 0
    stepsByRating = options.optimiser == .sgd
  }

  /// The same, from what a file remembers.
  init(_ objective: Objective, _ training: Objective.Training) {
    decay = objective.decay
    lambda = objective.lambdaUser
    biasLambda = objective.lambdaBias
    nu = objective.nu
    stepsByRating = training.optimiser == .sgd
  }

  /// - Parameters:
  ///   - count: The row's pairs.
  ///   - pairs: Those of all rows.
  func callAsFunction(count: Int, pairs: Int) -> (vector: Double, bias: Double) {
    switch decay {
    // The options refuse the second: nothing unobserved weighs here.
    case .counted, .weighed: return (lambda * pow(Double(count), nu), biasLambda)
    case .touched:
      // One step for each rating, or one that touches every row with a rating.
      let visits = stepsByRating ? Double(count) : count > 0 ? 1 : 0
      return (lambda * visits, biasLambda * visits)
    case .everywhere:
      let steps = stepsByRating ? Double(pairs) : 1
      return (2 * lambda * steps, 2 * biasLambda * steps)
    }
  }
}
