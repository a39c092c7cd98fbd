/// Words that other programs write for nothing.
package enum NullWord {
  private static let words: Set<String> = [
    "", "nan", "none", "null", "na", "n/a", "<na>", "nil", "#n/a", "nat", "\\n", "undefined",
    "-", "--", "?", "(null)", "[null]", "(none)", "(not set)", "(blank)", "[object object]",
    // Errors of spreadsheets.
    "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!",
  ]

  /// Whether a text is such a word, in any case.
  package static func isOne(_ text: String) -> Bool {
    // Most texts differ in their first byte already.
    guard text.utf8.count <= 15 else { return false }
    guard let first = text.utf8.first else { return true }
    // A cell of a spreadsheet that is too narrow for its number.
    if first == UInt8(ascii: "#"), text.utf8.count > 2, text.utf8.allSatisfy({ $0 == first }) { return true }
    // Julia's word; films have a capital.
    if first == UInt8(ascii: "m") { return text == "missing" }
    return "nN<#\\uU-?([".utf8.contains(first) && words.contains(text.lowercased())
  }
}

extension String {
  /// The text without white space at its ends.
  package var trimmed: String {
    // No white space is a byte between these.
    func isPlain(_ byte: UInt8?) -> Bool { byte.map { (0x21...0x7E).contains($0) } ?? true }
    if isPlain(utf8.first), isPlain(utf8.last) { return self }
    let tail = drop { $0.isWhitespace }
    return String(tail.reversed().drop { $0.isWhitespace }.reversed())
  }
}

extension String {
  /// The first control character other than a tab, or character without width or mark; `nil` for none. Joiners, which scripts
  /// need, are none.
  var firstUnseen: Unicode.Scalar? {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return nil }
    return unicodeScalars.first { scalar in
      switch scalar.value {
      case 0..<0x09, 0x0A..<0x20, 0x7F..<0xA0, 0xAD, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF:
        true
      default: false
      }
    }
  }
}
