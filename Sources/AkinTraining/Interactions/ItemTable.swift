import AkinSupport
import AkinVectors

/// Titles, categories and attributes of items, in the order of a file.
public struct ItemTable: Sendable {
  /// The items' ids, all different.
  public let ids: IDColumn
  /// One title per item; empty for none.
  public let titles: [String]
  /// The categories of each item.
  public let categories: [[String]]
  /// The name of the categories among the attributes of the items.
  public var categoriesName = Categories.usualAttributeName
  /// The further attributes, each of as many items.
  public let attributes: [Attribute]

  /// Creates a catalogue from columns of equal length; other columns trap.
  ///
  /// - Parameters:
  ///   - ids: The items' ids, all different.
  ///   - titles: One title per item; empty for none.
  ///   - categories: The categories of each item.
  ///   - attributes: The further attributes.
  public init(ids: IDColumn, titles: [String], categories: [[String]], attributes: [Attribute] = []) {
    precondition(
      ids.count == titles.count && ids.count == categories.count && attributes.allSatisfy { $0.itemCount == ids.count },
      "the columns have equal length")
    self.ids = ids
    self.titles = titles
    self.categories = categories
    self.attributes = attributes
  }

  /// Reads a CSV or TSV file of items: id, title, and categories separated by `|` (``ItemFormat/categorySeparator``), like
  /// MovieLens `movies.csv`.
  ///
  /// Columns are found by their names in the header; without a header they are the first, second and, of three, the third.
  /// All other columns of a file with a header are attributes; `AttributeReader` has the rule of what they hold.
  ///
  /// - Parameters:
  ///   - path: A file or a pipe.
  ///   - format: The layout.
  ///   - execution: Progress in bytes; notices; cancellation.
  /// - Throws: ``InteractionError``, which names the line, or `Cancelled`.
  public static func read(
    path: String, format: ItemFormat = ItemFormat(), execution: Execution = Execution()
  ) throws -> ItemTable {
    var reader = try RecordReader(path: path, format: format.text)
    let head = try reader.head()
    if let notice = reader.encodingNotice { execution.notice?(notice) }
    try reader.refuseQuotedFields(head)
    let columns = try ItemColumns(head, format: format)
    execution.notice?(columns.notice)
    let columnCount = columns.columnCount
    let (idColumn, titleColumn, categoryColumn) = (columns.id, columns.title, columns.categories)

    var table = IDInterner()
    var lines: [Int] = []
    var titles: [String] = []
    var categories: [[String]] = []
    let separator = format.categorySeparator.text
    var catalogueSpelling = CatalogueSpelling(separator: separator)
    let idPlace = FieldPlace(
      column: idColumn, name: columns.hasHeader ? head.first[idColumn] : nil, separator: head.separator,
      option: "--id-column")
    var cells = columns.attributes.map { FeatureCells(name: $0.name) }
    var more = try reader.next()
    if more, columns.hasHeader { more = try reader.next() }
    while more {
      guard reader.fieldCount == columnCount else { throw reader.ragged(expected: columnCount) }
      let index: UInt32
      do throws(IDInterner.Refusal) {
        // Safe: the field is used before the next record is read.
        index = try unsafe table.index(of: reader[idColumn])
      } catch {
        throw InteractionError(
          InteractionError(path: path, line: reader.line, error.problem("item", "items")), at: idPlace)
      }
      guard Int(index) == titles.count else {
        throw InteractionError(
          path: path, line: reader.line,
          .duplicateItem(
            item: table.id(at: Int(index)), firstLine: lines[Int(index)], areInteractions: columns.areInteractions))
      }
      lines.append(reader.line)
      titles.append(
        try titleColumn.map { column throws(InteractionError) in try reader.validText(column, "title").trimmed } ?? "")
      let names = try categoryColumn.map { column throws(InteractionError) in
        try reader.validText(column, "categories")
      }
      categories.append(names.map { split($0, separator) } ?? [])
      catalogueSpelling.add(title: titles[titles.count - 1], categories: names ?? "")
      catalogueSpelling.add(categories: categories[categories.count - 1])
      // Safe: a field is used before the next record is read.
      for place in cells.indices { unsafe cells[place].append(reader[columns.attributes[place].column]) }
      if titles.count & 0xFFFF == 0 {
        try execution.checkCancellation()
        execution.progress?(
          ProgressEvent(stage: "read items", completed: reader.bytesRead, total: reader.fileSize, unit: "bytes"))
      }
      more = try reader.next()
    }
    guard !titles.isEmpty else { throw InteractionError(path: path, .noRows) }
    let spelling = table.spelling
    if let (id, problem) = spelling.problem("item") {
      throw InteractionError(InteractionError(path: path, line: lines[Int(id)], problem), at: idPlace)
    }
    let beginsLines = idColumn == 0 && !head.isQuoted
    if let note = spelling.note("item", beginsLines: beginsLines) {
      execution.notice?(Notice("\(path): \(note)", isWarning: true))
    }
    for note in catalogueSpelling.notes(hasTitles: titleColumn != nil) {
      execution.notice?(Notice("\(path): \(note)", isWarning: true))
    }
    let attributes = try AttributeReader(path: path, lines: lines, format: format).attributes(&cells, execution)
    var items = ItemTable(ids: table.inOrder, titles: titles, categories: categories, attributes: attributes)
    if let name = columns.categoriesName { items.categoriesName = name }
    return items
  }

