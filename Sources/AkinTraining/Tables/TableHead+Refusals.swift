import AkinVectors

// First rows of tables that are no rows of a user and an item.

extension TableHead {
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
    let isNamed = (ColumnNames.user + ColumnNames.item + ColumnNames.title).contains(names[0])
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

  /// Refuses a header above rows that all have one column more: the names may belong to other columns.
  func refuseUnnamedColumn() throws(InteractionError) {
    if others.count > 1, others.allSatisfy({ $0.count == first.count + 1 }) {
      let isEmpty = others.allSatisfy { $0.last?.isEmpty ?? false }
      throw error(isEmpty ? .separatorAtEnd(names: first.count) : .unnamedColumn(names: first.count))
    }
  }

  /// Refuses a header of a user and items, above rows of a value or nothing for each item.
  ///
  /// - Parameter user: The column of users, or of items above which the columns are users.
  func refuseItemsAsColumns(user: Int) throws(InteractionError) {
    let others = first.indices.filter { $0 != user }
    guard others.count > 1, others.allSatisfy({ ColumnValues(below($0)).areEmptyOrNumbers }) else { return }
    let isSparse = others.contains { column in below(column).contains("") }
    let names = others.map { ColumnNames.fold(first[$0]) }
    guard isSparse, !names.contains(where: { (ColumnNames.value + ColumnNames.time).contains($0) }) else { return }
    throw error(.itemColumns(user: first[user]))
  }

  /// Refuses rows whose fields hold their names: `user=1,item=10`, or `user:1 item:10`.
  func refuseNamedFields() throws(InteractionError) {
    guard columnCount > 1, !others.isEmpty else { return }
    for mark in ["=", ":"] {
      func name(_ field: String) -> Substring? {
        let parts = field.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, !parts[1].hasPrefix("/") else { return nil }
        return parts[0].allSatisfy({ $0.isLetter || $0 == "_" }) ? parts[0] : nil
      }
      // ClickHouse writes tskv before each row.
      let named = first.indices.dropFirst(first[0] == "tskv" ? 1 : 0)
      let isNamed = named.allSatisfy { column in
        guard let own = name(first[column]) else { return false }
        return below(column).allSatisfy { name($0) == own }
      }
      let names = Set(named.map { name(first[$0]) })
      if isNamed, named.count > 1, names.count == named.count {
        throw error(.namedFields(found: first[named.startIndex], mark: mark))
      }
    }
  }
}
