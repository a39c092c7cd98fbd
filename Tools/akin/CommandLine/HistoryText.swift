import Akin
import AkinSupport

/// A history on the command line, such as `1:5,260,Heat (1995):4.5`: items separated by commas, each with an optional value
/// after a colon.
///
/// An item is an id or, as for `related`, a title or a part of one title. Titles may contain commas and colons: when the
/// text up to the next comma names no item, the parser adds the following pieces, up to ``pieces`` in all.
struct HistoryText {
  /// The items that the text names, in its order.
  let known: [Interaction]
  /// The texts that name no item, with the reason.
  let unknown: [(text: String, why: RecommenderError)]
  /// The number of known items without a value.
  let bareCount: Int
  /// An item with a whole value and the digits behind the next comma, where a decimal comma may be meant; `nil` for none.
  let decimalComma: String?

  /// The largest number of pieces between commas in one title.
  private static let pieces = 5

  /// Parses a history.
  ///
  /// - Parameters:
  ///   - text: The text of the option.
  ///   - allowsNegative: Whether a value may be below 0, as ratings may.
  ///   - find: Returns the item that a text names.
  init(_ text: String, allowsNegative: Bool = false, find: (String) throws(RecommenderError) -> ItemID)
    throws(HistoryError)
  {
    var known: [Interaction] = []
    var unknown: [(text: String, why: RecommenderError)] = []
    var bareCount = 0
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let isEmpty = parts.allSatisfy { $0.allSatisfy(\.isWhitespace) } && parts.count == 1
    var start = 0
    while start < parts.count, !isEmpty {
      guard parts[start].contains(where: { !$0.isWhitespace }) else { throw .emptyPiece(number: start + 1) }
      var trouble: (text: String, why: RecommenderError)?
      var end = start + 1
      var found: Interaction?
      var isBare = false
      while found == nil, end <= min(parts.count, start + HistoryText.pieces) {
        let piece = HistoryText.trimmed(parts[start..<end].joined(separator: ","))
        let (name, value) = try HistoryText.split(piece, allowsNegative)
        do throws(RecommenderError) {
          found = Interaction(try find(name), value: value ?? 1)
          isBare = value == nil
        } catch {
          // A title may end in a colon and a number.
          if value != nil, let item = try? find(piece) {
            found = Interaction(item)
            isBare = true
          } else if trouble == nil {
            trouble = (name, error)
          }
        }
        end += 1
      }
      if let found {
        known.append(found)
        bareCount += isBare ? 1 : 0
        start = end - 1
      } else {
        if let trouble { unknown.append(trouble) }
        start += 1
      }
    }
    self.known = known
    self.unknown = unknown
    self.bareCount = bareCount
    decimalComma = HistoryText.decimalComma(in: parts)
  }

  /// The name, and the value after its last colon when that is a number.
  private static func split(_ piece: String, _ allowsNegative: Bool) throws(HistoryError) -> (
    name: String, value: Float?
  ) {
    guard let colon = piece.lastIndex(of: ":") else { return (piece, nil) }
    let name = trimmed(String(piece[..<colon]))
    let after = trimmed(String(piece[piece.index(after: colon)...]))
    if after.isEmpty { throw .noValue(item: name) }
    guard let number = Float(after) else { return (piece, nil) }
    guard number.isFinite, number >= 0 || allowsNegative else {
      throw .badValue(item: name, found: after, allowsNegative: allowsNegative)
    }
    return (name, number)
  }

  /// The first two pieces, where pieces with a whole value and pieces of one digit or two stand by turns: `1:4,5,2:3,5`.
  private static func decimalComma(in parts: [String]) -> String? {
    func areDigits(_ text: some StringProtocol) -> Bool {
      !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
    func hasWholeValue(_ part: String) -> Bool {
      part.lastIndex(of: ":").map { areDigits(part[part.index(after: $0)...]) } ?? false
    }
    let isOne =
      parts.count % 2 == 0
      && parts.indices.allSatisfy {
        $0 % 2 == 0 ? hasWholeValue(parts[$0]) : areDigits(parts[$0]) && parts[$0].count < 3
      }
    return isOne && !parts.isEmpty ? "\(parts[0]),\(parts[1])" : nil
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    var end = start.endIndex
    while end > start.startIndex, start[start.index(before: end)].isWhitespace { end = start.index(before: end) }
    return String(start[..<end])
  }
}

/// A history that cannot be parsed, or that names unknown items.
enum HistoryError: AkinError, Equatable {
  case emptyPiece(number: Int)
  case noValue(item: String)
  case badValue(item: String, found: String, allowsNegative: Bool)
  case unknown([String])

  var kind: TroubleKind {
    switch self {
    case .emptyPiece, .noValue, .badValue: .usage
    case .unknown: .badInput
    }
  }

