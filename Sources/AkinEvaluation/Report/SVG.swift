/// The elements of an SVG drawing as text. Numbers have at most two decimals; texts are escaped.
struct SVG {
  private(set) var text = ""

  /// Adds an element without content.
  mutating func add(_ name: String, _ attributes: [(String, String)]) {
    text += "<\(name)" + SVG.spelled(attributes) + "/>\n"
  }

  /// Adds a text at a point.
  mutating func words(_ words: String, x: Double, y: Double, _ attributes: [(String, String)] = []) {
    text += "<text" + SVG.spelled([("x", SVG.number(x)), ("y", SVG.number(y))] + attributes) + ">"
    text += SVG.escaped(words) + "</text>\n"
  }

  /// Adds an element with a tooltip.
  mutating func add(_ name: String, _ attributes: [(String, String)], note: String) {
    text += "<\(name)" + SVG.spelled(attributes) + "><title>" + SVG.escaped(note) + "</title></\(name)>\n"
  }

  /// The complete drawing, which scales to the width of the page.
  func drawing(width: Double, height: Double, label: String) -> String {
    "<svg viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" role=\"img\" aria-label=\"\(SVG.escaped(label))\">\n"
      + text + "</svg>\n"
  }

  private static func spelled(_ attributes: [(String, String)]) -> String {
    attributes.map { " \($0.0)=\"\(escaped($0.1))\"" }.joined()
  }

  /// A coordinate: at most two decimals.
  static func number(_ value: Double) -> String { decimal(value, 2, trimmed: true) }

  /// Escapes a text for an element or a quoted attribute. Control characters become U+FFFD.
  static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\t", "\n": out += " "
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}

/// Formats a number with a number of decimals; `-` if it is not finite.
///
/// - Parameters:
///   - value: The number.
///   - decimals: The decimals.
///   - trimmed: Whether trailing zeros are removed.
func decimal(_ value: Double, _ decimals: Int, trimmed: Bool = false) -> String {
  guard value.isFinite, value.magnitude < 1e12 else { return value.isFinite ? "\(value)" : "-" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let digits = UInt64((value.magnitude * scale).rounded())
  let fraction = String(digits % UInt64(scale))
  var text = String(digits / UInt64(scale))
  if decimals > 0 { text += "." + String(repeating: "0", count: decimals - fraction.count) + fraction }
  if trimmed, text.contains(".") {
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
  }
  return (value < 0 && digits > 0 ? "-" : "") + text
}
