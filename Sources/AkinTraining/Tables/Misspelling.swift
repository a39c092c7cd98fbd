import AkinVectors

/// Numbers and times in spellings that are not read, and what makes them readable.
enum Misspelling {
  /// Whether a text is a number with spaces, apostrophes or underscores between thousands: `1 000,5`.
  static func hasMarks(_ text: String) -> Bool {
    func isMark(_ scalar: Unicode.Scalar) -> Bool {
      ["'", "_", "\u{2019}"].contains(scalar) || scalar.properties.isWhitespace
    }
    let kept = String(String.UnicodeScalarView(text.unicodeScalars.filter { !isMark($0) }))
    return kept.utf8.count < text.utf8.count && [.integer, .fraction, .decimalComma].contains(FieldKind(kept))
  }

  /// Whether a text is a number with such marks, and three digits in each group behind the first: `1 000`, but not `1 20`.
  static func hasThousands(_ text: String) -> Bool {
    guard hasMarks(text) else { return false }
    let whole = text.trimmed.unicodeScalars.drop { $0 == "-" }.prefix { $0 != "." && $0 != "," }
    let groups = whole.split(omittingEmptySubsequences: false) { !("0"..."9").contains($0) }
    guard groups.count > 1, (1...3).contains(groups[0].count), groups[0].first != "0" else { return false }
    return groups.dropFirst().allSatisfy { $0.count == 3 }
  }

  /// Whether a text is digits with two commas or more between them: `1,23,456`.
  static func hasCommas(_ text: String) -> Bool {
    let groups = text.trimmed.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    return groups.count > 2 && groups.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
  }

  /// Whether a text is a number behind a minus sign or a dash of Unicode.
  static func hasOtherMinus(_ text: String) -> Bool {
    guard let first = text.trimmed.unicodeScalars.first, !first.isASCII,
      first == "\u{2212}" || first.properties.generalCategory == .dashPunctuation
    else { return false }
    return [.integer, .fraction, .decimalComma].contains(FieldKind(String(text.trimmed.dropFirst())))
  }

  /// Whether a text is a number behind the name of a case, as Rust and Haskell show one: `Some(5.0)`, `Just 5`.
  static func isWrapped(_ text: String) -> Bool {
    let name = text.prefix { $0.isLetter }
    guard let first = name.utf8.first, (0x41...0x5A).contains(first), name.count > 1 else { return false }
    let rest = text.dropFirst(name.count)
    let number =
      rest.first == "(" && rest.last == ")" ? rest.dropFirst().dropLast() : rest.first == " " ? rest.dropFirst() : ""
    return [.integer, .fraction].contains(FieldKind(String(number)))
  }

  /// Whether a text is a number in digits of another script, perhaps with a point.
  static func hasOtherDigits(_ text: String) -> Bool {
    let scalars = text.trimmed.unicodeScalars.filter { $0 != "." }
    return !scalars.isEmpty && scalars.allSatisfy { !$0.isASCII && $0.properties.numericType == .decimal }
  }

  /// Whether a text is a number with its minus sign behind it, as SAP and COBOL write it: `5-`.
  static func hasMinusBehind(_ text: String) -> Bool {
    text.trimmed.last == "-" && [.integer, .fraction].contains(FieldKind(String(text.trimmed.dropLast())))
  }

  /// Signs for shares of one, and their decimals.
  static let shares: [Unicode.Scalar: String] = ["\u{BD}": ".5", "\u{BC}": ".25", "\u{BE}": ".75"]

  /// What sed does to write the signs for shares as decimals.
  static var decimals: String {
    shares.sorted { $0.key < $1.key }.map { "s/\($0.key)/\($0.value)/g" }.joined(separator: "; ")
  }

  /// Whether a text has a number and something behind or before it that is neither a unit nor a date: `1 (12)`, `{"stars": 1}`, `1-2`.
  static func holdsNumber(_ text: String) -> Bool {
    text.utf8.contains { (0x30...0x39).contains($0) } && FieldKind(text) == .word && !FieldKind.isOtherDate(text)
      && text.contains { "({[<-~ ".contains($0) }
  }

  /// Whether a text is a number of 5, 10 or 100, as ratings are shown: `4.5/5`.
  static func isOfScale(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, ["5", "10", "100"].contains(parts[1].drop { $0 == " " }) else { return false }
    return [.integer, .fraction].contains(FieldKind(String(parts[0]).trimmed))
  }

  /// Whether a text is a time of day: `10:51:09.277`.
  static func isTimeOfDay(_ text: String) -> Bool {
    let parts = text.trimmed.split(separator: ":", omittingEmptySubsequences: false)
    return (2...3).contains(parts.count) && parts.allSatisfy { Double($0) != nil }
  }

  /// Whether a text is a week of ISO 8601, or a day of one: `2024-W05`, `2024-W05-1`.
  static func isWeekDate(_ text: String) -> Bool {
    let bytes = Array(text.trimmed.utf8)
    guard bytes.count == 8 || bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[5] == UInt8(ascii: "W") else {
      return false
    }
    return [0, 1, 2, 3, 6, 7].allSatisfy { (0x30...0x39).contains(bytes[$0]) }
  }

  private static let powers = ["k": "e3", "mn": "e6", "mio": "e6", "b": "e9", "bn": "e9"]

  /// What sed does to take the marks around a number away: `80%`, `$80`, `4 stars`, `4/5`; `nil` for texts of another kind.
  static func marks(of text: String) -> String? {
    let text = text.trimmed
    func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }
    for mark in ["/", " out of ", " of "] {
      guard let place = text.firstRange(of: mark) else { continue }
      let parts = [text[..<place.lowerBound], text[place.upperBound...]]
      // "4.5 out of 5 stars" has a word behind both.
      let numbers = [parts[0], parts[1].prefix { $0 != " " }]
      if numbers.allSatisfy({ FieldKind(String($0)) == .integer || FieldKind(String($0)) == .fraction }),
        parts[1].allSatisfy({ $0.isLetter || $0.isNumber || " .".contains($0) })
      {
        return "s#(^|[,;|\\t\"])([-0-9.]+)\(mark)\(parts[1])#\\1\\2#g"
      }
    }
    guard FieldKind.isDecoratedNumber(text), let first = text.firstIndex(where: isDigit),
      let last = text.lastIndex(where: isDigit)
    else { return nil }
    let (before, behind) = (text[..<first], text[text.index(after: last)...])
    let number = FieldKind(String(text[first...last]))
    guard [.integer, .fraction, .decimalComma].contains(number), before.isEmpty != behind.isEmpty,
      !(before + behind).contains(where: { $0.isNumber || "'\"\\/".contains($0) }), !before.hasSuffix("-")
    else { return nil }
    func escaped(_ mark: Substring) -> String {
      mark.map { ".*+?()[]{}|^$#".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
    // Thousands and millions, as powers of ten.
    if before.isEmpty, let power = powers[behind.lowercased()] { return "s#([0-9])\(behind)#\\1\(power)#g" }
    return before.isEmpty ? "s#([0-9])\(escaped(behind))#\\1#g" : "s#\(escaped(before))([0-9])#\\1#g"
  }
}
