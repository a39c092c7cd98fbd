import Akin
import AkinSupport

/// A history as a person types it: `1:5,260,Heat (1995):4.5`, items with commas between and, after a colon, a value.
///
/// An item is an id or, as for `related`, a title or a part of one title; a title may hold commas and colons itself: what
/// stands between two commas is an item when something has that name, else more of it is taken.
struct HistoryText {
  /// The items that were found, in the order of the text.
  let known: [Interaction]
  /// What names no item, and why.
  let unknown: [(text: String, why: RecommenderError)]

  /// The most pieces between commas that one title is made of.
  private static let pieces = 5

  /// - Parameter find: The item that a text means.
  init(_ text: String, find: (String) throws(RecommenderError) -> ItemID) throws(HistoryError) {
    var known: [Interaction] = []
    var unknown: [(text: String, why: RecommenderError)] = []
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let isEmpty = parts.allSatisfy { $0.allSatisfy(\.isWhitespace) } && parts.count == 1
    var start = 0
    while start < parts.count, !isEmpty {
      guard parts[start].contains(where: { !$0.isWhitespace }) else { throw .emptyPiece(number: start + 1) }
      var trouble: (text: String, why: RecommenderError)?
      var end = start + 1
      var found: Interaction?
      while found == nil, end <= min(parts.count, start + HistoryText.pieces) {
        let piece = HistoryText.trimmed(parts[start..<end].joined(separator: ","))
        let (name, value) = try HistoryText.split(piece)
        do throws(RecommenderError) {
          found = Interaction(try find(name), value: value ?? 1)
        } catch {
          // A colon and a number may also be the end of a title.
          if value != nil, let item = try? find(piece) {
            found = Interaction(item)
          } else if trouble == nil {
            trouble = (name, error)
          }
        }
        end += 1
      }
      if let found {
        known.append(found)
        start = end - 1
      } else {
        if let trouble { unknown.append(trouble) }
        start += 1
      }
    }
    self.known = known
    self.unknown = unknown
  }

  /// The name, and the value after its last colon when that is a number.
  private static func split(_ piece: String) throws(HistoryError) -> (name: String, value: Float?) {
    guard let colon = piece.lastIndex(of: ":") else { return (piece, nil) }
    let name = trimmed(String(piece[..<colon]))
    let after = trimmed(String(piece[piece.index(after: colon)...]))
    if after.isEmpty { throw .noValue(item: name) }
    guard let number = Float(after) else { return (piece, nil) }
    guard number.isFinite, number >= 0 else { throw .badValue(item: name, found: after) }
    return (name, number)
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    var end = start.endIndex
    while end > start.startIndex, start[start.index(before: end)].isWhitespace { end = start.index(before: end) }
    return String(start[..<end])
  }
}

/// A history that cannot be read, or names what is not there.
enum HistoryError: AkinError, Equatable {
  case emptyPiece(number: Int)
  case noValue(item: String)
  case badValue(item: String, found: String)
  case unknown([String])

  var kind: TroubleKind {
    switch self {
    case .emptyPiece, .noValue, .badValue: .usage
    case .unknown: .badInput
    }
  }

  var description: String {
    switch self {
    case .emptyPiece(let number): "the history has nothing as its item \(number); expected an id or a title"
    case .noValue(let item): "the history has '\(item):' without a value; expected a number after the colon"
    case .badValue(let item, let found):
      "the history gives '\(item)' the value '\(found)'; expected a finite number of at least 0"
    case .unknown(let texts):
      "the history names \(texts.count == 1 ? "an item" : "\(texts.count) items") that the file does not have: "
        + texts.prefix(10).map { "'\($0)'" }.joined(separator: ", ") + (texts.count > 10 ? ", …" : "")
    }
  }

  var help: String? {
    switch self {
    case .emptyPiece, .noValue, .badValue: "write it as ID:VALUE,ID:VALUE; a value left out is 1"
    case .unknown: "give ids or parts of titles, or leave such items out with --skip-unknown"
    }
  }
}

extension HistoryText {
  /// All items of the text.
  ///
  /// - Parameter skip: Leaves unknown items out, with a note, where it is an error else.
  static func read(
    _ text: String, skip: Bool, console: Console, find: (String) throws(RecommenderError) -> ItemID
  ) throws -> [Interaction] {
    let history = try HistoryText(text, find: find)
    if let first = history.unknown.first {
      // Several titles fit: the list of them is the better answer.
      if case .ambiguousItem = first.why, !skip { throw first.why }
      let names = history.unknown.map(\.text)
      guard skip else { throw HistoryError.unknown(names) }
      console.say(
        "akin: note: left out of the history, for no item fits: " + names.map { "'\($0)'" }.joined(separator: ", "))
    }
    return history.known
  }
}
