import Akin
import AkinInterchange
import AkinSupport
import AkinVectors

/// The options that say which items may be in an answer.
enum FilterOptions {
  static let condition = Option<String?>.optional(
    "where", .text("CONDITION"),
    "Only items that meet a condition on their attributes, such as 'genre = Comedy and year >= 1990 and not brand in (A, B)'"
  )
  static let category = Option<String?>.optional(
    "category", .text("NAME"),
    "Only items of a category: a word of the categories, or else of the first attribute of words named category, categories, "
      + "genre or genres")
  static let allow = Option<String?>.optional(
    "allow", .file,
    "Only these items: text with an id a line, or an .npy of one truth value an item, or of positions, in the order of the "
      + "embeddings")
  static let deny = Option<String?>.optional("deny", .file, "Not these items: a file as for --allow")

  static let all: [any AnyOption] = [condition, category, allow, deny]
  static let group = OptionGroup("Filter", all)

  /// Whether a command line names a filter.
  static func isGiven(_ arguments: Arguments) -> Bool { all.contains { arguments.has($0) } }

  /// The filter as typed, or `nil`.
  static func words(_ arguments: Arguments) -> String? {
    let words = all.compactMap { $0.typed(in: arguments) }
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// Reads the grammar of a condition, before any file is opened.
  ///
  /// - Throws: `FilterError` of kind usage.
  static func check(_ arguments: Arguments) throws(FilterError) {
    if let text = arguments[condition] { _ = try FilterText(text) }
  }

  /// The filter of a command line, or `nil` when it names none; says so when no item passes, or no item has a word.
  ///
  /// - Parameters:
  ///   - items: The ids of the items.
  ///   - attributes: The attributes of the items.
  ///   - console: Where notes go.
  ///   - execution: Cancellation.
  /// - Throws: `FilterError`, `AttributeError`, `VectorFileError` or ``FilterFileError``.
  static func filter(
    _ arguments: Arguments, items: any ItemCatalog, attributes: AttributeTable, _ console: Console,
    _ execution: Execution
  ) throws -> RowFilter? {
    let isQuiet = arguments[Common.quiet]
    var filter: RowFilter?
    func add(_ other: RowFilter) { filter = filter?.and(other) ?? other }
    if let text = arguments[condition] {
      let text = try FilterText(text)
      add(try text.filter(over: attributes).rowFilter)
      if !isQuiet { for word in text.unknownWords(in: attributes) { console.say("akin: note: \(word.sentence)") } }
    }
    if let name = arguments[category] {
      add(try AttributeFilter.category(name, in: attributes).rowFilter)
      if !isQuiet, let word = attributes.unknownCategory(name) { console.say("akin: note: \(word.sentence)") }
    }
    if let path = arguments[allow] { add(.only(try rows(path, items, console, isQuiet, execution))) }
    if let path = arguments[deny] {
      do {
        add(.excluding(try rows(path, items, console, isQuiet, execution)))
      } catch VectorFileError.empty {
        // A list of what is sold out is often empty; one of what is allowed is not.
        if !isQuiet { console.say("akin: note: \(path): the file is empty, and denies no item") }
      }
    }
    if let filter, filter.allowedCount == 0, !isQuiet {
      console.say("akin: note: the filter allows none of \(Numbers.counted(items.itemCount, "items"))")
    }
    return filter
  }

  /// The items that a file names.
  private static func rows(
    _ path: String, _ items: any ItemCatalog, _ console: Console, _ isQuiet: Bool, _ execution: Execution
  ) throws -> RowSet {
    if try RowSetFile.isArray(path: path) {
      let rows = try RowSetFile.read(path: path, count: items.itemCount, execution: execution)
      if !isQuiet, try RowSetFile.holdsPositions(path: path), let note = items.noteOnPositions(rows) {
        console.say("akin: note: \(path): \(note)")
      }
      return rows
    }
    let named = try RowSetFile.read(idsAt: path, count: items.itemCount, execution: execution) { items.row(of: $0) }
    guard let example = named.example else { return named.rows }
    if named.rows.count == 0 { throw FilterFileError.noneKnown(path: path, ids: named.unknown, example: example) }
    if !isQuiet {
      let ids = "\(Numbers.counted(named.unknown, "ids")) \(named.unknown == 1 ? "names" : "name") no item"
      console.say("akin: note: \(path): \(ids), like '\(example)'")
    }
    return named.rows
  }
}

extension ItemCatalog {
  /// A sentence on positions that are ids of items too, and of others than those at these places; `nil` for others.
  fileprivate func noteOnPositions(_ rows: RowSet) -> String? {
    var other: Row?
    for row in (0..<itemCount).lazy.map({ Row($0) }) where rows.contains(row) {
      guard let named = self.row(of: .number(UInt64(row.index))) else { return nil }
      if other == nil, named != row { other = row }
    }
    return other.map {
      "numbers are positions, which count from 0: \($0) is the item '\(id(of: $0))', and all are ids of items, too; ids are read from "
        + "text with one a line"
    }
  }
}

/// A list of ids that names no item.
enum FilterFileError: AkinError, Equatable {
  /// None of the ids is that of an item.
  case noneKnown(path: String, ids: Int, example: ItemID)

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .noneKnown(let path, let ids, let example):
      "\(path): expected ids of items, found none among \(Numbers.counted(ids, "ids")), like '\(example)'"
    }
  }

  var help: String? { "name the items by their ids, one a line, or by an .npy of truth values or positions" }
}

extension FilterText.UnknownWord {
  /// What a person should know.
  fileprivate var sentence: String {
    "no item has '\(word)' as its \(attribute)" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
  }
}

extension AttributeTable {
  /// The category of `--category`, if no item has it.
  fileprivate func unknownCategory(_ name: String) -> FilterText.UnknownWord? {
    guard let position = categoryPosition else { return nil }
    return unknownWord(name, of: position)
  }
}

extension FilterOptions {
  /// The filter of a command line that asks a recommender.
  static func filter(
    _ arguments: Arguments, of recommender: Recommender, _ console: Console
  ) throws -> RowFilter? {
    try filter(
      arguments, items: recommender.catalog, attributes: recommender.attributes, console,
      Execution(cancellation: console.cancellation))
  }
}
