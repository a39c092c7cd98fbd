/// Collects the errors of predicted values over folds.
///
///     RMSE = √(Σ (p − v)² / n)        MAE = Σ |p − v| / n
///
/// Predictions are clipped to the range of the training values, as they would be when shown.
public struct RatingTally: Sendable {
  private var folds: [Fold] = []

  private struct Fold {
    var squares: [Double] = []
    var magnitudes: [Double] = []
  }

  /// Creates an empty tally.
  public init() {}

  /// Adds a fold.
  ///
  /// - Parameters:
  ///   - predicted: The predictions.
  ///   - actual: The true values, in the same order.
  ///   - range: The range that predictions are clipped to, or `nil` for no clipping.
  public mutating func add(predicted: [Double], actual: [Float], clippedTo range: ClosedRange<Float>?) {
    precondition(predicted.count == actual.count, "each prediction has a true value")
    var fold = Fold()
    for (guess, value) in zip(predicted, actual) {
      let shown = range.map { min(max(guess, Double($0.lowerBound)), Double($0.upperBound)) } ?? guess
      let error = shown - Double(value)
      fold.squares.append(error * error)
      fold.magnitudes.append(error.magnitude)
    }
    folds.append(fold)
  }

  /// The number of predictions.
  public var count: Int { folds.reduce(0) { $0 + $1.squares.count } }

  /// The root mean squared error, as the mean over folds; `nil` without predictions. Its standard error is that of all squared
  /// errors together, by the delta method: SE(MSE) / (2 · RMSE).
  public var rmse: Estimate? {
    guard let together = Estimate(of: folds.flatMap(\.squares)),
      let mean = RatingTally.mean(folds.compactMap { RatingTally.mean($0.squares)?.squareRoot() })
    else { return nil }
    let slope = mean > 0 ? 1 / (2 * mean) : 0
    return Estimate(mean: mean, standardError: together.standardError * slope, count: together.count)
  }

  /// The mean absolute error, as the mean over folds; `nil` without predictions.
  public var mae: Estimate? {
    guard let together = Estimate(of: folds.flatMap(\.magnitudes)),
      let mean = RatingTally.mean(folds.compactMap { RatingTally.mean($0.magnitudes) })
    else { return nil }
    return Estimate(mean: mean, standardError: together.standardError, count: together.count)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
