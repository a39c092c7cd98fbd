/// Gathers how far predicted values are from the true ones, over one fold or several.
///
///     RMSE = √(Σ (p − v)² / n)        MAE = Σ |p − v| / n
///
/// Predictions are clipped to the range of the values that were learned from, as they would be when shown.
public struct RatingTally: Sendable {
  private var folds: [Fold] = []

  private struct Fold {
    var squares: [Double] = []
    var magnitudes: [Double] = []
  }

  /// Creates an empty tally.
  public init() {}

  /// Adds a fold: predictions and true values in the same order.
  ///
  /// - Parameter range: What predictions are clipped to, or `nil` to take them as they are.
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

  /// How many predictions there are.
  public var count: Int { folds.reduce(0) { $0 + $1.squares.count } }

  /// The root mean squared error: the mean over folds of each fold's. Its standard error is that of all squared errors
  /// together, through the root: SE(MSE) / (2 · RMSE). `nil` without predictions.
  public var rmse: Estimate? {
    guard let together = Estimate(of: folds.flatMap(\.squares)),
      let mean = RatingTally.mean(folds.compactMap { RatingTally.mean($0.squares)?.squareRoot() })
    else { return nil }
    let slope = mean > 0 ? 1 / (2 * mean) : 0
    return Estimate(mean: mean, standardError: together.standardError * slope, count: together.count)
  }

  /// The mean absolute error: the mean over folds of each fold's.
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
