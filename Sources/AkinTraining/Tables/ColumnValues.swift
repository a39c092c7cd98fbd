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

/// What the fields of one column look like, in a sample of rows.
struct ColumnValues {
  private let texts: [String]
  private let kinds: [FieldKind]
  /// The numbers among them.
  private let numbers: [Double]

  init(_ texts: [String]) {
    self.texts = texts.filter { !NullWord.isOne($0) }
    kinds = self.texts.map { FieldKind($0) }
    numbers = self.texts.compactMap { text in
      var copy = text
      return copy.withUTF8 { unsafe $0.decimalNumber }
    }
  }

  /// Whether all fields are empty, or words for nothing.
  var areEmpty: Bool { texts.isEmpty }
  /// The field that all rows have, of three or more; `nil` else.
  var constant: String? { texts.count >= 3 && Set(texts).count == 1 ? texts[0] : nil }
  /// Whether most fields are numbers, those with a decimal comma included.
  var areNumbers: Bool {
    let count = kinds.count { $0 == .integer || $0 == .fraction || $0 == .decimalComma }
    return count > 0 && 2 * count >= kinds.count
  }
  /// Whether most fields are dates.
  var areDates: Bool { 2 * kinds.count { $0 == .date } > kinds.count }
  /// Whether all fields are whole numbers in the range of Unix times between 1989 and 2100, in seconds or finer units.
  var areUnixTimes: Bool {
    guard !numbers.isEmpty, numbers.count == texts.count, kinds.allSatisfy({ $0 == .integer || $0 == .fraction })
    else { return false }
    return [1.0, 1e3, 1e6, 1e9].contains { unit in
      numbers.allSatisfy { (600_000_000 * unit...4_102_444_800 * unit).contains($0) }
    }
  }
  /// Whether the fields are most likely times: dates, or Unix times that hardly repeat and lie within ten years.
  var areTimes: Bool {
    if areDates { return true }
    guard areUnixTimes, let low = numbers.min(), let high = numbers.max() else { return false }
    let unit = low < 5e9 ? 1 : low < 5e12 ? 1e3 : low < 5e15 ? 1e6 : 1e9
    return 10 * Set(texts).count >= 9 * texts.count && high - low < 315_576_000 * unit
  }
  /// Whether all fields are whole numbers beyond any value: most likely ids.
  var areLargeIntegers: Bool {
    !numbers.isEmpty && numbers.count == texts.count
      && zip(kinds, numbers).allSatisfy { $0 == .integer && $1 >= 100_000 }
  }
  /// Whether a quarter of the fields or more are numbers with a fraction, and all others are numbers: no ids.
  var areFractions: Bool {
    numbers.count == texts.count && 4 * numbers.count { $0 != $0.rounded() } >= max(numbers.count, 1)
  }
  /// Whether all fields are whole numbers with an exponent and six decimals or more: `1.0000000e+01`, as numpy and Matlab write
  /// numbers. Spreadsheets write fewer decimals.
  var areScientific: Bool {
    !numbers.isEmpty && numbers.count == texts.count && numbers.allSatisfy { $0 == $0.rounded() }
      && texts.allSatisfy { text in
        let parts = text.utf8.split(separator: UInt8(ascii: "."))
        let decimals = parts.count == 2 ? parts[1].prefix { (0x30...0x39).contains($0) } : []
        return decimals.count >= 6 && decimals.count < parts[1].count
      }
  }
  /// Whether all fields are whole numbers and a number with colons between: `3:0.5`, as libsvm writes features, `0:3:0.5`, or `9:05`.
  var arePairs: Bool {
    !texts.isEmpty
      && texts.allSatisfy { text in
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return (2...3).contains(parts.count) && parts.dropLast().allSatisfy { FieldKind(String($0)) == .integer }
          && parts.last.map { [.integer, .fraction].contains(FieldKind(String($0))) } ?? false
      }
  }
  /// Whether all fields are `true`, `false` or their kin, and both occur.
  var areTruths: Bool {
    let found = Set(texts.filter { !$0.isEmpty }.map { FlagWord.value(of: $0) })
    return found == [true, false] || ColumnValues.opposites.contains(Set(texts.map { $0.lowercased() }))
  }
  /// Words of which one is no interaction.
  private static let opposites: [Set<String>] = [
    ["like", "dislike"], ["liked", "disliked"], ["positive", "negative"], ["pos", "neg"], ["up", "down"],
    ["upvote", "downvote"], ["recommended", "not recommended"], ["t", "f"], ["y", "n"],
  ]
  /// Whether the fields count on by 1, from row to row.
  var areCounts: Bool {
    guard numbers.count == texts.count, numbers.count >= 3, kinds.allSatisfy({ $0 == .integer }) else { return false }
    return zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 }
  }
  /// Whether all fields could be degrees of latitude or longitude: numbers up to 180 with four decimals or more.
  var areDegrees: Bool {
    !numbers.isEmpty && numbers.count == texts.count
      && zip(kinds, numbers).allSatisfy { $0 != .integer && abs($1) <= 180 }
      && texts.allSatisfy { ($0.split(separator: ".").dropFirst().first?.utf8.count ?? 0) >= 4 }
  }
}
