import AkinSupport
import AkinTestSupport
import AkinVectors

/// Items with one attribute of each kind and missing values, as plain values.
struct AttributeWorld {
  let values: [String: [AttributeValue?]]
  let table: AttributeTable
  let count: Int

  static let words = ["A", "b c", "and", "it's", "caf\u{E9}", "cafe\u{301}", "12", "x\"y"]

  init(seed: UInt64, count: Int) {
    var random = SeededGenerator(seed: seed)
    func column(_ make: (inout SeededGenerator) -> AttributeValue) -> [AttributeValue?] {
      (0..<count).map { _ in random.uniform() < 0.25 ? nil : make(&random) }
    }
    let kinds: [(String, AttributeKind, [AttributeValue?])] = [
      ("price", .number, column { .number(Double(Int.random(in: -4...4, using: &$0)) / 2) }),
      ("release date", .time, column { .time(Double(Int.random(in: 0...9, using: &$0)) * 86_400) }),
      ("brand", .word, column { .word(Self.words.randomElement(using: &$0) ?? "") }),
      ("genres", .list, column { random in .list(["A"] + Self.words.filter { _ in .random(using: &random) }) }),
      ("not", .flag, column { .flag(.random(using: &$0)) }),
    ]
    self.count = count
    values = Dictionary(uniqueKeysWithValues: kinds.map { ($0.0, $0.2) })
    table = AttributeTable(kinds.map { Attribute($0.0, $0.1, $0.2) }, itemCount: count)
  }
}

/// A condition, written out and evaluated as slowly and plainly as can be.
indirect enum PlainCondition {
  case has(String)
  case flag(String)
  case comparison(String, String, Literal)
  case isIn(String, [Literal])
  case both(PlainCondition, PlainCondition)
  case either(PlainCondition, PlainCondition)
  case not(PlainCondition)

  /// A value of a text, and its spelling.
  struct Literal {
    let value: AttributeValue
    let text: String
  }

  static func random(depth: Int, _ random: inout SeededGenerator) -> PlainCondition {
    if depth > 0 {
      switch Int.random(in: 0...3, using: &random) {
      case 0: return .both(.random(depth: depth - 1, &random), .random(depth: depth - 1, &random))
      case 1: return .either(.random(depth: depth - 1, &random), .random(depth: depth - 1, &random))
      case 2: return .not(.random(depth: depth - 1, &random))
      default: break
      }
    }
    let (name, kind) =
      [
        ("price", AttributeKind.number), ("release date", .time), ("brand", .word), ("genres", .list), ("not", .flag),
      ].randomElement(using: &random) ?? ("price", .number)
    switch Int.random(in: 0...4, using: &random) {
    case 0: return .has(name)
    case 1 where kind == .flag: return .flag(name)
    case 1, 2:
      return .isIn(name, (0..<Int.random(in: 1...3, using: &random)).map { _ in literal(kind, &random) })
    default:
      let signs = kind == .number || kind == .time ? ["=", "!=", "<", "<=", ">", ">="] : ["=", "!="]
      return .comparison(name, signs.randomElement(using: &random) ?? "=", literal(kind, &random))
    }
  }

  private static func literal(_ kind: AttributeKind, _ random: inout SeededGenerator) -> Literal {
    switch kind {
    case .number:
      let value = Double(Int.random(in: -4...4, using: &random)) / 2
      return Literal(value: .number(value), text: "\(value)")
    case .time:
      let day = Int.random(in: 0...9, using: &random)
      let text = ["1970-01-\(day < 9 ? "0" : "")\(day + 1)", "'1970-01-\(day < 9 ? "0" : "")\(day + 1) 00:00'"]
      return Literal(value: .time(Double(day) * 86_400), text: text.randomElement(using: &random) ?? text[0])
    case .flag:
      let (text, value) =
        [("true", true), ("No", false), ("1", true), ("'0'", false)].randomElement(using: &random) ?? ("1", true)
      return Literal(value: .flag(value), text: text)
    case .word, .list:
      let word = (AttributeWorld.words + ["unknown"]).randomElement(using: &random) ?? "A"
      return Literal(value: .word(word), text: quoted(word))
    }
  }

  private static func quoted(_ word: String) -> String {
    ["A", "12", "unknown"].contains(word) ? word : "'\(word.split(separator: "'").joined(separator: "''"))'"
  }

  /// The text, with parentheses around every part; the keywords in any case.
  var text: String {
    switch self {
    case .has(let name): "has \(Self.quoted(name))"
    case .flag(let name): Self.quoted(name)
    case .comparison(let name, let sign, let literal): "\(Self.quoted(name))\(sign) \(literal.text)"
    case .isIn(let name, let literals):
      "\(Self.quoted(name)) in(\(literals.map(\.text).joined(separator: " , ")))"
    case .both(let a, let b): "(\(a.text)) AND (\(b.text))"
    case .either(let a, let b): "(\(a.text)) or\t(\(b.text))"
    case .not(let a): "Not (\(a.text))"
    }
  }

  func holds(_ row: Int, in world: AttributeWorld) -> Bool {
    func value(_ name: String) -> AttributeValue? { world.values[name]?[row] }
    switch self {
    case .has(let name): return value(name) != nil
    case .flag(let name): return value(name) == .flag(true)
    case .comparison(let name, "!=", let literal): return !Self.compare(value(name), "=", literal.value)
    case .comparison(let name, let sign, let literal): return Self.compare(value(name), sign, literal.value)
    case .isIn(let name, let literals): return literals.contains { Self.compare(value(name), "=", $0.value) }
    case .both(let a, let b): return a.holds(row, in: world) && b.holds(row, in: world)
    case .either(let a, let b): return a.holds(row, in: world) || b.holds(row, in: world)
    case .not(let a): return !a.holds(row, in: world)
    }
  }

  private static func compare(_ found: AttributeValue?, _ sign: String, _ wanted: AttributeValue) -> Bool {
    switch (found, wanted) {
    case (.number(let a)?, .number(let b)), (.time(let a)?, .time(let b)):
      switch sign {
      case "=": return a == b
      case "<": return a < b
      case "<=": return a <= b
      case ">": return a > b
      default: return a >= b
      }
    case (.flag(let a)?, .flag(let b)): return a == b
    case (.word(let a)?, .word(let b)): return Array(a.utf8) == Array(b.utf8)
    case (.list(let all)?, .word(let b)): return all.contains { Array($0.utf8) == Array(b.utf8) }
    default: return false
    }
  }
}