  var description: String {
    switch self {
    case .emptyPiece(let number): "item \(number) of the history is empty; expected an id or a title"
    case .noValue(let item): "'\(item):' in the history has no value; expected a number after the colon"
    case .badValue(let item, let found, let allowsNegative):
      "'\(item)' in the history has the value '\(found)'; expected a finite number"
        + (allowsNegative ? "" : " of at least 0")
    case .unknown(let texts):
      "the history names \(texts.count == 1 ? "an item" : "\(texts.count) items") \(texts.count == 1 ? "that is" : "that are") not in the file: "
        + texts.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (texts.count > 10 ? ", …" : "")
    }
  }

  var help: String? {
    switch self {
    case .emptyPiece, .noValue, .badValue: "write ID:VALUE,ID:VALUE; the default value is 1"
    case .unknown(let texts) where texts.count == 1 && HistoryError.areSeveral(texts[0]):
      "items stand between commas: \(HistoryError.parts(texts[0]).prefix(3).joined(separator: ",")), …"
    case .unknown(let texts) where texts.contains(where: { HistoryError.arePairs($0, ";") }):
      "items stand between commas: ID:VALUE,ID:VALUE"
    case .unknown(let texts) where texts.allSatisfy({ HistoryError.isPair($0, "=") }):
      "a value stands behind a colon: \(texts.prefix(3).map { String($0.map { $0 == "=" ? ":" : $0 }) }.joined(separator: ","))"
    case .unknown(let texts) where texts.first?.first == "[" || texts.last?.last == "]":
      "write items without brackets: 1,2,3"
    case .unknown(let texts)
    where texts.allSatisfy({ $0.hasSuffix(".0") && UInt64(canonical: String($0.dropLast(2))) != nil }):
      "ids are whole numbers without a fraction: \(texts.prefix(3).map { String($0.dropLast(2)) }.joined(separator: ","))"
    case .unknown: "give ids or parts of titles, or skip unknown items with --skip-unknown"
    }
  }
}

extension HistoryError {
  /// Whether a text is several numbers between other separators than commas.
  fileprivate static func areSeveral(_ text: String) -> Bool {
    let parts = parts(text)
    return parts.count > 1 && parts.allSatisfy { UInt64(canonical: String($0)) != nil }
  }

  /// Whether a text is an item, a mark and a number: `10=5`.
  fileprivate static func isPair(_ text: some StringProtocol, _ mark: Character) -> Bool {
    let parts = text.split(separator: mark, omittingEmptySubsequences: false)
    return parts.count == 2 && !parts[0].isEmpty && Float(parts[1]) != nil
  }

  /// Whether a text holds items with values, or some and the item of the next value, between marks: `1:5;2`.
  fileprivate static func arePairs(_ text: String, _ mark: Character) -> Bool {
    let parts = text.split(separator: mark)
    return parts.count > 1 && parts.dropLast().allSatisfy { isPair($0, ":") }
  }

  fileprivate static func parts(_ text: String) -> [Substring] { text.split { "; \t|/\n".contains($0) } }
}

extension HistoryText {
  /// The items of a history.
  ///
  /// - Parameters:
  ///   - text: The text of the option.
  ///   - file: The embeddings, whose model says whether values may be below 0, and what values it has seen.
  ///   - skip: Skips unknown items with a note; otherwise an unknown item is an error.
  ///   - console: Receives the note.
  ///   - find: Returns the item that a text names.
  static func read(
    _ text: String, for file: EmbeddingFile?, skip: Bool, console: Console,
    find: (String) throws(RecommenderError) -> ItemID
  ) throws -> [Interaction] {
    let allowsNegative = file?.objective?.model.allowsNegativeValues ?? false
    let history = try HistoryText(text, allowsNegative: allowsNegative, find: find)
    if let first = history.unknown.first {
      // The error about several matching titles lists them.
      switch first.why {
      case .ambiguousItem where !skip, .unknownNumber where !skip: throw first.why
      default: break
      }
      let names = history.unknown.map(\.text)
      guard skip else { throw HistoryError.unknown(names) }
      console.say(
        "akin: note: skipped unknown items of the history: " + names.map { "'\($0)'" }.joined(separator: ", "))
    }
    if let text = history.decimalComma {
      console.say("akin: note: '\(text)' in the history is two items; a value has a decimal point: ID:4.5")
    }
    if allowsNegative, let scale = file.flatMap({ ValueScale(of: $0.provenance) }) {
      for note in history.notes(scale) { console.say("akin: note: \(note)") }
    }
    return history.known
  }

  /// Sentences on values that are no ratings on a scale, most likely.
  private func notes(_ scale: ValueScale) -> [String] {
    var notes: [String] = []
    if bareCount > 0, scale.low < scale.high {
      let items = Numbers.counted(bareCount, "items")
      notes.append(
        "\(items) of the history without a value \(bareCount == 1 ? "counts" : "count") as rated 1, \(scale.sentence) in the "
          + "training: write ID:VALUE")
    }
    if let one = known.first(where: { scale.isFar(Double($0.value)) }) {
      notes.append(
        "the history has the value \(JSONValue.number(Double(one.value)).text), and \(scale.sentence) are in the training: is this "
          + "another scale?")
    }
    return notes
  }
}
