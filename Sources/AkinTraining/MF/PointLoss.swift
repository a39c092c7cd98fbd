import AkinSupport
import AkinVectors

/// The loss of one prediction, and its derivative by the score.
struct PointLoss: Sendable {
  let loss: Objective.Loss
  /// The lower end and the length of the sigmoid's range; a length of 0 means no sigmoid.
  let low: Double
  let length: Double

  /// - Parameters:
  ///   - loss: Squared, absolute or logistic.
  ///   - range: The range of the sigmoid, or `nil` for none.
  init(_ loss: Objective.Loss, range: ClosedRange<Double>?) {
    self.loss = loss
    low = range?.lowerBound ?? 0
    length = range.map { $0.upperBound - $0.lowerBound } ?? 0
  }

  /// 1 / (1 + e^−s).
  @inline(__always) static func sigmoid(_ score: Double) -> Double { 1 / (1 + exp(-score)) }

  /// The loss of a score for a target (a rating), and its derivative by the score.
  @inline(__always) func callAsFunction(_ score: Double, target: Double) -> (value: Double, slope: Double) {
    if loss == .logistic {
      let place = (target - low) / length
      // max(s, 0) − t s + ln(1 + e^−|s|) does not overflow.
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
