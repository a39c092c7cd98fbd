// The forms that programs give to ids: what a text looks like by itself.

extension IDSpelling {
  /// Whether a text stands in quotes of one kind: `'…'`, `"…"`, `` `…` ``, `“…”`, `«…»`, or as Python shows bytes, `b'…'`.
  package static func isQuoted(_ text: String) -> Bool {
    // A spreadsheet keeps a text by ="…", and Python shows bytes as b'…'.
    let mark = text.utf8.first
    let text = mark == UInt8(ascii: "b") || mark == UInt8(ascii: "=") ? text.dropFirst() : text[...]
    guard text.utf8.count > 2, let first = text.first, let last = text.last else { return false }
    let close: Character? =
      switch first {
      case "'", "\"", "`": first
      case "\u{201C}": "\u{201D}"
      case "\u{2018}": "\u{2019}"
      case "\u{AB}": "\u{BB}"
      default: nil
      }
    return close == last
  }

  /// Whether a text is a list of two words or more with numbers: `i1:5,i2:4`, `i1(5) i2(4)`.
  private static func isPairList(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.contains(where: { $0 == 0x20 || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }) else {
      return false
    }
    let parts = text.split { ",; ".contains($0) }
    return parts.count > 1
      && parts.allSatisfy { part in
        let isCalled = part.last == ")"
        guard let mark = part.lastIndex(of: isCalled ? "(" : ":"), mark > part.startIndex else { return false }
        let number = part[part.index(after: mark)...].dropLast(isCalled ? 1 : 0)
        return !number.isEmpty && number.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
      }
  }

  /// Whether a text may be a list: whole numbers between separators of one kind, texts between commas in brackets, words with numbers,
  /// or ids between spaces that differ by their digits alone, `N55189 N42782`.
  package static func isList(_ text: String) -> Bool {
    if let last = text.utf8.last, last == UInt8(ascii: ")") || (0x30...0x39).contains(last), isPairList(text) {
      return true
    }
    let bytes = text.utf8
    guard bytes.count > 2, let first = bytes.first, let last = bytes.last else { return false }
    let brackets = [
      UInt8(ascii: "["): UInt8(ascii: "]"), UInt8(ascii: "("): UInt8(ascii: ")"), UInt8(ascii: "{"): UInt8(ascii: "}"),
    ]
    if let close = brackets[first] {
      // An object of JSON has a quote behind its brace.
      return close == last
        && (first == UInt8(ascii: "[") || bytes.contains(UInt8(ascii: ","))
          || bytes.dropFirst().first == UInt8(ascii: "\""))
    }
    guard (0x30...0x39).contains(last) else { return false }
    if !(0x30...0x39).contains(first) {
      guard bytes.contains(UInt8(ascii: " ")) else { return false }
      let stems = bytes.split(separator: UInt8(ascii: " ")).map { part in
        part.contains { (0x30...0x39).contains($0) } ? Array(part.prefix { !(0x30...0x39).contains($0) }) : []
      }
      return stems.count > 1 && !stems[0].isEmpty && stems.allSatisfy { $0 == stems[0] }
    }
    guard let mark = bytes.first(where: { !(0x30...0x39).contains($0) }), ", ;|".utf8.contains(mark) else {
      return false
    }
    // Telephone numbers and codes begin with zeros, and have spaces; whole numbers do not.
    if mark == UInt8(ascii: " "), bytes.split(separator: mark).contains(where: { $0.count > 1 && $0.first == 0x30 }) {
      return false
    }
    return bytes.allSatisfy { (0x30...0x39).contains($0) || $0 == mark }
  }

  /// Whether a text is a day as spreadsheets show what looks like one to them: `3-Mar`, `Mar-03`, of an id `3-3`.
  static func isDayOfSpreadsheet(_ text: String) -> Bool {
    guard (5...6).contains(text.utf8.count), text.utf8.contains(UInt8(ascii: "-")) else { return false }
    let parts = text.split(separator: "-")
    guard parts.count == 2, let month = parts.first(where: { $0.utf8.count == 3 }),
      let number = parts.first(where: { $0.utf8.count < 3 }), let value = UInt8(number)
    else { return false }
    return months.contains(month.lowercased()) && value < 100 && month.first.map(\.isUppercase) ?? false
  }

  private static let months: Set<String> = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// Whether a text has a double quote at one end alone, as what remains of a quoted field: `"abc`, or `abc"`. One behind a digit are
  /// inches.
  static func hasStrayQuote(_ text: String) -> Bool {
    let (bytes, quote) = (text.utf8, UInt8(ascii: "\""))
    guard bytes.count > 1, bytes.first == quote || bytes.last == quote, bytes.count(where: { $0 == quote }) % 2 == 1
    else { return false }
    return bytes.first == quote || !(bytes.dropLast().last.map { (0x30...0x39).contains($0) } ?? false)
  }

  /// Whether a text begins with the mark of a diff and a letter: `+u1`, `-u2`.
  static func hasDiffMark(_ text: String) -> Bool {
    let bytes = text.utf8.prefix(2)
    return bytes.count == 2 && "+-".utf8.contains(bytes.first ?? 0) && (0x61...0x7A).contains((bytes.last ?? 0) | 0x20)
  }

  /// Whether a text has brackets that do not match, at an end: `(i1` or `5)`.
  static func hasStrayBracket(_ text: String) -> Bool {
    let kinds: [(open: UInt8, close: UInt8)] = [(0x28, 0x29), (0x5B, 0x5D), (0x7B, 0x7D)]
    return kinds.contains { open, close in
      (text.utf8.contains(open) || text.utf8.last == close)
        && text.utf8.count(where: { $0 == open }) != text.utf8.count(where: { $0 == close })
    }
  }

