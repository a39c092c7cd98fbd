/// What the ids of one column look like, beyond numbers and texts: traces of how other programs write them.
package struct IDSpelling {
  /// Ids that other programs write for nothing, and the first of them.
  private var nullCount = 0
  private var firstNull: (index: UInt32, text: String)?
  /// Ids with white space at an end, the first of them, and the first that another id equals without it.
  private var paddedCount = 0
  private var firstPadded: String?
  package private(set) var twin: (index: UInt32, text: String)?
  /// Ids like `10.0`, and the first of them.
  private var wholeFractionCount = 0
  private var firstWholeFraction: String?
  /// Ids like `4.7E+12`, and the first of them.
  private var exponentCount = 0
  private var firstExponent: String?
  /// Ids like `007` where `7` is another id, and the first of them.
  private var zerosCount = 0
  private var firstZeros: String?
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
    for (index, text) in texts {
      let trimmed = text.trimmed
      if NullWord.isOne(trimmed) {
        nullCount += 1
        firstNull = firstNull ?? (index, text)
      } else if trimmed.utf8.count != text.utf8.count {
        paddedCount += 1
        firstPadded = firstPadded ?? text
        if twin == nil, isKnown(trimmed) { twin = (index, text) }
      } else if IDSpelling.isWholeFraction(text) {
        wholeFractionCount += 1
        firstWholeFraction = firstWholeFraction ?? text
      } else {
        if IDSpelling.hasExponent(text) {
          exponentCount += 1
          firstExponent = firstExponent ?? text
        }
        if let plain = IDSpelling.withoutZeros(text), isKnown(plain) {
          zerosCount += 1
          firstZeros = firstZeros ?? text
        }
        otherTexts += 1
      }
    }
  }

  /// A word for nothing where all other ids are numbers.
  package var nullAmongNumbers: (index: UInt32, text: String)? {
    otherTexts == 0 && count > nullCount ? firstNull : nil
  }

  /// A sentence on ids that may be an accident; `nil` for none.
  ///
  /// - Parameter column: The name of the column in messages.
  package func note(_ column: String) -> String? {
    func some(_ count: Int) -> String { "\(count) \(column) \(count == 1 ? "id" : "ids")" }
    let parts = [
      firstNull.map { "\(some(nullCount)) like '\($0.text)', which other programs write for nothing" },
      firstPadded.map { "\(some(paddedCount)) with white space around, like '\($0)'" },
      firstWholeFraction.map { "\(some(wholeFractionCount)) like '\($0)', which are other ids than whole numbers" },
      firstExponent.map {
        "\(some(exponentCount)) like '\($0)', as spreadsheets write long numbers: different ids may have become one"
      },
      firstZeros.map { "\(some(zerosCount)) like '\($0)', where another is the same without leading zeros" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
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

/// Words that other programs write for nothing.
package enum NullWord {
  private static let words: Set<String> = [
    "", "nan", "none", "null", "na", "n/a", "<na>", "nil", "#n/a", "nat", "\\n", "undefined",
  ]

  /// Whether a text is such a word, in any case.
  package static func isOne(_ text: String) -> Bool {
    // Most texts differ in their first byte already.
    guard text.utf8.count <= 9 else { return false }
    guard let first = text.utf8.first else { return true }
    return "nN<#\\uU".utf8.contains(first) && words.contains(text.lowercased())
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
