import AkinSupport

/// The values of a training.
struct ValueScale {
  /// The smallest.
  let low: Double
  /// The largest.
  let high: Double

  /// The values that a file's provenance names; `nil` without them.
  ///
  /// - Parameter provenance: The provenance.
  init?(of provenance: JSONValue) {
    guard let known = provenance["values"], let low = ValueScale.number(known["smallest"]),
      let high = ValueScale.number(known["largest"])
    else { return nil }
    self.low = low
    self.high = high
  }

  /// A sentence on ratings that are all equal, from which `mf` learns nothing; `nil` for others.
  static func nothingForMF(_ range: ClosedRange<Float>?) -> String? {
    guard let range, range.lowerBound == range.upperBound else { return nil }
    return
      "all values are \(JSONValue.number(Double(range.lowerBound)).text): mf learns from the differences of ratings, and there are none; "
      + "for interactions without ratings: --model wals"
  }

  /// Both bounds, as a phrase.
  var sentence: String { "values from \(JSONValue.number(low).text) to \(JSONValue.number(high).text)" }

  /// Whether a value lies farther outside than half of the scale.
  func isFar(_ value: Double) -> Bool {
    let margin = (high - low) / 2
    return value < low - margin || value > high + margin
  }

  /// Whether counts are all ten times above the largest, or all ten times below the smallest: of another unit; or above a scale of
  /// ratings, which ends at 5 or 10, all twice as far. The training's values differ.
  func isOtherCount(_ low: Double, _ high: Double) -> Bool {
    let isScale = self.high == 5 || self.high == 10
    return self.low < self.high
      && (low > 10 * self.high || isScale && low > 2 * self.high || high > 0 && high < self.low / 10)
  }

  private static func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .number(let number)?: number
    case .integer(let number)?: Double(number)
    default: nil
    }
  }
}
