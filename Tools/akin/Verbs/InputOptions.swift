import AkinSupport
import AkinTraining
import AkinVectors

/// The options for text files: interactions, catalogues and features.
enum InputOptions {
  static let items = Option<String?>.optional(
    "items", .stream,
    "Titles, categories and attributes: CSV or TSV of item, title, categories, and any other columns")
  static let userColumn = column("user", "users", "a known name like userId; without a header the first ids")
  static let itemColumn = column("item", "items", "a known name like movieId; without a header the next ids")
  static let valueColumn = column(
    "value", "values; without one, every value is 1", "a known name like rating; without a header 3, if it holds values"
  )
  static let timeColumn = column("time", "times", "a known name like timestamp; without a header one that holds times")
  static let value = Option(
    "value", .choice("WHICH", [("column", false), ("none", true)]), default: false,
    "Values: those of the column, or none, so that every value is 1")
  static let header = Option(
    "header", .choice("WHEN", [("auto", HeaderRule.detect), ("yes", .present), ("no", .absent)]),
    default: .detect, "Whether the first row names the columns")
  static let delimiter = Option<FieldSeparator?>.optional(
    "delimiter", .separator,
    "Field separator; in other text files than the interactions an unusual one is looked for, too",
    default: "detected from the first rows")
  static let layout = Option(
    "layout", .choice("LAYOUT", InteractionFormat.Layout.allCases.map { ($0.rawValue, $0) }), default: .rows,
    "One interaction a line, or lists: a user and all items of this user, as LightGCN has them")
  static let quote = Option<FieldQuoting?>.optional(
    "quote", .choice("RULE", FieldQuoting.allCases.map { ($0.rawValue, $0) }),
    "Double quotes: belong to the text, or enclose fields, which may then go over several lines",
    default: "enclose fields of one line, but not between tabs, spaces or ::")
  static let encoding = Option(
    "encoding", .choice("NAME", TextEncoding.allCases.map { ($0.rawValue, $0) }), default: .utf8,
    "Encoding of text files")
  static let decimal = Option(
    "decimal", .choice("MARK", DecimalMark.allCases.map { ($0.rawValue, $0) }), default: .point,
    "Decimal mark of numbers in text files")
  static let duplicates = Option(
    "duplicates", .choice("RULE", DuplicateRule.allCases.map { ($0.rawValue, $0) }), default: .refuse,
    "Rule for a pair of user and item in several rows; first and last go by the column of times, if there is one")
  static let idColumn = Option<ColumnChoice?>.optional(
    "id-column", .column, "Column of ids of --items", default: "a known name like movieId or id; without a header 1")
  static let titleColumn = Option<ColumnChoice?>.optional(
    "title-column", .column, "Column of titles of --items", default: "a known name like title; without a header 2")
  static let categoryColumn = Option<ColumnChoice?>.optional(
    "category-column", .column, "Column of categories of --items",
    default: "a known name like genres; without a header 3 of 3")
  static let categorySeparator = Option<FieldSeparator?>.optional(
    "category-separator", .separator, "Separator of an item's categories", default: "pipe")
  static let attributeColumns = Option<[ColumnChoice]>(
    "attribute-columns", .columns, default: [],
    "Columns of --items to keep as attributes of the items, for filters; none keeps none", described: "all others")

  private static func column(_ role: String, _ content: String, _ usual: String) -> Option<ColumnChoice?> {
    .optional("\(role)-column", .column, "Column of \(content)", default: usual)
  }

  /// The options of interactions.
  static let ofInteractions: [any AnyOption] = [
    userColumn, itemColumn, valueColumn, timeColumn, value, header, delimiter, layout, quote, encoding, decimal,
    duplicates,
  ]
  /// The options of any text file, where there are no interactions.
  static let ofText: [any AnyOption] = [delimiter, quote, encoding, decimal]
  /// The options of a catalogue, and its file.
  static let ofItems: [any AnyOption] = [
    items, idColumn, titleColumn, categoryColumn, categorySeparator, attributeColumns,
  ]

  /// The format of all text files, whose separators are detected: the usual ones, and that of the command line.
  static func text(_ arguments: Arguments) -> TextFormat {
    func given<Value>(_ option: Option<Value>, else usual: Value) -> Value {
      arguments.has(option) ? arguments[option] : usual
    }
    var format = TextFormat(
      quoting: given(quote, else: nil), encoding: given(encoding, else: .utf8),
      decimalMark: given(decimal, else: .point))
    if let separator = given(delimiter, else: nil), !separator.isUsual { format.otherSeparator = separator }
    return format
  }

