/// What the ids of one column look like, beyond numbers and texts: traces of how other programs write them.
package struct IDSpelling {
  /// Ids that other programs write for nothing.
  private var nulls = Sightings<(index: UInt32, text: String)>()
  /// Ids with white space at an end, and the first that another id equals without it.
  private var padded = Sightings<String>()
  package private(set) var twin: (index: UInt32, text: String)?
  /// Ids like `10.0`.
  private var wholeFractions = Sightings<String>()
  /// Ids like `4.7E+12`.
  private var exponents = Sightings<String>()
  /// Ids like `007` where `7` is another id.
  private var zeros = Sightings<String>()
  /// Ids that are numbers in another spelling, like `+5` or `1,000`.
  private var respelled = Sightings<String>()
  /// Ids with characters that nobody sees, and the first of these characters.
  private var hidden = Sightings<(text: String, scalar: Unicode.Scalar)>()
  /// Ids that another id equals in another Unicode form.
  private var forms = Sightings<String>()
  /// Ids in quotes.
  private var quoted = Sightings<String>()
  /// Ids that may be lists.
  private var lists = Sightings<String>()
  /// Ids with a colon at their end.
  private var colons = Sightings<String>()
  /// Ids that another id equals in small letters.
  private var cases = Sightings<String>()
  private let textCount: Int
  /// Ids that are neither of these.
  private var otherTexts = 0
  private let count: Int

  /// Looks at all ids. O(ids).
  ///
  /// - Parameters:
  ///   - count: The number of ids.
  ///   - texts: The ids that are no numbers, with their numbers.
  ///   - isKnown: Whether a text is an id.
  package init(count: Int, texts: [(index: UInt32, text: String)], isKnown: (String) -> Bool) {
    self.count = count
    textCount = texts.count
    // Strings compare by canonical equivalence: the same letters in two forms are one element.
    var letters: Set<String> = []
    for (index, text) in texts {
      let trimmed = text.trimmed
      addUnseen(text, among: &letters)
      if NullWord.isOne(trimmed) {
        nulls.add((index, text))
      } else if trimmed.utf8.count != text.utf8.count {
        padded.add(text)
        if twin == nil, isKnown(trimmed) { twin = (index, text) }
      } else if IDSpelling.isWholeFraction(text) {
        wholeFractions.add(text)
      } else if IDSpelling.hasExponent(text) {
        exponents.add(text)
      } else if IDSpelling.isRespelledNumber(text) {
        // Hashes of 64 bits are negative as often as not.
        if text.utf8.first == UInt8(ascii: "-"), text.utf8.count > 10 { continue }
        respelled.add(text)
      } else if IDSpelling.isList(text) {
        lists.add(text)
        otherTexts += 1
      } else {
        if text.utf8.last == UInt8(ascii: ":") {
          colons.add(text)
        }
        if IDSpelling.ignoresCase(text), isKnown(text.lowercased()) {
          cases.add(text)
        }
        if let plain = IDSpelling.withoutZeros(text), isKnown(plain) {
          zeros.add(text)
        }
        otherTexts += 1
      }
    }
  }

  /// Looks for what a reader of the text does not see.
  private mutating func addUnseen(_ text: String, among letters: inout Set<String>) {
    if IDSpelling.isQuoted(text) {
      quoted.add(text)
    }
    if let scalar = text.firstUnseen {
      hidden.add((text, scalar))
    }
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return }
    if !letters.insert(text).inserted {
      forms.add(text)
    }
  }

  /// A word for nothing where all other ids are numbers.
  package var nullAmongNumbers: (index: UInt32, text: String)? {
    otherTexts == 0 && count > nulls.count ? nulls.first : nil
  }

  /// A sentence on ids that may be an accident; `nil` for none.
  ///
  /// - Parameter column: The name of the column in messages.
  package func note(_ column: String) -> String? {
    func some(_ count: Int) -> String { "\(count) \(column) \(count == 1 ? "id" : "ids")" }
    let parts = [
      nulls.first.map { "\(some(nulls.count)) like '\($0.text)', which other programs write for nothing" },
      padded.first.map { "\(some(padded.count)) with white space around, like '\($0)'" },
      wholeFractions.first.map { "\(some(wholeFractions.count)) like '\($0)', which are other ids than whole numbers" },
      exponents.first.map {
        "\(some(exponents.count)) like '\($0)', as spreadsheets write long numbers: different ids may have become one"
      },
      otherTexts == 0 && count > textCount
        ? respelled.first.map {
          "\(some(respelled.count)) like '\($0)', a number in another spelling, and so another id"
        } : nil,
      hidden.first.map { text, scalar in
        let code = String(scalar.value, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: max(0, 4 - code.utf8.count)) + code
        return "\(some(hidden.count)) with a character that nobody sees, U+\(digits), like '\(text)'"
      },
      forms.first.map {
        "\(some(forms.count)) like '\($0)', where another has the same letters in another Unicode form"
      },
      quoted.count == textCount
        ? quoted.first.map { "\(some(quoted.count)) in quotes, which belong to them, like \($0)" } : nil,
      2 * lists.count > textCount
        ? lists.first.map { "\(some(lists.count)) like '\($0.prefix(40))', which may be lists, and are one id each" }
        : nil,
      colons.count == textCount && colons.count > 1
        ? colons.first.map { "\(some(colons.count)) with a colon at the end, like '\($0)'" } : nil,
      cases.first.map { "\(some(cases.count)) like '\($0)', where another is the same in small letters" },
      zeros.first.map { "\(some(zeros.count)) like '\($0)', where another is the same without leading zeros" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Whether a text stands in quotes of one kind: `'…'`, `"…"`, `` `…` ``, `“…”`, `«…»`, or as Python shows bytes, `b'…'`.
  static func isQuoted(_ text: String) -> Bool {
    let text = text.utf8.first == UInt8(ascii: "b") ? text.dropFirst() : text[...]
    guard text.utf8.count > 2, let first = text.first, let last = text.last else { return false }
    return ["'": "'", "\"": "\"", "`": "`", "\u{201C}": "\u{201D}", "\u{2018}": "\u{2019}", "\u{AB}": "\u{BB}"][first]
      == last
  }

  /// Whether a text may be a list: whole numbers between separators of one kind, texts between commas in brackets, or ids between
  /// spaces that differ by their digits alone, `N55189 N42782`.
  static func isList(_ text: String) -> Bool {
    let bytes = text.utf8
    guard bytes.count > 2, let first = bytes.first, let last = bytes.last else { return false }
    let brackets = [
      UInt8(ascii: "["): UInt8(ascii: "]"), UInt8(ascii: "("): UInt8(ascii: ")"), UInt8(ascii: "{"): UInt8(ascii: "}"),
    ]
    if let close = brackets[first] {
      return close == last && (first == UInt8(ascii: "[") || bytes.contains(UInt8(ascii: ",")))
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
    return bytes.allSatisfy { (0x30...0x39).contains($0) || $0 == mark }
  }

  /// Whether programs ignore the case of a text, which has capitals: an address of mail, or hexadecimal digits of 16 or more.
  private static func ignoresCase(_ text: String) -> Bool {
    guard text.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return false }
    if text.utf8.contains(UInt8(ascii: "@")) { return true }
    return text.utf8.count >= 16
      && text.utf8.allSatisfy {
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
      let parts = bytes.split(separator: UInt8(ascii: "e"), omittingEmptySubsequences: false)
      if parts.count == 2, areDigits(parts[0]), areDigits(parts[1]) { return true }
      for mark in [UInt8(ascii: ","), UInt8(ascii: "_")] {
        let groups = bytes.split(separator: mark, omittingEmptySubsequences: false)
        if groups.count > 1, groups.allSatisfy({ areDigits($0) }), groups[0].count < 4,
          groups.dropFirst().allSatisfy({ $0.count == 3 })
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

  /// Whether a text is a number with a positive power of ten, like `4.7E+12`.
  private static func hasExponent(_ text: String) -> Bool {
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

  /// Whether a text is a whole number with a fraction of zeros.
  package static func isWholeFraction(_ text: String) -> Bool {
    guard text.utf8.last == UInt8(ascii: "0") else { return false }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
    return parts[0].allSatisfy { (0x30...0x39).contains($0) } && parts[1].allSatisfy { $0 == 0x30 }
  }
}

/// Ids of one kind: their number and the first of them.
private struct Sightings<Example> {
  private(set) var count = 0
  private(set) var first: Example?

  mutating func add(_ example: Example) {
    count += 1
    if first == nil { first = example }
  }
}
