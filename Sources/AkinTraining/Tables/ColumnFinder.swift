import AkinVectors

/// Finds columns by the names of the header and by the caller's choices.
struct ColumnFinder {
  let head: TableHead
  let hasHeader: Bool
  private let folded: [String]

  init(_ head: TableHead, hasHeader: Bool) {
    self.head = head
    self.hasHeader = hasHeader
    folded = head.names
  }

  /// The chosen column, counted from 0.
  ///
  /// - Throws: ``InteractionError`` for a number beyond the columns, and for a name that no column or two columns have.
  func column(_ choice: ColumnChoice) throws(InteractionError) -> Int {
    switch choice {
    case .number(let number):
      guard number >= 1, number <= head.columnCount else {
        throw head.error(.tooFewColumns(needed: number, found: head.columnCount))
      }
      return number - 1
    case .name(let name):
      guard hasHeader else { throw head.error(.noHeader(name: name)) }
      let exact = head.first.indices.filter { head.first[$0].utf8.elementsEqual(name.utf8) }
      if exact.count == 1 { return exact[0] }
      guard let column = try column(named: [ColumnNames.fold(name)]) else {
        throw head.error(.missingColumn(name: name, present: head.first))
      }
      return column
    }
  }

  /// The column, counted from 0, with one of these folded names; earlier names are preferred. `nil` without a header.
  ///
  /// - Throws: ``InteractionError/Problem/ambiguousColumn(names:)`` if two columns have the name.
  func column(named names: [String]) throws(InteractionError) -> Int? {
    guard hasHeader else { return nil }
    for name in names {
      let found = folded.indices.filter { folded[$0] == name }
      if found.count > 1 { throw head.error(.ambiguousColumn(names: found.map { head.first[$0] })) }
      if let column = found.first { return column }
    }
    return nil
  }

  /// All columns, counted from 0, with one of these folded names, in the order of the names. None without a header.
  func columns(named names: [String]) -> [Int] {
    hasHeader ? names.flatMap { name in folded.indices.filter { folded[$0] == name } } : []
  }

  /// A column for messages: its name, or its number without a header.
  func shown(_ column: Int) -> String {
    let name = hasHeader ? head.first[column].trimmed : ""
    return name.isEmpty ? "column \(column + 1)" : name.contains(" ") ? "'\(name)'" : name
  }
}

/// One column of a report: the role, the column or none, and how it was found.
struct ColumnUse {
  /// How a column was found.
  enum Way: String { case name = "by name", choice = "as chosen", position = "by position" }

  let role: String
  /// The column as the report shows it, or `nil` for none.
  let column: String?
  let way: Way

  /// The sentence of a report: `ratings.csv: user=userId item=movieId value=rating time=none (by name)`.
  ///
  /// Where columns were found in several ways, each says its own.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - uses: The columns.
  ///   - remarks: What else there is to say.
  static func sentence(_ path: String, _ uses: [ColumnUse], remarks: [String]) -> String {
    let ways = Set(uses.filter { $0.column != nil }.map(\.way.rawValue))
    let parts = uses.map { use in
      "\(use.role)=\(use.column ?? "none")" + (ways.count > 1 && use.column != nil ? " (\(use.way.rawValue))" : "")
    }
    let common = ways.count == 1 ? ways.first : nil
    let notes = [common].compactMap { $0 } + remarks
    return "\(path): \(parts.joined(separator: " "))" + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
  }
}