  /// The columns to keep as attributes; `nil` for all.
  static func chosenAttributes(_ arguments: Arguments) -> [ColumnChoice]? {
    guard arguments.has(attributeColumns) else { return nil }
    let chosen = arguments[attributeColumns]
    return chosen == [.name("none")] ? [] : chosen
  }

  /// The format of the interactions.
  ///
  /// - Throws: `UsageError` for columns of lists, and for a column of values where there are none.
  static func interactions(_ arguments: Arguments) throws(UsageError) -> InteractionFormat {
    var format = InteractionFormat()
    format.text = text(arguments)
    format.text.separator = arguments[delimiter]
    format.layout = arguments[layout]
    if format.layout == .lists {
      for option in [userColumn, itemColumn, valueColumn, timeColumn] where arguments.has(option) {
        throw arguments.error(.conflict(option.spelling, "--layout lists"))
      }
    }
    format.header = arguments[header]
    format.user = arguments[userColumn]
    format.item = arguments[itemColumn]
    format.ignoresValues = arguments[value] || arguments[valueColumn] == .name("none")
    if arguments[value], arguments.has(valueColumn) {
      throw arguments.error(.conflict(valueColumn.spelling, "--value none"))
    }
    format.value = format.ignoresValues ? nil : arguments[valueColumn]
    format.ignoresTimes = arguments[timeColumn] == .name("none")
    format.time = format.ignoresTimes ? nil : arguments[timeColumn]
    format.duplicates = arguments[duplicates]
    return format
  }

  /// Reads the catalogue that a command line names.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - interactions: The interactions that the catalogue belongs to.
  ///   - known: The ids that the catalogue must meet.
  ///   - attributes: What attributes of these names must hold.
  ///   - execution: Progress; notices; cancellation.
  /// - Throws: `InteractionError` for a catalogue without any of these ids.
  static func catalogue(
    _ arguments: Arguments, for interactions: Interactions, attributes: [Attribute] = [], execution: Execution
  ) throws -> ItemTable? {
    guard let path = arguments[items] else { return nil }
    var format = ItemFormat()
    format.text = text(arguments)
    format.id = arguments[idColumn]
    format.title = arguments[titleColumn]
    format.categories = arguments[categoryColumn]
    format.categorySeparator = arguments[categorySeparator] ?? .pipe
    format.itemColumn = interactions.itemColumn
    format.attributes = chosenAttributes(arguments)
    format.attributeKinds = Dictionary(
      attributes.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
    return try ItemTable.read(path: path, format: format, execution: execution)
  }
}

extension Execution {
  /// Notes that a side file shares few ids with another.
  ///
  /// - Throws: `InteractionError` if it shares none.
  func note(_ meeting: Meeting, of path: String) throws {
    if let warning = try meeting.warning(path) { notice?(Notice(warning, isWarning: true)) }
  }

  /// Notes that equal times leave it to item ids which interactions are a user's last, where that is so for one user in twenty.
  func note(ties: (tied: Int, of: Int), of path: String) {
    guard ties.tied > 0, ties.tied * 20 >= ties.of else { return }
    let some = "\(Numbers.grouped(ties.tied)) of \(Numbers.counted(ties.of, "users"))"
    notice?(
      Notice(
        "\(path): the last interactions in time of \(some) are not decided: others have the same time, and the order of item "
          + "ids says which are held out", isWarning: true))
  }
}

extension Reading where Value == FieldSeparator {
  private static let names: [(name: String, value: FieldSeparator)] = [
    ("comma", .comma), ("tab", .tab), ("space", .space), ("pipe", .pipe), ("semicolon", .semicolon),
    ("double-colon", .doubleColon),
  ]

  /// A field separator: a word, or the characters themselves.
  static let separator = Reading(
    placeholder: "NAME", expected: "\(names.map(\.name).joined(separator: ", ")), or the characters themselves",
    completion: .words(names.map(\.name)),
    show: { separator in names.first { $0.value == separator }?.name ?? separator.text },
    read: { text in
      if let known = names.first(where: { $0.name == text }) { return known.value }
      if text == "\\t" { return .tab }
      // Letters and digits are words that were mistyped.
      let isPlain = text.utf8.allSatisfy { $0 < 0x80 } && text.contains { !$0.isLetter && !$0.isNumber }
      return FieldSeparator.isUsable(text) && isPlain ? FieldSeparator(text) : nil
    })
}

extension Reading where Value == ColumnChoice {
  /// A column of a table.
  static let column = Reading(
    placeholder: "COLUMN", expected: "the name of a column, or its number from 1",
    show: { choice in
      switch choice {
      case .name(let name): name
      case .number(let number): String(number)
      }
    },
    read: { text in
      if text.isEmpty { return nil }
      if let number = Int(text) { return number > 0 ? .number(number) : nil }
      return .name(text)
    })
}
