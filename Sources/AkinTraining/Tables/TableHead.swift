import AkinVectors

/// The first rows of a table: what names and values tell of its columns.
struct TableHead {
  let path: String
  /// The line of the first row.
  let line: Int
  /// The fields of the first row.
  let first: [String]
  /// The fields of some rows behind it.
  let others: [[String]]
  /// The line of each of these rows.
  let otherLines: [Int]

  /// The number of columns.
  var columnCount: Int { first.count }

  /// An error at the first row.
  func error(_ problem: InteractionError.Problem) -> InteractionError {
    InteractionError(path: path, line: line, problem)
  }

  /// The fields of a column in the rows behind the first.
  func below(_ column: Int) -> [String] { others.compactMap { column < $0.count ? $0[column] : nil } }

  /// Whether the first row names the columns.
  ///
  /// It does if it holds a name that the caller chose, or known names and no number. Without known names the rows behind
  /// it decide: words above every column of numbers are names. A row like those behind it with one bad field is data.
  ///
  /// - Parameters:
  ///   - rule: The caller's choice.
  ///   - known: The known names, folded.
  ///   - chosen: The names that the caller chose.
  /// - Throws: ``InteractionError`` for a first row of words above rows of words that may be either, and for a comment.
  func hasHeader(
    _ rule: HeaderRule, known: [[String]], chosen: [String] = [], refusesDoubt: Bool = true
  ) throws(InteractionError) -> Bool {
    switch rule {
    case .present: return true
    case .absent: return false
    case .detect: break
    }
    let names = first.map(ColumnNames.fold)
    if chosen.contains(where: { names.contains(ColumnNames.fold($0)) }) { return true }
    let hits = known.count { list in list.contains { names.contains($0) } }
    if let mark = commentMark, hits == 0 || first[0].trimmed == mark { throw error(.comments(mark: mark)) }
    let hasNumber = first.contains { FieldKind($0) != .word && FieldKind($0) != .empty }
    if hits > 1 || (hits == 1 && !hasNumber) { return true }
    if hasNumber || others.isEmpty { return false }
    let numeric = first.indices.filter { isNumeric($0) }
    if numeric.isEmpty { return try !isDataOfWords(refusesDoubt) }
    if numeric.contains(where: { isBadValue(first[$0]) }) || first.indices.contains(where: { stands($0) }) {
      return false
    }
    guard first.indices.contains(where: { recurs($0) }) else { return true }
    // Words with digits above words, and a word above numbers: `Item(s),Item 1`, or `guest,A12`.
    if refusesDoubt { throw error(.headerOrData(found: first)) }
    return false
  }

  /// Refuses a first row that is neither a header nor data like the rows behind it: a title above the header, or the header of
  /// a table with a column for each item.
  func refuseOtherFirstRows() throws(InteractionError) {
    if columnCount == 1, let mark = commentMark { throw error(.comments(mark: mark)) }
    if columnCount == 1, FieldKind(first[0]) == .integer, let count = others.first?.count, count > 1,
      others.allSatisfy({ $0.count == count })
    {
      throw error(.numberAbove(found: first[0]))
    }
    let names = first.map(ColumnNames.fold)
    let isNamed = (ColumnNames.user + ColumnNames.item).contains(names[0])
    if columnCount > 2, isNamed || names[0].isEmpty, first.dropFirst().allSatisfy({ FieldKind($0) == .integer }),
      Set(first).count == columnCount, others.contains(where: { FieldKind($0[0]) == .word }) || isNamed
    {
      throw error(.itemColumns(user: first[0]))
    }
    let roles = [ColumnNames.user, ColumnNames.item, ColumnNames.value, ColumnNames.time]
    func hits(_ row: [String]) -> Int {
      let names = row.map(ColumnNames.fold)
      return roles.count { role in role.contains { names.contains($0) } }
    }
    guard hits(first) == 0 || first.count == 1 else { return }
    for (row, line) in zip(others, otherLines).prefix(20) where hits(row) > 1 {
      // Behind rows of data, the header is that of a joined file.
      if row.contains(where: { FieldKind($0) == .integer || FieldKind($0) == .fraction }) { continue }
      let above = [first] + others.prefix(while: { $0 != row })
      if above.contains(where: { $0.count == row.count && !$0.contains("") }) { return }
      throw InteractionError(path: path, line: line, .headerBelow(names: row))
    }
  }

  /// Refuses a first row of an item alone, `1:`, which the rows below belong to.
  func refuseItemAlone() throws(InteractionError) {
    guard columnCount == 1, first[0].utf8.count > 1, first[0].utf8.last == UInt8(ascii: ":"),
      first[0].utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) })
    else { return }
    let isBetweenTabs = others.first?.contains { $0.contains("\t") } ?? false
    throw error(.itemAlone(found: first[0], separator: isBetweenTabs ? "\t" : ","))
  }

  /// Refuses a header above rows that all have one column more: the names may belong to other columns.
  func refuseUnnamedColumn() throws(InteractionError) {
    if others.count > 1, others.allSatisfy({ $0.count == first.count + 1 }) {
      throw error(.unnamedColumn(names: first.count))
    }
  }

  /// The character with which the first row begins as a comment does, and not all others do.
  private var commentMark: String? {
    guard let mark = first.first?.trimmed.first, mark == "#" || mark == "%" else { return nil }
    return others.allSatisfy { $0.first?.trimmed.first == mark } && !others.isEmpty ? nil : String(mark)
  }

  /// Whether most fields of a column behind the first row are numbers or times.
  private func isNumeric(_ column: Int) -> Bool {
    let kinds = below(column).map { FieldKind($0) }.filter { $0 != .empty }
    return !kinds.isEmpty && 2 * kinds.count { $0 != .word } > kinds.count
  }

  /// Whether a field above a column of numbers is a bad value of it and no name.
  private func isBadValue(_ field: String) -> Bool {
    if NullWord.isOne(field) { return true }
    guard field.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return false }
    // "is_bought1" names a column; "3,5", "$5" and "~4" are bad numbers.
    return field.trimmed.unicodeScalars.first.map { !$0.properties.isAlphabetic && $0 != "_" } ?? true
  }

  /// Whether the first field of a column of words stands in another row too.
  private func stands(_ column: Int) -> Bool {
    !first[column].isEmpty && !isNumeric(column) && below(column).contains(first[column])
  }

  /// Whether the first field of a column stands in another row too, or holds digits.
  private func recurs(_ column: Int) -> Bool {
    stands(column) || !isNumeric(column) && first[column].utf8.contains { (0x30...0x39).contains($0) }
  }

  /// Whether a first row of words above rows of words is data.
  private func isDataOfWords(_ refusesDoubt: Bool) throws(InteractionError) -> Bool {
    if !refusesDoubt || first.count < 2 || others.isEmpty || first.indices.contains(where: { recurs($0) }) {
      return true
    }
    throw error(.headerOrData(found: first))
  }
}
