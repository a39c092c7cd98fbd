/// What the ids of one column look like, beyond numbers and texts: traces of how other programs write them.
package struct IDSpelling {
  /// Ids that other programs write for nothing.
  var nulls = Sightings<(index: UInt32, text: String)>()
  /// Ids with white space at an end, and the first that another id equals without it.
  var padded = Sightings<String>()
  package private(set) var twin: (index: UInt32, text: String)?
  /// Ids like `10.0`.
  var wholeFractions = Sightings<String>()
  /// Ids like `4.7E+12`.
  var exponents = Sightings<String>()
  /// Ids like `007` where `7` is another id.
  var zeros = Sightings<String>()
  /// Ids that are numbers in another spelling, like `+5` or `1,000`.
  var respelled = Sightings<String>()
  /// Those with points between groups of three digits, the numbers they may be, and whether one has two points.
  var pointed = Sightings<String>()
  private var pointedNumbers: (low: UInt64, high: UInt64) = (.max, 0)
  private var hasTwoPoints = false
  /// Whether points may stand between thousands: some ids have two, the numbers have no gaps, or small ones stand beside.
  private(set) var pointsMayDivide = false
  /// Ids with characters that nobody sees, and the first of these characters.
  var hidden = Sightings<(text: String, scalar: Unicode.Scalar)>()
  /// Ids that another id equals in another Unicode form.
  var forms = Sightings<String>()
  /// Ids like `1.10`, and what is the same number, or may have been.
  private(set) var fractions = Fractions()
  /// Ids in quotes.
  var quoted = Sightings<String>()
  /// Ids that may be lists, and some of them.
  var lists = Sightings<String>()
  private var someLists: [String] = []
  /// Ids that are whole numbers behind a minus sign.
  var negatives = Sightings<String>()
  /// Ids that begin as comments do.
  var comments = Sightings<String>()
  /// Ids as spreadsheets show days.
  var days = Sightings<String>()
  /// Ids with a backslash at their end.
  var continued = Sightings<String>()
  /// Ids with a double quote at one end alone.
  var strayQuotes = Sightings<String>()
  /// Ids with brackets that do not match.
  var strayBrackets = Sightings<String>()
  /// Ids with the word of a sum, where all others are numbers.
  var totals = Sightings<String>()
  /// Ids with the mark of a list at their beginning.
  var bullets = Sightings<String>()
  /// Some ids of words with a mark between, as long as they are few.
  private var withCommas: [String] = []
  /// Some ids with spaces, likewise.
  private var withSpaces: [String] = []
  /// Ids with commas whose parts all stand in others, where half of those with commas are so.
  private(set) var wordLists = Sightings<String>()
  /// Ids with a colon at their end.
  var colons = Sightings<String>()
  /// Ids that another id equals in small letters.
  var cases = Sightings<String>()
  /// Ids that another id equals in plain characters, and that id.
  var disguised = Sightings<(text: String, plain: String)>()
  /// Ids of which an earlier conversion has lost letters, and those whose letters it has made two of.
  var lost = Sightings<String>()
  var doubled = Sightings<String>()
  /// Ids with a character that separates fields in other files.
  var separated = Sightings<(text: String, mark: Character)>()
  let textCount: Int
  /// Ids that are neither of these.
  private(set) var otherTexts = 0
  let count: Int

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
    var otherNulls = Sightings<(index: UInt32, text: String)>()
    for (index, text) in texts {
      let trimmed = text.trimmed
      addUnseen(text, among: &letters)
      fractions.add(text)
      if let plain = PlainSpelling.of(text), isKnown(plain) { disguised.add((text, plain)) }
      if NullWord.isOne(trimmed) {
        nulls.add((index, text))
        if trimmed != "missing" { otherNulls.add((index, text)) }
      } else if trimmed.utf8.count != text.utf8.count {
        padded.add(text)
        if twin == nil, isKnown(trimmed) { twin = (index, text) }
      } else if IDSpelling.isWholeFraction(text) {
        wholeFractions.add(text)
      } else if IDSpelling.hasExponent(text) {
        exponents.add(text)
      } else if IDSpelling.isRespelledNumber(text) {
        // Hashes are negative as often as not; one negative id alone may stand for none.
        if text.utf8.first == UInt8(ascii: "-") { negatives.add(text) } else { respelled.add(text) }
        addPointed(text)
      } else if IDSpelling.isList(text) {
        lists.add(text)
        if someLists.count < 10_000 { someLists.append(text) }
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
    // Among words it is one.
    if otherTexts > 0 { nulls = otherNulls }
    let isBesideSmall = pointed.count > 0 && count > textCount && (0..<1_000).contains { isKnown(String($0)) }
    pointsMayDivide = isBesideSmall || hasTwoPoints || areWithoutGaps
    fractions.compare(areAll: fractions.count == textCount, isKnown)
    if IDSpelling.areCompounds(someLists, isKnown) {
      lists = Sightings()
      // Between commas, a semicolon is more often the separator than a part of ids.
      for text in someLists where text.utf8.contains(UInt8(ascii: ";")) { separated.add((text, ";")) }
    }
    addWordLists(isKnown)
    if wordLists.count == 0 { addSpacedLists(isKnown) }
  }

  /// Notes a number with points between groups of digits.
  private mutating func addPointed(_ text: String) {
    guard text.utf8.contains(UInt8(ascii: ".")), let number = UInt64(text.filter { $0 != "." }) else { return }
    pointed.add(text)
    pointedNumbers = (min(pointedNumbers.low, number), max(pointedNumbers.high, number))
    if text.utf8.count(where: { $0 == UInt8(ascii: ".") }) > 1 { hasTwoPoints = true }
  }

  /// Whether the numbers with points are all between the least and the greatest. Codes leave most out.
  private var areWithoutGaps: Bool {
    pointed.count > 1 && pointedNumbers.high - pointedNumbers.low == UInt64(pointed.count - 1)
  }

  /// Looks for ids that are lists of other ids: `a, b` beside `b, c`.
  private mutating func addWordLists(_ isKnown: (String) -> Bool) {
    guard withCommas.count > 1 else { return }
    let isJoined = withCommas.allSatisfy { text in text.contains { "+/".contains($0) } }
    if isJoined, !IDSpelling.mayBeLists(withCommas, isKnown) { return }
    if withCommas.count > 5, IDSpelling.areCompounds(withCommas, isKnown) { return }
    let parts = withCommas.map { text in Set(IDSpelling.parts(text)) }
    var uses: [String: Int] = [:]
    for one in parts { for part in one { uses[part, default: 0] += 1 } }
    let lists = zip(withCommas, parts).filter { _, one in
      one.count > 1
        && (one.allSatisfy { uses[$0, default: 0] > 1 || isKnown($0) } || one.allSatisfy(IDSpelling.isCode))
    }
    guard 2 * lists.count >= withCommas.count else { return }
    for (text, _) in lists { wordLists.add(text) }
  }

  /// Looks for ids with spaces whose words all are ids, or stand in others with spaces.
  private mutating func addSpacedLists(_ isKnown: (String) -> Bool) {
    guard withSpaces.count > 1 else { return }
    let parts = withSpaces.map { Set($0.split(separator: " ").map(String.init)) }
    var uses: [String: Int] = [:]
    for one in parts { for part in one { uses[part, default: 0] += 1 } }
    let areLists = parts.allSatisfy { one in
      one.count > 1 && one.contains(where: isKnown) && one.allSatisfy { uses[$0, default: 0] > 1 || isKnown($0) }
        // No titles have only words of one letter.
        || one.count > 1 && one.allSatisfy { $0.count == 1 && $0 != "-" && $0 != "&" }
    }
    if areLists { for text in withSpaces { wordLists.add(text) } }
  }

  /// Looks for what a reader of the text does not see.
  private mutating func addUnseen(_ text: String, among letters: inout Set<String>) {
    if IDSpelling.isQuoted(text) {
      quoted.add(text)
    } else if IDSpelling.hasStrayQuote(text) {
      strayQuotes.add(text)
    }
    if IDSpelling.isDayOfSpreadsheet(text) { days.add(text) }
    if text.utf8.last == UInt8(ascii: "\\") { continued.add(text) }
    if IDSpelling.hasBullet(text) || IDSpelling.hasDiffMark(text) { bullets.add(text) }
    if IDSpelling.hasStrayBracket(text) { strayBrackets.add(text) }
    if text.utf8.count <= 11, ["total", "grand total", "subtotal", "sum", "summe"].contains(text.lowercased()) {
      totals.add(text)
    }
    if withSpaces.count < 10_000, text.utf8.contains(UInt8(ascii: " ")), !IDSpelling.isList(text) {
      withSpaces.append(text)
    }
    if withCommas.count < 10_000, IDSpelling.mayJoinWords(text), !IDSpelling.isList(text) { withCommas.append(text) }
    if IDSpelling.hasCommentMark(text) { comments.add(text) }
    if let scalar = text.firstUnseen {
      hidden.add((text, scalar))
    }
    // Marks in addresses of pages belong to them.
    if let mark = text.first(where: { ";|\t".contains($0) }), !IDSpelling.isList(text) {
      if !text.utf8.starts(with: "http".utf8) { separated.add((text, mark)) }
    } else if text.utf8.contains(UInt8(ascii: ",")), !text.utf8.contains(0x20), !IDSpelling.isList(text) {
      if !text.utf8.starts(with: "http".utf8) { separated.add((text, ",")) }
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
}

/// Ids of one kind: their number and the first of them.
struct Sightings<Example> {
  private(set) var count = 0
  private(set) var first: Example?

  mutating func add(_ example: Example) {
    count += 1
    if first == nil { first = example }
  }
}
