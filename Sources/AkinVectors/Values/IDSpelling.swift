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
  /// Ids that another id equals in plain characters, and that id.
  private var disguised = Sightings<(text: String, plain: String)>()
  /// Ids of which an earlier conversion has lost letters, and those whose letters it has made two of.
  private var lost = Sightings<String>()
  private var doubled = Sightings<String>()
  /// Ids with a character that separates fields in other files.
  private var separated = Sightings<(text: String, mark: Character)>()
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
      if let plain = PlainSpelling.of(text), isKnown(plain) { disguised.add((text, plain)) }
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
    if let mark = text.first(where: { ";|\t".contains($0) }), !IDSpelling.isList(text) {
      separated.add((text, mark))
    }
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return }
    if PlainSpelling.hasLostLetters(text) { lost.add(text) } else if PlainSpelling.isDoubled(text) { doubled.add(text) }
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
      otherTexts == 0 && (count > textCount || respelled.first?.utf8.first == UInt8(ascii: "'"))
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
      disguised.first.map {
        "\(some(disguised.count)) like '\($0.text)', where '\($0.plain)' in plain characters is another"
      },
      lost.first.map {
        "\(some(lost.count)) like '\($0)', where an earlier conversion has put U+FFFD for letters: different ids may have become one"
      },
      doubled.first.map { "\(some(doubled.count)) like '\($0)', as UTF-8 looks when it has been read as Latin-1" },
      cases.first.map { "\(some(cases.count)) like '\($0)', where another is the same in small letters" },
      zeros.first.map { "\(some(zeros.count)) like '\($0)', where another is the same without leading zeros" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// A sentence on ids that all hold what separates fields in other files; `nil` for others.
  ///
  /// - Parameter column: The name of the column in messages.
  package func separatorNote(_ column: String) -> String? {
    guard separated.count == count, count > 1, let first = separated.first else { return nil }
    return
      "all \(count) \(column) ids hold '\(first.mark)', like '\(first.text)': if it separates fields, name it: --delimiter"
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
