/// Texts as people type them, in place of what web pages, word processors and wrong conversions make of them.
package enum PlainSpelling {
  /// Whether a text has an escape of web pages: `&amp;`.
  package static func hasEntities(_ text: String) -> Bool { withoutEntities(text).utf8.count < text.utf8.count }

  /// Whether a text has tags of web pages: one that ends, `</b>`, or a line end, `<br>`.
  package static func hasTags(_ text: String) -> Bool {
    guard text.utf8.contains(UInt8(ascii: "<")), text.utf8.contains(UInt8(ascii: ">")) else { return false }
    let small = text.lowercased()
    if ["<br>", "<br/>", "<br />", "<p>"].contains(where: small.contains) { return true }
    return small.firstRange(of: "</").map { small[$0.upperBound...].first?.isLetter ?? false } ?? false
  }

  /// Whether an earlier conversion has lost letters of a text, or made two of them.
  package static func isMisread(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return false }
    return hasLostLetters(text) || isDoubled(text)
  }

  /// A text with plain spaces, dashes and quotes, and without escapes of web pages (`&amp;`, `%20`) and the braces of a GUID; `nil` if it
  /// is so already.
  static func of(_ text: String) -> String? {
    if text.utf8.count == 38, text.utf8.first == UInt8(ascii: "{"), text.utf8.last == UInt8(ascii: "}") {
      return String(text.dropFirst().dropLast())
    }
    if let book = withoutDashes(text) { return book }
    // Most texts are plain.
    let mayDiffer = text.utf8.contains { $0 >= 0x80 || $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "%") }
    if !mayDiffer { return nil }
    let plain = withoutPercents(withoutEntities(withPlainMarks(text)))
    return plain.utf8.elementsEqual(text.utf8) ? nil : plain
  }

  /// An ISBN without the dashes between its parts; `nil` for other texts.
  private static func withoutDashes(_ text: String) -> String? {
    let bytes = text.utf8
    guard (13...17).contains(bytes.count), (3...4).contains(bytes.count(where: { $0 == UInt8(ascii: "-") })) else {
      return nil
    }
    let kept = text.filter { $0 != "-" }
    let isLong = kept.utf8.count == 13 && (kept.hasPrefix("978") || kept.hasPrefix("979"))
    let isX = kept.utf8.last.map { $0 | 0x20 == UInt8(ascii: "x") } ?? false
    return (isLong || kept.utf8.count == 10)
      && kept.utf8.dropLast(isX ? 1 : 0).allSatisfy { (0x30...0x39).contains($0) } ? kept : nil
  }

  /// Whether a text holds U+FFFD, which stands for bytes that were no letters.
  static func hasLostLetters(_ text: String) -> Bool { text.unicodeScalars.contains { $0.value == 0xFFFD } }

  /// Whether a text holds a letter of UTF-8 as two of Latin-1 or Windows-1252: `Ã©` in place of `é`.
  static func isDoubled(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    return zip(scalars, scalars.dropFirst()).contains { lead, next in
      // The first byte of a letter of two or three bytes, and a byte behind it, which is no letter in Latin-1.
      (0xC3...0xC5).contains(lead.value) && (0x80...0xBF).contains(next.value)
        || lead.value == 0xE2 && (next.value == 0x80 || next.value == 0x20AC)
    }
  }

  private static func withPlainMarks(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: plain.append(" ")
      case 0x2010...0x2015, 0x2212: plain.append("-")
      case 0x2018, 0x2019, 0x02BC: plain.append("'")
      case 0x201C, 0x201D: plain.append("\"")
      default: plain.append(scalar)
      }
    }
    return String(plain)
  }

  private static let entities = [
    ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&apos;", "'"), ("&#39;", "'"),
    ("&#039;", "'"), ("&#x27;", "'"), ("&amp;", "&"), ("&#38;", "&"),
  ]

  private static func withoutEntities(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "&")), text.utf8.contains(UInt8(ascii: ";")) else { return text }
    var plain = ""
    var rest = text[...]
    while let first = rest.first {
      if first == "&", let (name, character) = entities.first(where: { rest.hasPrefix($0.0) }) {
        plain += character
        rest = rest.dropFirst(name.count)
      } else {
        plain.append(first)
        rest = rest.dropFirst()
      }
    }
    return plain
  }

  /// The text with the bytes that escapes of addresses stand for, if these are UTF-8.
  private static func withoutPercents(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    let bytes = Array(text.utf8)
    var plain: [UInt8] = []
    var place = 0
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.count,
        bytes[place + 1...place + 2].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let byte = UInt8(String(decoding: bytes[place + 1...place + 2], as: UTF8.self), radix: 16)
      {
        plain.append(byte)
        place += 3
      } else {
        plain.append(bytes[place])
        place += 1
      }
    }
    return String(validating: plain, as: UTF8.self) ?? text
  }
}
