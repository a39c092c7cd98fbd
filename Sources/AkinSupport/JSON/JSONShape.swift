/// What a text of JSON, or of Python's lists and dictionaries, is made of, as far as its first bytes tell.
package struct JSONShape: Sendable {
  /// A value: what it is, and what is in it.
  package indirect enum Value: Sendable, Equatable {
    /// A number, a text or a word.
    case scalar
    /// An array, by its first element; `nil` for an empty one.
    case array(of: Value?)
    /// An object, by its first fields.
    case object([Field])
  }

  /// A field of an object.
  package struct Field: Sendable, Equatable {
    package let key: String
    package let value: Value
  }

  /// The first value.
  package let value: Value
  /// Whether further values follow it, as in files of one a line.
  package let isLines: Bool

  /// Reads the first bytes of a text, which may end anywhere; `nil` if they begin no array or object.
  ///
  /// - Parameter start: The first bytes of a file, without a byte order mark.
  package init?(_ start: some Collection<UInt8>) {
    var scan = Scan(Array(start))
    scan.skipSpace()
    guard scan.byte == UInt8(ascii: "{") || scan.byte == UInt8(ascii: "["), let value = scan.value(depth: 0) else {
      return nil
    }
    self.value = value
    scan.skipSpace()
    isLines = scan.byte == UInt8(ascii: "{") || scan.byte == UInt8(ascii: "[")
  }
}

extension JSONShape.Value {
  /// The fields of an object; none for another value.
  package var fields: [JSONShape.Field] { if case .object(let fields) = self { fields } else { [] } }
  /// Whether this is a number, a text or a word.
  package var isScalar: Bool { self == .scalar }
  /// Whether this is an array of objects.
  package var isTable: Bool { if case .array(of: .object?) = self { true } else { false } }
  /// Whether this is an array of numbers, texts or words.
  package var isList: Bool { self == .array(of: .scalar) }
}

/// A walk over the bytes, tolerant of what is cut or unusual: only brackets, quotes and colons count.
private struct Scan {
  private let bytes: [UInt8]
  private var place = 0
  /// The largest depth, and the number of fields that are kept.
  private static let limit = 16

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The byte at the place; `nil` at the end.
  var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

  mutating func skipSpace() {
    while let byte, " \t\r\n,".utf8.contains(byte) { place += 1 }
  }

  /// The value at the place, and steps over it; `nil` at the end of the bytes or of the array around it.
  mutating func value(depth: Int) -> JSONShape.Value? {
    skipSpace()
    guard let byte, depth < Scan.limit else { return nil }
    switch byte {
    case UInt8(ascii: "{"): return object(depth)
    case UInt8(ascii: "["), UInt8(ascii: "("):
      place += 1
      let first = value(depth: depth + 1)
      while value(depth: depth + 1) != nil {}
      close()
      return .array(of: first)
    case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ")"): return nil
    default:
      let start = place
      _ = word()
      // A colon that no key stands before.
      if place == start { place += 1 }
      return .scalar
    }
  }

  private mutating func object(_ depth: Int) -> JSONShape.Value {
    place += 1
    var fields: [JSONShape.Field] = []
    while true {
      skipSpace()
      guard let byte, byte != UInt8(ascii: "}") else { break }
      let start = place
      let key = word()
      skipSpace()
      if self.byte == UInt8(ascii: ":") { place += 1 }
      let value = value(depth: depth + 1)
      if let value, fields.count < Scan.limit { fields.append(JSONShape.Field(key: key, value: value)) }
      if place == start { break }
    }
    close()
    return .object(fields)
  }

  /// Steps over a closing bracket.
  private mutating func close() {
    skipSpace()
    if let byte, "]})".utf8.contains(byte) { place += 1 }
  }

  /// A text in quotes without them, or the bytes up to a sign.
  private mutating func word() -> String {
    guard let open = byte else { return "" }
    let quoted = open == UInt8(ascii: "\"") || open == UInt8(ascii: "'")
    if quoted { place += 1 }
    let start = place
    while let byte {
      if quoted ? byte == open : ",:]}) \t\r\n".utf8.contains(byte) { break }
      place += quoted && byte == UInt8(ascii: "\\") ? 2 : 1
    }
    let text = String(decoding: bytes[start..<min(place, bytes.count)], as: UTF8.self)
    if quoted, byte == open { place += 1 }
    return text
  }
}
