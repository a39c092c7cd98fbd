/// Numbers for people; data for programs has all digits.
enum Numbers {
  /// A number with fixed decimals: `0.9712`.
  static func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 1e18 else { return "\(value)" }
    let digits = UInt64(scaled)
    let whole = digits / UInt64(scale)
    let sign = value < 0 && digits > 0 ? "-" : ""
    if decimals == 0 { return sign + String(whole) }
    let fraction = String(digits % UInt64(scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - fraction.count) + fraction
  }

  /// A count with commas between thousands: `190,000`.
  static func grouped(_ value: Int) -> String {
    var out = ""
    for (place, digit) in String(value.magnitude).reversed().enumerated() {
      if place > 0, place % 3 == 0 { out.append(",") }
      out.append(digit)
    }
    return (value < 0 ? "-" : "") + String(out.reversed())
  }

  /// A count and its noun: `1 item`, `190,000 items`. Only for plurals that end in a plain `s`.
  static func counted(_ value: Int, _ plural: String) -> String {
    grouped(value) + " " + (value == 1 && plural.hasSuffix("s") ? String(plural.dropLast()) : plural)
  }

  /// A count in two or three digits: `950`, `9.3k`, `118k`, `1.2M`.
  static func compact(_ value: Double) -> String {
    scaled(value, units: ["", "k", "M", "G", "T"])
  }

  /// A size in two or three digits: `950 B`, `2.1 MB`. One kB is 1,000 bytes.
  static func bytes(_ value: Int) -> String {
    scaled(Double(value), units: [" B", " kB", " MB", " GB", " TB", " PB", " EB"])
  }

  private static func scaled(_ value: Double, units: [String]) -> String {
    var value = value
    var unit = 0
    // 999.5 would round to 1000, which is shorter in the next unit.
    while value >= 999.5, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let decimals = unit > 0 && value < 9.95 || (unit == 0 && value < 10 && value != value.rounded()) ? 1 : 0
    return fixed(value, decimals: decimals) + units[unit]
  }

  /// An elapsed time: `420 µs`, `153 ms`, `12.3 s`, `2 min 5 s`, `1 h 2 min`.
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<0.0009995: return fixed(seconds * 1e6, decimals: 0) + " µs"
    case ..<0.9995: return fixed(seconds * 1e3, decimals: 0) + " ms"
    case ..<59.95: return fixed(seconds, decimals: 1) + " s"
    case ..<3599.5:
      let whole = Int(seconds.rounded())
      return "\(whole / 60) min \(whole % 60) s"
    default:
      let minutes = Int((min(seconds, 1e12) / 60).rounded())
      return "\(minutes / 60) h \(minutes % 60) min"
    }
  }

  /// A remaining time, as clocks show it: `0:08`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 3.6e6).rounded(.up))
    let tail = two(whole / 60 % 60) + ":" + two(whole % 60)
    return whole >= 3600 ? "\(whole / 3600):\(tail)" : "\(whole / 60):\(two(whole % 60))"
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
