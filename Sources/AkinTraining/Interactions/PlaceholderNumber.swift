import AkinSupport

/// A number below 0 that stands for none in many files, where all others are at least 0: -1, -9, -99, -999, -9999.
struct PlaceholderNumber {
  private let value: Double
  private let count: Int
  private let all: Int
  private let range: ClosedRange<Double>

  /// Looks for one among numbers; `nil` without one.
  init?(_ numbers: some Sequence<Double>) {
    var (low, high, placeholder, count, all) = (Double.infinity, -Double.infinity, 0.0, 0, 0)
    for value in numbers {
      all += 1
      if value >= 0 {
        (low, high) = (min(low, value), max(high, value))
      } else if [-1, -9, -99, -999, -9999].contains(value), count == 0 || value == placeholder {
        (placeholder, count) = (value, count + 1)
      } else {
        return nil
      }
    }
    // -1, 0 and 1 are values.
    guard count > 0, high > 1 else { return nil }
    (value, self.count, self.all, range) = (placeholder, count, all, low...high)
  }

  /// A sentence on it.
  var sentence: String {
    func shown(_ value: Double) -> String { JSONValue.number(value).text }
    return "\(count) of \(all) numbers are \(shown(value)), all others from \(shown(range.lowerBound)) to "
      + "\(shown(range.upperBound)): if it stands for none, leave the field empty"
  }
}
