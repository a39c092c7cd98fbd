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
  /// Whether a text is a date that is not read: three numbers between points, slashes or dashes, `31.12.2026` or `2026/12/31`, or the
  /// name of a month with numbers, `01-Jan-1995`, `Jan 1, 1995`.
  static func isOtherDate(_ text: String) -> Bool {
    if hasMonth(text) { return true }
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
  /// Whether a text is the name of a month, a year, and perhaps a day: `01-Jan-1995`, `January 1, 1995`, `Jan 1995`.
  private static func hasMonth(_ text: String) -> Bool {
    guard (8...20).contains(text.utf8.count) else { return false }
    let parts = text.split { " -/.,".contains($0) }
    guard (2...3).contains(parts.count), parts.count(where: { $0.allSatisfy(\.isLetter) }) == 1,
      let month = parts.first(where: { $0.allSatisfy(\.isLetter) }), month.utf8.count > 2
    else { return false }
    let numbers = parts.filter { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    return numbers.count == parts.count - 1 && numbers.contains { $0.utf8.count == 4 }
      && months.contains { $0.hasPrefix(month.lowercased()) }
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]

  /// Whether a text is a length of time: `1h 30min`, `PT1H30M`, `1:30:00`, `3:45`.
  static func isDuration(_ text: String) -> Bool {
    guard text.utf8.count <= 30, text.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return false }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if (2...3).contains(parts.count) {
      return parts.allSatisfy { (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }
    // Numbers and units by turns; those of ISO 8601 have a P before and a T among them.
    let isISO = text.utf8.first == UInt8(ascii: "P")
    var rest = (isISO ? text.filter { $0 != "P" && $0 != "T" } : text).lowercased()[...]
    var count = 0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(number.count).drop { $0 == " " }
      let unit = rest.prefix { $0.isLetter }
      guard !number.isEmpty, timeUnits.contains(unit) else { return false }
      rest = rest.dropFirst(unit.count).drop { $0 == " " }
      count += 1
    }
    // One number with its unit is a number.
    return count > 1 || isISO
  }

  private static let timeUnits: Set<Substring> = [
    "d", "day", "days", "h", "hr", "hrs", "hour", "hours", "m", "min", "mins", "minute", "minutes", "s", "sec", "secs",
    "second", "seconds",
  ]

  /// Units that stand behind numbers without a space. Ids and names have others: `4K`, `720p`, `2nd`.
  private static let units: Set<String> = [
    "kg", "g", "mg", "lb", "lbs", "oz", "ml", "cl", "l", "km", "m", "cm", "mm", "ft", "in", "kb", "mb", "gb", "tb",
    "ms", "s",
    "sec", "secs", "min", "mins", "h", "hr", "hrs", "mah", "kwh", "w", "kw", "v", "hz", "khz", "mhz", "ghz", "rpm",
    "kcal",
    "cal", "px", "dpi", "usd", "eur", "gbp", "x", "k", "b", "bn", "mn",
  ]

  /// Whether a text is a unit, a currency in its three letters, or a sign without letters: `kg`, `CHF`, `%`.
  static func mayBeUnit(_ text: Substring) -> Bool {
    units.contains(text.lowercased()) || !text.contains(where: { $0.isLetter || $0.isNumber })
      || text.utf8.count == 3 && text.utf8.allSatisfy { (0x41...0x5A).contains($0) }
  }

  /// Whether a text is a number with signs or spaces around it, a unit behind it, or commas between its thousands: `$9.99`, `12 %`,
  /// `1.5kg`, `1,234`.
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
    let unit = String(String.UnicodeScalarView(behind)).lowercased()
    guard isSign(before), isSign(behind) || units.contains(unit), !before.contains("("), !behind.contains(")") else {
      return false
    }
    let core = String(String.UnicodeScalarView(scalars[first...last]))
    // "034545104X" is a code.
    if core.utf8.count > 2, core.utf8.first == 0x30, core.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return false
    }
    // "1.299,00" has points between thousands.
    let swapped = String(core.map { $0 == "." ? "," : $0 == "," ? "." : $0 })
    return mayHaveThousands(core) || (core.contains(",") && mayHaveThousands(swapped))
      || (!(before.isEmpty && behind.isEmpty) && [.integer, .fraction, .decimalComma].contains(FieldKind(core)))
  }
}
