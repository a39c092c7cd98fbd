/// A field of a tab-separated line, with the escapes of PostgreSQL's COPY: `\t`, `\n`, `\r`, `\\`, and `\x` with two hexadecimal
/// digits for each byte of any other control character.
package enum TextField {
  /// The text as a field.
  package static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "\\" || isControl($0) }) else { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t": out += "\\t"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\\": out += "\\\\"
      case _ where isControl(scalar):
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
          out += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Appends a text as a field.
  package static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: escaped(text).utf8)
  }

  /// The bytes that a field stands for; `nil` for an escape that is none.
  @unsafe static func unescaped(_ field: UnsafeRawBufferPointer) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(field.count)
    var place = 0
    while place < field.count {
      let byte = unsafe field[place]
      place += 1
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard place < field.count else { return nil }
      let kind = unsafe field[place]
      place += 1
      switch kind {
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "\\"): bytes.append(kind)
      case UInt8(ascii: "x"):
        guard place + 2 <= field.count, let high = unsafe hexadecimal(field[place]),
          let low = unsafe hexadecimal(field[place + 1])
        else { return nil }
        bytes.append(high << 4 | low)
        place += 2
      default: return nil
      }
    }
    return bytes
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x61...0x66: byte - 0x61 + 10
    case 0x41...0x46: byte - 0x41 + 10
    default: nil
    }
  }

  /// Whether a character controls a terminal or ends a line: C0, delete, C1, line separators and bidirectional controls.
  package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
