import AkinSupport
import AkinVectors

/// Weights of pairs and regularisation of rows: the formulas of ``WALSOptions``.
struct WALSWeights {
  private let objective: Objective
  private let meanCount: Double

  /// k1 and b of the `.bm25` weighting.
  private static let saturation = 100.0
  private static let damping = 0.9

  /// - Parameters:
  ///   - objective: The objective.
  ///   - meanCount: Mean number of items of the users that have any.
  init(objective: Objective, meanCount: Double) {
    self.objective = objective
    self.meanCount = max(meanCount, 1)
  }

  /// - Parameters:
  ///   - objective: The objective.
  ///   - users: The pairs of each user.
  init(objective: Objective, users: InteractionTable) {
    self.init(objective: objective, meanCount: Double(users.others.count) / Double(max(users.activeRows, 1)))
  }

  /// The factor and the damping of one user's values.
  struct UserScale {
    fileprivate let factor: Double
    fileprivate let norm: Double
    fileprivate let power: Double
    fileprivate let weighting: Objective.Weighting

    /// The weight of a pair with this value.
    func weight(_ value: Float) -> Float {
      let weight =
        switch weighting {
        // ``WALSOptions/check()`` refuses `.rating` and `.label`.
        case .constant, .rating, .label: factor
        case .value: factor * Double(value)
        case .power: factor * pow(Double(value), power)
        case .bm25: factor * Double(value) / (Double(value) + norm)
        }
      return Float(min(weight, Double(Float.greatestFiniteMagnitude)))
    }
  }

  /// The scale of a user with this many items.
  func scale(userCount count: Int) -> UserScale {
    let k1 = WALSWeights.saturation
    let b = WALSWeights.damping
    let share = Double(count) / meanCount
    let factor = objective.alpha * power(share, -objective.userExponent)
    return UserScale(
      factor: objective.weighting == .bm25 ? factor * (k1 + 1) : factor, norm: k1 * (1 - b + b * share),
      power: objective.power, weighting: objective.weighting)
  }

  /// The mass of a row: its number of pairs; under the decay `.weighed` also its unobserved pairs, w0 each.
  ///
  /// - Parameters:
  ///   - count: Pairs of the row.
  ///   - others: Rows of the other side.
  func mass(count: Int, others: Int) -> Double {
    objective.decay == .weighed ? Double(count) + objective.w0 * Double(others - count) : Double(count)
  }

  /// λ of a row: `lambda · mass^nu`, within the normal range of float32.
  func lambda(_ lambda: Double, mass: Double) -> Float {
    let scaled = lambda * power(mass, objective.nu)
    return Float(max(Double(Float.leastNormalMagnitude), min(scaled, 1e30)))
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 { return 1 }
    if exponent == 1 { return base }
    return pow(base, exponent)
  }
}
