import AkinSupport
import AkinVectors

/// Turns values into weights, and counts into regularisation: the formulas of ``WALSOptions``.
struct WALSWeights {
  private let objective: Objective
  private let meanCount: Double

  private static let saturation = 100.0  // k1
  private static let damping = 0.9  // b

  /// - Parameter meanCount: How many items a user with at least one has, on average.
  init(objective: Objective, meanCount: Double) {
    self.objective = objective
    self.meanCount = max(meanCount, 1)
  }

  init(objective: Objective, users: InteractionTable) {
    var active = 0
    for user in 0..<users.rowCount where users.count(ofRow: user) > 0 { active += 1 }
    self.init(objective: objective, meanCount: Double(users.others.count) / Double(max(active, 1)))
  }

  /// What a user's values are multiplied and damped by.
  struct UserScale {
    fileprivate let factor: Double
    fileprivate let norm: Double
    fileprivate let weighting: Objective.Weighting

    func weight(_ value: Float) -> Float {
      let weight =
        switch weighting {
        // The options refuse the last two.
        case .constant, .rating, .label: factor
        case .value: factor * Double(value)
        case .bm25: factor * Double(value) / (Double(value) + norm)
        }
      return Float(min(weight, Double(Float.greatestFiniteMagnitude)))
    }
  }

  /// The scale of a user with this many items.
  func scale(userCount count: Int) -> UserScale {
    let k1 = WALSWeights.saturation
    let b = WALSWeights.damping
    return UserScale(
      factor: objective.weighting == .bm25 ? objective.alpha * (k1 + 1) : objective.alpha,
      norm: k1 * (1 - b + b * Double(count) / meanCount), weighting: objective.weighting)
  }

  /// The regularisation of a row with `count` pairs, from the one before scaling.
  func lambda(_ lambda: Double, count: Int) -> Float { self.lambda(lambda, count: Double(count)) }

  /// The same for a row some of whose pairs count less, or more, than one.
  func lambda(_ lambda: Double, count: Double) -> Float {
    let scaled = lambda * power(count, objective.nu)
    return Float(max(Double(Float.leastNormalMagnitude), min(scaled, 1e30)))
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 { return 1 }
    if exponent == 1 { return base }
    return pow(base, exponent)
  }
}
