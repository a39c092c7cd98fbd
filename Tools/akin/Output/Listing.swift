import AkinSupport

/// A table of cells: aligned on a terminal, tab-separated on a pipe, one JSON object a row with `--json`.
struct Listing: Sendable {
  /// One column.
  struct Column: Sendable {
    /// The name in JSON and in the first tab-separated line.
    let key: String
    /// The heading on a terminal.
    let heading: String
    /// Whether the column is cut when the terminal is narrow.
    let isFlexible: Bool
    /// The place of the column among those that a narrow terminal does without, from 1; `nil` for a column that stays.
    let leavesAs: Int?

    /// Creates a column.
    init(_ key: String, _ heading: String? = nil, isFlexible: Bool = false, leavesAs: Int? = nil) {
      self.leavesAs = leavesAs
      self.key = key
      self.heading = heading ?? key
      self.isFlexible = isFlexible
    }
  }

  /// The columns, from the left.
  let columns: [Column]
  /// The rows, each with one cell a column.
  private(set) var rows: [[Cell]] = []

  /// Creates a listing without rows.
  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row.
  mutating func append(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "a row has a cell for each column")
    rows.append(cells)
  }

  /// The aligned table: numbers right-aligned, texts left-aligned. So that lines fit `width`, columns that may leave do, in
  /// their order, and flexible ones are cut.
  func table(width: Int, style: Style) -> String {
    let widest = columns.indices.map { column in
      rows.map { $0[column].shown.terminalWidth }.reduce(columns[column].heading.terminalWidth, max)
    }
    if widest.reduce(0, +) + 2 * (columns.count - 1) > width,
      let first = columns.indices.filter({ columns[$0].leavesAs != nil }).min(by: {
        (columns[$0].leavesAs ?? 0) < (columns[$1].leavesAs ?? 0)
      })
    {
      var narrower = Listing(columns.indices.filter { $0 != first }.map { columns[$0] })
      for row in rows { narrower.append(row.indices.filter { $0 != first }.map { row[$0] }) }
      return narrower.table(width: width, style: style)
    }
    let shown = rows.map { $0.map(\.shown) }
    let isNumeric = columns.indices.map { column in
      rows.contains { $0[column].isNumeric } && !rows.contains { if case .text = $0[column] { true } else { false } }
    }
    var widths = columns.indices.map { column in
      shown.map { $0[column].terminalWidth }.reduce(columns[column].heading.terminalWidth, max)
    }
    for column in columns.indices where columns[column].isFlexible {
      let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
      if excess > 0 { widths[column] = max(8, widths[column] - excess) }
    }
    func line(_ texts: [String]) -> String {
      var out = ""
      for column in columns.indices {
        let text = columns[column].isFlexible ? texts[column].truncated(toWidth: widths[column]) : texts[column]
        out += (column > 0 ? "  " : "") + text.padded(toWidth: widths[column], alignRight: isNumeric[column])
      }
      while out.last == " " { out.removeLast() }
      return out
    }
    let heading = style.bold(line(columns.map(\.heading)))
    return ([heading] + shown.map(line)).map { $0 + "\n" }.joined()
  }

  /// One line of keys, then one line a row, with tab-separated fields.
  var tabSeparated: String {
    let lines = [columns.map(\.key)] + rows.map { $0.map(\.field) }
    return lines.map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// One JSON object a row.
  var objects: [JSONValue] {
    rows.map { row in
      .object(
        Dictionary(
          zip(columns, row).compactMap { column, cell in cell.json.map { (column.key, $0) } },
          uniquingKeysWith: { first, _ in first }))
    }
  }
}

extension Console {
  /// Writes a listing: a table on a terminal, otherwise tab-separated.
  func show(_ listing: Listing) throws(StreamError) {
    if let tableWidth {
      try print(listing.table(width: tableWidth, style: output.style))
    } else {
      try print(listing.tabSeparated)
    }
  }

  /// Writes one JSON value on a line.
  func show(_ value: JSONValue) throws(StreamError) { try print(value.shownText + "\n") }

  /// Writes one object: the only one of a list, or an object that holds them all under a key.
  func showOne(of objects: [JSONValue], as key: String) throws(StreamError) -> ExitCode {
    if objects.count == 1, case .object(var object) = objects[0] {
      object["schema"] = .integer(1)
      try show(.object(object))
    } else {
      try show(.object(["schema": .integer(1), key: .array(objects)]))
    }
    return .done
  }
}

extension JSONValue {
  /// The text for a terminal or a pipe: control characters, which JSON allows beyond the first 32, are escaped, too.
  var shownText: String {
    let text = text
    guard text.unicodeScalars.contains(where: \.isControl) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars {
      guard scalar.isControl else {
        shown.unicodeScalars.append(scalar)
        continue
      }
      // None of them lies beyond four digits.
      let digits = String(scalar.value, radix: 16)
      shown += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
    return shown
  }
}
