/// A pull parser of JSON: the caller reads the expected tokens in one pass, without a tree or recursion.
struct JSONReader: LiteralReader {
  static let noun = "JSON"
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Reads a string and resolves its escapes.
  mutating func string() throws(UnexpectedText) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while true {
      guard position < bytes.count, bytes[position] >= 0x20 else { throw unexpected("the rest of a string") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw UnexpectedText(expected: "strings in UTF-8", found: "other bytes before byte \(position)")
        }
        return string
      case UInt8(ascii: "\\"): text += try escaped()
      default: text.append(byte)
      }
    }
  }

  /// Reads an array of integers.
  mutating func numbers(atMost limit: Int) throws(UnexpectedText) -> [UInt64] {
    var numbers: [UInt64] = []
    try expect("[")
    if skip("]") { return numbers }
    repeat {
      guard numbers.count < limit else { throw unexpected("at most \(limit) numbers") }
      numbers.append(try number())
    } while skip(",")
    try expect("]")
    return numbers
  }

  private mutating func number() throws(UnexpectedText) -> UInt64 {
    skipSpace()
    let start = position
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
    let digits = bytes[start..<position]
    guard digits.count == 1 || digits.first != 0x30, digits.count <= 20,
      let number = UInt64(String(decoding: digits, as: UTF8.self))
    else {
      position = start
      throw unexpected("an integer below 2^64")
    }
    return number
  }

  /// Reads the rest of an escape after the backslash, as UTF-8.
  private mutating func escaped() throws(UnexpectedText) -> [UInt8] {
    guard position < bytes.count else { throw unexpected("an escape") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try unit()]
      if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: [0x5C, 0x75]) {
        position += 2
        units.append(try unit())
      }
      guard let text = String(validating: units, as: UTF16.self) else { throw unexpected("a pair of surrogates") }
      return Array(text.utf8)
    default:
      position -= 1
      throw unexpected("an escape")
    }
  }

  /// Reads four hexadecimal digits.
  private mutating func unit() throws(UnexpectedText) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw unexpected("four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }
}