  /// The categories of a field.
  private static func split(_ text: String, _ separator: String) -> [String] {
    text == "(no genres listed)" ? [] : ListFields.parts(of: text, separator)
  }

  /// Titles, categories and attributes in the order of another column of ids; items that are not in the table get none.
  ///
  /// - Parameter ids: The ids of the items.
  /// - Complexity: O(items × attributes).
  public func columns(
    for ids: IDColumn
  ) -> (titles: [String], categories: Categories, attributes: [Attribute]) {
    var rowOf: [ItemID: Int] = [:]
    rowOf.reserveCapacity(self.ids.count)
    let asTexts = if case .texts = ids { true } else { false }
    for row in 0..<self.ids.count { rowOf[self.ids[Row(row)].spelled(asText: asTexts)] = row }
    let rows = (0..<ids.count).map { rowOf[ids[Row($0)]] }
    let names = sortedByBytes(Set(rows.flatMap { $0.map { categories[$0] } ?? [] }.map(ByteText.init)))
    var placeOf: [ByteText: UInt32] = [:]
    for (place, name) in names.enumerated() { placeOf[name] = UInt32(place) }
    var offsets: [UInt64] = [0]
    var members: [UInt32] = []
    for row in rows {
      if let row { members += Set(categories[row].map { placeOf[ByteText($0)] ?? 0 }).sorted() }
      offsets.append(UInt64(members.count))
    }
    return (
      rows.map { $0.map { titles[$0] } ?? "" },
      Categories(
        names: names.map(\.text), members: History(offsets: offsets, rows: members), attributeName: categoriesName),
      attributes.map { $0.gathered(rows) }
    )
  }

  private func sortedByBytes(_ texts: Set<ByteText>) -> [ByteText] {
    texts.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
  }
}

/// A text that compares by its UTF-8 bytes.
private struct ByteText: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (a: ByteText, b: ByteText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }
  func hash(into hasher: inout Hasher) { ItemID.text(text).hash(into: &hasher) }
}

extension ItemID {
  /// The id as a column of texts stores it, if `asText`.
  fileprivate func spelled(asText: Bool) -> ItemID {
    if asText, case .number(let number) = self { .text(String(number)) } else { self }
  }
}

extension RecordReader {
  fileprivate func validText(_ column: Int, _ name: String) throws(InteractionError) -> String {
    guard let text = unsafe String(validating: self[column], as: UTF8.self) else {
      throw InteractionError(path: path, line: line, .notUTF8(column: name))
    }
    return text
  }
}

extension Interactions {
  /// The interactions with all items of a catalogue, including items without interactions.
  ///
  /// If an id of either is not a number, all item ids become texts.
  ///
  /// - Parameter catalogue: The items to add.
  /// - Throws: ``InteractionError`` for too many items, or for an id that cannot be stored.
  /// - Complexity: O(pairs + items).
  public func including(_ catalogue: ItemTable) throws(InteractionError) -> Interactions {
    try including(catalogue) { _ in false }
  }

  /// The interactions with the items of a catalogue that are not left out.
  ///
  /// - Parameters:
  ///   - catalogue: The items to add.
  ///   - isLeftOut: Whether an item is not to be added.
  /// - Throws: ``InteractionError`` for too many items, or for an id that cannot be stored.
  package func including(
    _ catalogue: ItemTable, except isLeftOut: (ItemID) -> Bool
  ) throws(InteractionError) -> Interactions {
    var builder = InteractionBuilder()
    // Only ids are merged here. Pairs are unique already, and are renumbered below.
    var known: [UInt32] = []
    known.reserveCapacity(itemIDs.count)
    do throws(IDInterner.Refusal) {
      for row in 0..<itemIDs.count { known.append(try builder.items.index(of: itemIDs[Row(row)])) }
      for row in 0..<catalogue.ids.count where !isLeftOut(catalogue.ids[Row(row)]) {
        _ = try builder.items.index(of: catalogue.ids[Row(row)])
      }
    } catch {
      throw InteractionError(path: "items", error.problem("item", "items"))
    }
    let (merged, rank) = builder.items.sorted()
    let place = known.map { rank[Int($0)] }
    // The items' table with its rows moved, and its transpose.
    var rowAt = [Int](repeating: -1, count: merged.count)
    for (row, target) in place.enumerated() { rowAt[Int(target)] = row }
    var offsets = [0]
    var others: [UInt32] = []
    var values: [Float] = []
    var weights: [Float]? = byItem.weights.map { _ in [] }
    others.reserveCapacity(count)
    values.reserveCapacity(count)
    for row in rowAt {
      if row >= 0 {
        let range = byItem.offsets[row]..<byItem.offsets[row + 1]
        others += byItem.others[range]
        values += byItem.values[range]
        if let all = byItem.weights { weights?.append(contentsOf: all[range]) }
      }
      offsets.append(others.count)
    }
    let items = InteractionTable(offsets: offsets, others: others, values: values, weights: weights)
    return Interactions(
      userIDs: userIDs, itemIDs: merged, byUser: items.transposed(rowCount: userIDs.count), byItem: items,
      rowsRead: rowsRead)
  }
}
