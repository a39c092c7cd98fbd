import AkinSupport
import AkinVectors

/// What one prediction costs, and how the cost changes with the score.
struct PointLoss: Sendable {
  let loss: Objective.Loss
  /// The lower end of the sigmoid's range and its length; a length of 0 means that there is no sigmoid.
  let low: Double
  let length: Double

  init(_ loss: Objective.Loss, range: ClosedRange<Double>?) {
    self.loss = loss
    low = range?.lowerBound ?? 0
    length = range.map { $0.upperBound - $0.lowerBound } ?? 0
  }

  @inline(__always) static func sigmoid(_ score: Double) -> Double { 1 / (1 + exp(-score)) }

  /// The cost of a score for a target (a rating), and its derivative by the score.
  @inline(__always) func callAsFunction(_ score: Double, target: Double) -> (value: Double, slope: Double) {
    if loss == .logistic {
      let place = (target - low) / length
      // max(s, 0) − t s + ln(1 + e^−|s|), which no score can overflow.
      let value = max(score, 0) - place * score + log1p(exp(-score.magnitude))
      return (value, PointLoss.sigmoid(score) - place)
    }
    var error = score - target
    var inner = 1.0
    if length > 0 {
      let share = PointLoss.sigmoid(score)
      error = low + length * share - target
      inner = length * share * (1 - share)
    }
    if loss == .absolute { return (error.magnitude, error == 0 ? 0 : error > 0 ? inner : -inner) }
    return (0.5 * error * error, error * inner)
  }
}
