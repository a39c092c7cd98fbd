import AkinSupport
import AkinVectors

/// The layout of a catalogue.
public struct ItemFormat: Sendable, Equatable {
  /// Separator, quotes and encoding.
  public var text = TextFormat()
  /// Whether the first row names the columns.
  public var header = HeaderRule.detect
  /// The column of ids; `nil` takes a known name (`itemId`, `asin`, …), without a header the first column.
  public var id: ColumnChoice?
  /// The column of titles; `nil` takes a known name (`title`, `name`, …), without a header the second column.
  public var title: ColumnChoice?
  /// The column of categories; `nil` takes a known name (`genres`, …), without a header the third column of three.
  public var categories: ColumnChoice?
  /// Separator of the categories of a field.
  public var categorySeparator = FieldSeparator.pipe
  /// The columns that are kept as attributes; `nil` keeps all beside id, title and categories. Without a header columns have no
  /// names, and none is kept.
  public var attributes: [ColumnChoice]?
  /// What attributes of these names must hold, whatever their fields look like; others are found by their fields.
  public var attributeKinds: [String: AttributeKind] = [:]
  /// A further name of the column of ids, which is tried first: that of the item column of the interactions.
  public var itemColumn: String?

  /// Creates the default layout.
  public init() {}
}

/// The columns of id, title and categories in a catalogue.
struct ItemColumns {
  let columnCount: Int
  let hasHeader: Bool
  let id: Int
  let title: Int?
  let categories: Int?
  /// The columns of attributes, by position, with different names.
  let attributes: [(column: Int, name: String)]
  /// The name of the column of categories, or `nil` without a header.
  let categoriesName: String?
  /// Whether the header names users, and values or times, as files of interactions do.
  let areInteractions: Bool
  /// What the caller should know.
  let notice: Notice

  /// Attributes that a file can hold beside the categories.
  private static let attributeLimit = 1_023

