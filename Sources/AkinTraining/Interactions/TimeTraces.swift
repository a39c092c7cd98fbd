import AkinSupport

// Times that stand for none, or of which some have another unit.

extension InteractionBuilder {
  /// A sentence on times that stand for none in many files, far before all others; `nil` without them. These are 0 and -1, and days
  /// up to 1900, as databases and spreadsheets write dates that are not known: `0001-01-01`, `1899-12-30`.
  var unknownTimes: String? {
    // 2 January 1900.
    func isUnknown(_ time: Double) -> Bool { time == 0 || time == -1 || time < -2_208_902_400 }
    guard let example = times.first(where: isUnknown) else { return nil }
    let others = times.filter { !isUnknown($0) }
    // Other times near 0 count days, or something else.
    guard let low = others.min(), low >= 100_000_000 else { return nil }
    let count = times.count - others.count
    let year = example < -1 ? "1900 or before" : "1970"
    return
      "\(count) of \(times.count) times are \(example < -1 ? "like " : "")\(JSONValue.number(example).text), \(year), before all others: "
      + "if they are not known, leave these rows out; they count as the oldest"
  }

  /// A sentence on times of which some are seconds since 1970 and others milliseconds or finer; `nil` for others.
  var mixedUnits: String? {
    guard let low = times.min(), let high = times.max(), (600_000_000...4_102_444_800).contains(low), high > 100 * low
    else { return nil }
    return "the times from \(JSONValue.number(low).text) to \(JSONValue.number(high).text) have different units: "
      + "some look like seconds, others like milliseconds or finer"
  }
}
