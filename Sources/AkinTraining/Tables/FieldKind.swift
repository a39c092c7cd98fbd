import AkinVectors

/// What one field looks like.
enum FieldKind: Equatable {
  case empty, word, integer, fraction, decimalComma, date

  init(_ text: String) {
    if text.isEmpty {
      self = .empty
      return
    }
    var copy = text
    let number = copy.withUTF8 { unsafe $0.decimalNumber }
    if let number {
      let isInteger = number.isFinite && number == number.rounded() && !text.utf8.contains(UInt8(ascii: "."))
      self = isInteger ? .integer : .fraction
    } else if FieldKind.hasDecimalComma(text) {
      self = .decimalComma
    } else {
      self = text.utf8.count <= 40 && secondsOfDate(text) != nil ? .date : .word
    }
  }

  /// Whether a text is a number with one comma before its fraction.
  static func hasDecimalComma(_ text: String) -> Bool {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    let parts = digits.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
  }
}

extension FieldKind {
  /// Whether a text is a number that may have commas between its thousands: `1,234`, `12,345,678.5`.
  static func mayHaveThousands(_ text: String) -> Bool {
    let whole = text.utf8.drop { $0 == UInt8(ascii: "-") }.prefix { $0 != UInt8(ascii: ".") }
    let groups = whole.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard groups.count > 1, groups.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }) else { return false }
    return (1...3).contains(groups[0].count) && groups[0].first != UInt8(ascii: "0")
      && groups.dropFirst().allSatisfy { $0.count == 3 }
  }
}

extension FieldKind {
  /// Whether a text is a date that is not read: three numbers between points, slashes or dashes, `31.12.2026` or `2026/12/31`.
  static func isOtherDate(_ text: String) -> Bool {
    guard let mark = text.utf8.first(where: { !(0x30...0x39).contains($0) }), "./-".utf8.contains(mark) else {
      return false
    }
    let parts = text.utf8.split(separator: mark, omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }) else { return false }
    let lengths = parts.map(\.count)
    return (1...2).contains(lengths[1])
      && (lengths[0] == 4 && (1...2).contains(lengths[2])
        || (1...2).contains(lengths[0]) && [2, 4].contains(lengths[2]))
  }
}

extension FieldKind {
  /// Whether a text is a number with signs or spaces around it, or commas between its thousands: `$9.99`, `12 %`, `1,234`.
  static func isDecoratedNumber(_ text: String) -> Bool {
    func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.firstIndex(where: isDigit), let last = scalars.lastIndex(where: isDigit) else {
      return false
    }
    let (before, behind) = (scalars[..<first], scalars[(last + 1)...])
    guard before.count + behind.count <= 8 else { return false }
    // "B2" is a word; "USD 5" and "$5" are numbers.
    func isSign(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
      scalars.contains { $0.properties.isWhitespace } || !scalars.contains { $0.properties.isAlphabetic }
    }
    guard isSign(before), isSign(behind), !before.contains("("), !behind.contains(")") else { return false }
    let core = String(String.UnicodeScalarView(scalars[first...last]))
    // "1.299,00" has points between thousands.
    let swapped = String(core.map { $0 == "." ? "," : $0 == "," ? "." : $0 })
    return mayHaveThousands(core) || (core.contains(",") && mayHaveThousands(swapped))
      || (!(before.isEmpty && behind.isEmpty) && [.integer, .fraction, .decimalComma].contains(FieldKind(core)))
  }
}
