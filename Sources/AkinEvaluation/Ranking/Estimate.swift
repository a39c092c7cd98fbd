/// A mean with its standard error.
public struct Estimate: Sendable, Equatable {
  /// The mean.
  public let mean: Double
  /// The standard error: the sample standard deviation (n − 1) over √n; 0 for fewer than two values.
  public let standardError: Double
  /// The number of values.
  public let count: Int

  /// Creates an estimate.
  ///
  /// - Parameters:
  ///   - mean: The mean.
  ///   - standardError: The standard error.
  ///   - count: The number of values.
  public init(mean: Double, standardError: Double, count: Int) {
    self.mean = mean
    self.standardError = standardError
    self.count = count
  }

  /// Estimates the mean of independent values; `nil` without values.
  ///
  /// - Parameter values: The values.
  public init?(of values: [Double]) {
    guard !values.isEmpty else { return nil }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    self.mean = mean
    standardError = values.count > 1 ? (squares / (n - 1) / n).squareRoot() : 0
    count = values.count
  }

  /// The 95 % confidence interval of the mean by the normal approximation: mean ± 1.96 standard errors.
  public var interval: ClosedRange<Double> {
    mean - 1.959964 * standardError...mean + 1.959964 * standardError
  }
}
