/// A mean and how far it may be from what more users would give.
public struct Estimate: Sendable, Equatable {
  /// The mean.
  public let mean: Double
  /// Its standard error: the sample standard deviation (n − 1) over √n; 0 for fewer than two values.
  public let standardError: Double
  /// How many values there are.
  public let count: Int

  /// Creates an estimate from its numbers.
  public init(mean: Double, standardError: Double, count: Int) {
    self.mean = mean
    self.standardError = standardError
    self.count = count
  }

  /// The estimate of independent values; `nil` when there are none.
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

  /// Where the mean lies with 95 % confidence by the normal approximation: mean ± 1.96 standard errors.
  public var interval: ClosedRange<Double> {
    mean - 1.959964 * standardError...mean + 1.959964 * standardError
  }
}
