import AkinInterchange
import AkinSupport
import AkinVectors

/// One value of an answer, with a form for terminals, one for pipes and one for JSON.
enum Cell: Sendable, Equatable {
  case text(String)
  case integer(Int)
  /// A count; terminals show commas between thousands.
  case count(Int)
  /// A size in bytes.
  case bytes(UInt64)
  /// A number; terminals show this many decimals, pipes and JSON all digits.
  case number(Double, decimals: Int)
  /// Yes or no.
  case flag(Bool)
  /// No value: `-` on a terminal, an empty field on a pipe, no key in JSON.
  case missing

  /// A score: four decimals on a terminal, elsewhere the shortest number that reads back as the same `Float`.
  static func score(_ score: Float) -> Cell { .number(Double("\(score)") ?? Double(score), decimals: 4) }

  /// A time in seconds, to the microsecond.
  static func seconds(_ value: Double, decimals: Int = 3) -> Cell {
    .number((value * 1e6).rounded() / 1e6, decimals: decimals)
  }

  /// A measured rate or time, rounded to thousandths; further digits are noise.
  static func measured(_ value: Double, decimals: Int) -> Cell {
    .number((value * 1e3).rounded() / 1e3, decimals: decimals)
  }

  /// A recall target, with as many decimals as its text has (at most 9).
  static func recall(_ target: RecallTarget) -> Cell {
    let fraction = target.typed.split(separator: ".").dropFirst().first?.count ?? 0
    return .number(target.value, decimals: min(fraction, 9))
  }

  /// An id: a number up to 2⁵³, which every JSON reader keeps exactly; otherwise a text.
  static func id(_ id: ItemID) -> Cell {
    if case .number(let number) = id, number <= 1 << 53 { return .integer(Int(number)) }
    return .text(id.description)
  }

  /// The form on a terminal.
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

  /// The field of a tab-separated line, with the escapes of ``TextField``.
  var field: String {
    switch self {
    case .text(let text): TextField.escaped(text)
    case .integer(let value), .count(let value): String(value)
    case .bytes(let value): String(value)
    case .number(let value, _): JSONValue.number(value).text
    case .flag(let value): value ? "true" : "false"
    case .missing: ""
    }
  }

  /// The JSON value, or `nil` to omit the key.
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
}
