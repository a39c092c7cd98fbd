/// What the ids of one column look like, beyond numbers and texts: traces of how other programs write them.
struct IDSpelling {
  /// Ids that other programs write for nothing, and the first of them.
  private(set) var nullCount = 0
  private var firstNull: (index: UInt32, text: String)?
  /// Ids with white space at an end, the first of them, and the first that another id equals without it.
  private(set) var paddedCount = 0
  private var firstPadded: String?
  private var twin: (index: UInt32, text: String)?
  /// Ids like `10.0`, and the first of them.
  private(set) var wholeFractionCount = 0
  private var firstWholeFraction: String?
  /// Ids that are neither of these.
  private var otherTexts = 0
  private let count: Int

  /// Looks at all ids. O(ids).
  init(count: Int, texts: [(index: UInt32, text: String)], isKnown: (String) -> Bool) {
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
        otherTexts += 1
      }
    }
  }

  /// The problem that makes the column unusable, and the number of the id.
  ///
  /// - Parameter column: The name of the column in messages.
  func problem(_ column: String) -> (id: UInt32, problem: InteractionError.Problem)? {
    if let firstNull, otherTexts == 0, count > nullCount {
      return (firstNull.index, .nullID(column: column, found: firstNull.text))
    }
    return twin.map { ($0.index, .paddedID(column: column, found: $0.text)) }
  }

  /// A sentence on ids that may be an accident; `nil` for none.
  ///
  /// - Parameter column: The name of the column in messages.
  func note(_ column: String) -> String? {
    func some(_ count: Int) -> String { "\(count) \(column) \(count == 1 ? "id" : "ids")" }
    let parts = [
      firstNull.map { "\(some(nullCount)) like '\($0.text)', which other programs write for nothing" },
      firstPadded.map { "\(some(paddedCount)) with white space around, like '\($0)'" },
      firstWholeFraction.map { "\(some(wholeFractionCount)) like '\($0)', which are other ids than whole numbers" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// Whether a text is a whole number with a fraction of zeros.
  private static func isWholeFraction(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return false }
    return parts[0].allSatisfy { (0x30...0x39).contains($0) } && parts[1].allSatisfy { $0 == 0x30 }
  }
}

extension IDInterner {
  /// What the ids look like.
  var spelling: IDSpelling {
    IDSpelling(count: count, texts: texts) { text in contains(text) }
  }
}
