// Ids with one point between digits: numbers that lost zeros at their end, or have them in some rows alone.

extension IDSpelling {
  /// Ids like `1.10` and `1.254`, and what they tell of each other.
  struct Fractions {
    /// Ids like `1.10` where `1.1` is another.
    private(set) var sameNumbers = Sightings<(text: String, plain: String)>()
    /// Ids like `1.1` beside `1.254`, where zeros may be lost.
    private(set) var shortened = Sightings<(text: String, whole: String)>()
    private var texts: [String] = []
    /// The number of such ids.
    private(set) var count = 0

    /// Looks at the next id, as long as they are few.
    mutating func add(_ text: String) {
      // Most ids that are no numbers end with a letter, or begin with one.
      guard let first = text.utf8.first, (0x30...0x39).contains(first), IDSpelling.decimals(of: text) != nil else {
        return
      }
      count += 1
      if texts.count < 10_000 { texts.append(text) }
    }

    /// Compares all ids with each other.
    ///
    /// - Parameters:
    ///   - areAll: Whether all ids that are no whole numbers are such.
    ///   - isKnown: Whether a text is an id.
    mutating func compare(areAll: Bool, _ isKnown: (String) -> Bool) {
      for text in texts {
        if let plain = IDSpelling.withoutLastZeros(text), isKnown(plain), !IDSpelling.isOfParts(plain, isKnown) {
          sameNumbers.add((text, plain))
        }
      }
      // Three decimals and more in most ids, of which none ends with a zero: programs that keep numbers leave such zeros out.
      let most = texts.lazy.compactMap(IDSpelling.decimals).max() ?? 0
      let longest = texts.filter { IDSpelling.decimals(of: $0) == most }
      guard areAll, most > 2, longest.count > 1, 2 * longest.count >= texts.count,
        !texts.contains(where: { $0.utf8.last == 0x30 && !IDSpelling.isWholeFraction($0) })
      else { return }
      for text in texts where IDSpelling.decimals(of: text) != most { shortened.add((text, longest[0])) }
    }
  }

  /// The number of digits behind the only point of a text of digits; `nil` for others.
  static func decimals(of text: String) -> Int? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }) else {
      return nil
    }
    return parts[1].count
  }

  /// A fraction without the zeros at its end, if it has some and other decimals.
  private static func withoutLastZeros(_ text: String) -> String? {
    guard text.utf8.last == 0x30 else { return nil }
    let plain = String(String.UnicodeScalarView(text.unicodeScalars.reversed().drop { $0 == "0" }.reversed()))
    return plain.utf8.last == UInt8(ascii: ".") ? nil : plain
  }

  /// Whether a fraction is a part of a whole, as sections and versions are: `1.1` beside `1.9` and before `1.10`.
  private static func isOfParts(_ text: String, _ isKnown: (String) -> Bool) -> Bool {
    isKnown(text.prefix { $0 != "." } + ".9")
  }
}
