import AkinSupport
import AkinVectors

/// Turns values into weights, and counts into regularisation: the formulas of ``WALSOptions``.
struct WALSWeights {
  private let weighting: Objective.Weighting
  private let alpha: Double
  private let lambda: Double
  private let nu: Double
  private let meanCount: Double

  private static let saturation = 100.0  // k1
  private static let damping = 0.9  // b

  /// - Parameter meanCount: How many items a user with at least one has, on average.
  init(options: WALSOptions, meanCount: Double) {
    weighting = options.weighting
    alpha = options.alpha
    lambda = options.lambda
    nu = options.nu
    self.meanCount = max(meanCount, 1)
  }

  init(options: WALSOptions, users: InteractionTable) {
    var active = 0
    for user in 0..<users.rowCount where users.count(ofRow: user) > 0 { active += 1 }
    self.init(options: options, meanCount: Double(users.others.count) / Double(max(active, 1)))
  }

  /// What a user's values are multiplied and damped by.
  struct UserScale {
    fileprivate let factor: Double
    fileprivate let norm: Double
    fileprivate let weighting: Objective.Weighting

    func weight(_ value: Float) -> Float {
      let weight =
        switch weighting {
        case .constant: factor
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
      factor: weighting == .bm25 ? alpha * (k1 + 1) : alpha,
      norm: k1 * (1 - b + b * Double(count) / meanCount), weighting: weighting)
  }

  /// The regularisation of a row with `count` pairs.
  func lambda(count: Int) -> Float {
    let scaled = lambda * power(Double(count), nu)
    return Float(max(Double(Float.leastNormalMagnitude), min(scaled, 1e30)))
  }

  /// One weight for each pair of the users' table, in its order.
  func ofUsers(_ table: InteractionTable) -> [Float] {
    var weights = [Float](repeating: 0, count: table.others.count)
    for user in 0..<table.rowCount {
      let scale = scale(userCount: table.count(ofRow: user))
      for place in table.offsets[user]..<table.offsets[user + 1] {
        weights[place] = scale.weight(table.values[place])
      }
    }
    return weights
  }

  /// One weight for each pair of the items' table, in its order.
  func ofItems(_ table: InteractionTable, users: InteractionTable) -> [Float] {
    let scales = (0..<users.rowCount).map { scale(userCount: users.count(ofRow: $0)) }
    var weights = [Float](repeating: 0, count: table.others.count)
    for place in weights.indices {
      weights[place] = scales[Int(table.others[place])].weight(table.values[place])
    }
    return weights
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    if exponent == 0 { return 1 }
    if exponent == 1 { return base }
    return pow(base, exponent)
  }
}
