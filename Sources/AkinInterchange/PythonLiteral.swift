/// A pull parser of the Python literals in an `.npy` header, without recursion.
struct PythonLiteral: LiteralReader {
  /// A dtype: a name, or a structure with fields.
  enum Descr: Equatable {
    case simple(String)
    case structured
  }

  static let noun = "dictionary"
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads a string in single or double quotes, of printable ASCII without escapes.
  mutating func string() throws(UnexpectedText) -> String {
    let quote: UInt8
    if skip("'") { quote = 0x27 } else if skip("\"") { quote = 0x22 } else { throw unexpected("a string in quotes") }
    let start = position
    while position < bytes.count, bytes[position] != quote {
      guard (0x20..<0x7F).contains(bytes[position]), bytes[position] != 0x5C else {
        throw unexpected("a plain string")
      }
      position += 1
    }
    guard position < bytes.count else { throw unexpected("a closing quote") }
    position += 1
    return String(decoding: bytes[start..<position - 1], as: UTF8.self)
  }

  /// Reads `True` or `False`.
  mutating func bool() throws(UnexpectedText) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw unexpected("True or False")
  }

  /// Reads a dtype; of a structured one only the first character.
  mutating func descr() throws(UnexpectedText) -> Descr {
    if skip("[") || skip("(") || skip("{") { return .structured }
    return .simple(try string())
  }

  /// Reads a tuple of numbers, each optionally with the `L` of Python 2.
  mutating func tuple() throws(UnexpectedText) -> [UInt64] {
    var sides: [UInt64] = []
    try expect("(")
    while !skip(")") {
      guard sides.count < 32 else { throw UnexpectedText(expected: "an array of 1 or 2 dimensions", found: "more") }
      sides.append(try number())
      _ = skip("L")
      guard skip(",") else {
        try expect(")")
        break
      }
    }
    guard !sides.isEmpty else {
      throw UnexpectedText(expected: "an array of 1 or 2 dimensions", found: "a single number")
    }
    return sides
  }

  private mutating func number() throws(UnexpectedText) -> UInt64 {
    skipSpace()
    let start = position
    var value: UInt64 = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (product, high) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[position] - 0x30))
      guard !high, !carry else {
        throw UnexpectedText(expected: "a shape that fits the file", found: "a larger number")
      }
      value = sum
      position += 1
    }
    guard position > start else { throw unexpected("an integer of at least 0") }
    return value
  }
}