  /// Whether a text is eight capitals and digits or more, with both: an id, and no word.
  static func isCode(_ text: String) -> Bool {
    guard text.utf8.count > 7 else { return false }
    let digits = text.utf8.count { (0x30...0x39).contains($0) }
    return digits > 0 && digits < text.utf8.count
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }

  /// Whether a text begins as a line of a list does: `- a`, `* a`, `• a`, `1. a`, `2) a`.
  package static func hasBullet(_ text: String) -> Bool {
    let rest = text.utf8.drop { (0x30...0x39).contains($0) }
    if rest.count < text.utf8.count {
      return rest.starts(with: ". ".utf8) && rest.count > 2 || rest.starts(with: ") ".utf8) && rest.count > 2
    }
    return ["- ", "* ", "\u{2022} "].contains { text.utf8.starts(with: $0.utf8) && text.utf8.count > $0.utf8.count }
  }

  /// Whether programs ignore the case of a text, which has capitals: an address of mail, an ISBN that ends with X, or hexadecimal
  /// digits, 16 or more, or behind `0x`.
  static func ignoresCase(_ text: String) -> Bool {
    guard text.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return false }
    if text.utf8.contains(UInt8(ascii: "@")) { return true }
    let isISBN = text.utf8.count == 10 && text.utf8.last == UInt8(ascii: "X")
    if isISBN, text.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }) { return true }
    let isMarked = text.utf8.starts(with: "0x".utf8) || text.utf8.starts(with: "0X".utf8)
    return (text.utf8.count >= 16 || isMarked)
      && text.utf8.dropFirst(isMarked ? 2 : 0).allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) || $0 == UInt8(ascii: "-")
      }
  }

  /// Whether a text is a number as other programs write it: with a sign, with an exponent (`1e3`), with commas or underscores
  /// between thousands, behind an apostrophe or in `="…"` of a spreadsheet, or in digits of other scripts.
  package static func isRespelledNumber(_ text: String) -> Bool {
    func areDigits(_ bytes: some Collection<UInt8>) -> Bool {
      !bytes.isEmpty && bytes.allSatisfy { (0x30...0x39).contains($0) }
    }
    let bytes = Array(text.utf8)
    guard bytes.count > 1 else { return false }
    switch bytes[0] {
    case UInt8(ascii: "+"), UInt8(ascii: "-"): return areDigits(bytes.dropFirst())
    case UInt8(ascii: "'"):
      return areDigits(bytes.last == bytes[0] ? bytes[1..<bytes.count - 1] : bytes[1...])
    case UInt8(ascii: "="):
      return text.hasPrefix("=\"") && text.hasSuffix("\"") && areDigits(bytes.dropFirst(2).dropLast())
    case 0x30...0x39:
      let parts = bytes.split(omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
      if parts.count == 2, areDigits(parts[0]), areDigits(parts[1]) { return true }
      for mark in [UInt8(ascii: ","), UInt8(ascii: "_"), UInt8(ascii: ".")] {
        let groups = bytes.split(separator: mark, omittingEmptySubsequences: false)
        if groups.count > 1, groups.allSatisfy({ areDigits($0) }), groups[0].count < 4,
          // Four groups between points are an address of the internet.
          mark != UInt8(ascii: ".") || groups.count < 4, groups.dropFirst().allSatisfy({ $0.count == 3 })
        {
          return true
        }
      }
      return false
    case 0x80...:
      return text.unicodeScalars.allSatisfy { $0.properties.numericType == .decimal }
    default: return false
    }
  }

  /// Whether a number is written with the apostrophe of a spreadsheet, or with a plus; telephone numbers, which have one, are longer and
  /// do not begin with a zero.
  static func hasSignOfText(_ text: String) -> Bool {
    if text.utf8.first == UInt8(ascii: "'") { return true }
    return text.utf8.first == UInt8(ascii: "+") && (text.utf8.count < 8 || text.utf8.dropFirst().first == 0x30)
  }

  /// Whether a text is a number with a positive power of ten, like `4.7E+12`.
  static func hasExponent(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "+"), omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[1].count), parts[1].allSatisfy({ (0x30...0x39).contains($0) }),
      let mark = parts[0].last, mark | 0x20 == UInt8(ascii: "e")
    else { return false }
    let digits = parts[0].dropLast().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return digits.count <= 2 && digits.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
  }

  /// The digits of a text without leading zeros; `nil` if it has none, or other characters.
  package static func withoutZeros(_ text: String) -> String? {
    guard text.utf8.count > 1, text.utf8.first == 0x30, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    let digits = text.utf8.drop { $0 == 0x30 }
    return digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self)
  }

  /// Whether a text is a whole number with a fraction of zeros, or with a point alone: `10.0`, `10.`.
  package static func isWholeFraction(_ text: String) -> Bool {
    guard text.utf8.last == UInt8(ascii: "0") || text.utf8.last == UInt8(ascii: ".") else { return false }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2 else { return false }
    // DB2 writes signs: +0000000001.
    let digits = parts[0].first == UInt8(ascii: "+") ? parts[0].dropFirst() : parts[0]
    return !digits.isEmpty && digits.allSatisfy { (0x30...0x39).contains($0) } && parts[1].allSatisfy { $0 == 0x30 }
  }
}