  init(_ head: TableHead, format: ItemFormat) throws(InteractionError) {
    columnCount = head.columnCount
    if head.columnCount == 1, let mark = head.commentMark { throw head.error(.comments(mark: mark)) }
    guard head.columnCount >= 2 else { throw head.error(.tooFewColumns(needed: 2, found: head.columnCount)) }
    let ids = (format.itemColumn.map { [ColumnNames.fold($0)] } ?? []) + ColumnNames.catalogue
    let choices = [format.id, format.title, format.categories]
    hasHeader = try head.hasHeader(
      format.header, known: [ids, ColumnNames.title, ColumnNames.categories],
      chosen: choices.compactMap { if case .name(let name) = $0 { name } else { nil } }, refusesDoubt: false)
    if hasHeader { try head.refuseUnnamedColumn() }
    let names = Set(head.first.map(ColumnNames.fold))
    areInteractions =
      hasHeader && !names.isDisjoint(with: ColumnNames.user)
      && !names.isDisjoint(with: ColumnNames.value + ColumnNames.time)
    let finder = ColumnFinder(head, hasHeader: hasHeader)
    func find(_ choice: ColumnChoice?, _ names: [String]) throws(InteractionError) -> (Int, ColumnUse.Way)? {
      if let choice { return (try finder.column(choice), .choice) }
      return try finder.column(named: names).map { ($0, .name) }
    }
    var id = try find(format.id, ids)
    var title = try find(format.title, ColumnNames.title)
    var categories = try find(format.categories, ColumnNames.categories)
    var remarks: [String] = []
    var isUnusual = false
    if hasHeader {
      if id == nil { throw head.error(.unknownColumn(role: "id", present: head.first)) }
    } else {
      let isUsual = id == nil && title == nil && categories == nil
      id = id ?? head.first.indices.first { $0 != title?.0 && $0 != categories?.0 }.map { ($0, .position) }
      if isUsual { title = (1, .position) }
      // A column of years before the titles.
      func hasWords(_ column: Int) -> Bool { !ColumnValues([head.first[column]] + head.below(column)).areNumbers }
      if isUsual, !hasWords(1), let words = head.first.indices.dropFirst(2).first(where: hasWords) {
        title = (words, .position)
        remarks.append("column 2 holds numbers")
        isUnusual = true
      } else if isUsual, head.columnCount == 3, head.haveCategoriesBeforeTitles {
        (title, categories) = ((2, .position), (1, .position))
        remarks.append("fields of column 2 recur, and those of column 3 do not")
        isUnusual = true
      } else if isUsual, head.columnCount == 3 {
        let values = ColumnValues([head.first[2]] + head.below(2))
        if !values.areDates, !values.areNumbers { categories = (2, .position) }
      }
      // Whole numbers beside words need no word to those who want few; a first row of words may be a header.
      isUnusual = isUnusual || head.columnCount != 3 || !head.first.contains { FieldKind($0) == .integer }
      let left = head.first.indices.filter { column in ![id?.0, title?.0, categories?.0].contains { $0 == column } }
      if !left.isEmpty {
        let places = left.prefix(4).map { String($0 + 1) }.joined(separator: ", ") + (left.count > 4 ? ", …" : "")
        remarks.append(
          "left out: column\(left.count == 1 ? "" : "s") \(places); with a header such columns are attributes")
        isUnusual = true
      }
      remarks += ["no header; line \(head.line) is data: \(InteractionColumns.shown(head.first))"]
    }
    guard let id else { throw head.error(.unknownColumn(role: "id", present: head.first)) }
    self.id = id.0
    self.title = title?.0
    self.categories = categories?.0
    var attributes: [(column: Int, name: String)] = []
    if hasHeader {
      var seen: Set<String> = []
      let roles = Set([id.0, title?.0, categories?.0].compactMap { $0 })
      var columns = head.first.indices.filter { !roles.contains($0) }
      if let chosen = format.attributes {
        columns = []
        for choice in chosen { columns.append(try finder.column(choice)) }
        columns = Set(columns).subtracting(roles).sorted()
      }
      if columns.count > ItemColumns.attributeLimit {
        remarks.append("of \(columns.count) attributes the first \(ItemColumns.attributeLimit) are kept")
        isUnusual = true
      }
      for column in columns.prefix(ItemColumns.attributeLimit) {
        let name = ColumnNames.shown(head.first[column])
        if name.isEmpty { continue }
        if name.utf8.count <= VectorLimits.idBytes, seen.insert(name).inserted {
          attributes.append((column, name))
        } else {
          remarks.append("a column '\(name.prefix(40))' is left out, as its name is taken or too long")
          isUnusual = true
        }
      }
    }
    if hasHeader, let name = head.first.first(where: { name in [",", ";", "\t"].contains { name.contains($0) } }) {
      remarks.append("the name '\(name.prefix(40))' holds another separator")
      isUnusual = true
    }
    self.attributes = attributes
    categoriesName = hasHeader ? categories.map { ColumnNames.shown(head.first[$0.0]) } : nil
    let uses = [("id", id), ("title", title), ("categories", categories)].map { role, use in
      ColumnUse(role: role, column: use.map { finder.shown($0.0) }, way: use?.1 ?? .name)
    }
    notice = Notice(ColumnUse.sentence(head.path, uses, remarks: remarks), isWarning: isUnusual)
  }
}

extension TableHead {
  /// Whether the second of three columns holds lists, or few different words, and the third another text in each row, of four rows or
  /// more: categories before titles.
  fileprivate var haveCategoriesBeforeTitles: Bool {
    let columns = (1...2).map { [first[$0]] + below($0) }
    let counts = columns.map { Set($0).count }
    guard counts[1] > 3, counts[1] == columns[1].count, !ColumnValues(columns[1]).areNumbers else { return false }
    return 2 * counts[0] <= columns[0].count || counts[0] < columns[0].count && columns[0].contains { $0.contains("|") }
  }
}
