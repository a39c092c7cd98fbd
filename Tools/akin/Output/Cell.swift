import AkinSupport
import AkinVectors

/// One value of an answer, which a terminal, a pipe and JSON show each in its own way.
enum Cell: Sendable, Equatable {
  case text(String)
  case integer(Int)
  /// A number of things, which a terminal shows with commas between thousands.
  case count(Int)
  /// A size in bytes.
  case bytes(UInt64)
  /// A number that a terminal shows with so many decimals; elsewhere it is written in full.
  case number(Double, decimals: Int)
  /// Yes or no.
  case flag(Bool)
  /// There is no value: `-` on a terminal, nothing on a pipe, no key in JSON.
  case missing

  /// A score: four decimals on a terminal, elsewhere the shortest number that reads back as the same `Float`.
  static func score(_ score: Float) -> Cell { .number(Double("\(score)") ?? Double(score), decimals: 4) }

  /// Seconds that something took, to the microsecond.
  static func seconds(_ value: Double, decimals: Int = 3) -> Cell {
    .number((value * 1e6).rounded() / 1e6, decimals: decimals)
  }

  /// A rate or a time in small units, to the thousandth: what a clock says beyond that is noise.
  static func measured(_ value: Double, decimals: Int) -> Cell {
    .number((value * 1e3).rounded() / 1e3, decimals: decimals)
  }

  /// An id: a number when it is one that every reader of JSON keeps exactly (at most 2⁵³), else a text.
  static func id(_ id: ItemID) -> Cell {
    if case .number(let number) = id, number <= 1 << 53 { return .integer(Int(number)) }
    return .text(id.description)
  }

  /// What a terminal shows.
  var shown: String {
    switch self {
    case .text(let text): text.printable
    case .integer(let value): String(value)
    case .count(let value): Numbers.grouped(value)
    case .bytes(let value): Numbers.bytes(Int(clamping: value))
    case .number(let value, let decimals): Numbers.fixed(value, decimals: decimals)
    case .flag(let value): value ? "yes" : "no"
    case .missing: "-"
    }
  }

  /// What a tab-separated line holds. As PostgreSQL's COPY writes it: `\t`, `\n`, `\r` and `\\` inside a text.
  var field: String {
    switch self {
    case .text(let text): Cell.escaped(text)
    case .integer(let value), .count(let value): String(value)
    case .bytes(let value): String(value)
    case .number(let value, _): JSONValue.number(value).text
    case .flag(let value): value ? "true" : "false"
    case .missing: ""
    }
  }

  /// What JSON holds, or `nil` when the key is left out.
  var json: JSONValue? {
    switch self {
    case .text(let text): .string(text)
    case .integer(let value), .count(let value): .integer(Int64(value))
    case .bytes(let value): .integer(Int64(clamping: value))
    case .number(let value, _): .number(value)
    case .flag(let value): .bool(value)
    case .missing: nil
    }
  }

  var isNumeric: Bool {
    switch self {
    case .integer, .count, .bytes, .number: true
    case .text, .flag, .missing: false
    }
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 9 || $0 == 10 || $0 == 13 || $0 == 92 }) else { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t": out += "\\t"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\\": out += "\\\\"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
