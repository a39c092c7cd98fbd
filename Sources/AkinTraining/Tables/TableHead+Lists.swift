import AkinVectors

// Rows that hold more than one item, or an item and no user.

extension TableHead {
  /// Refuses a first row of an item alone, `1:`, which the rows below belong to.
  func refuseItemAlone() throws(InteractionError) {
    guard columnCount == 1, first[0].utf8.count > 1, first[0].utf8.last == UInt8(ascii: ":"),
      first[0].utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) })
    else { return }
    let isBetweenTabs = others.first?.contains { $0.contains("\t") } ?? false
    throw error(.itemAlone(found: first[0], separator: isBetweenTabs ? "\t" : ","))
  }

  /// Refuses lines of a user alone, `user 1`, which the rows below belong to.
  func refuseUserAbove() throws(InteractionError) {
    let names = ColumnNames.user + ["u"]
    guard columnCount == 2,
      names.contains(
        ColumnNames.fold(first[0].utf8.last == UInt8(ascii: ":") ? String(first[0].dropLast()) : first[0])),
      FieldKind(first[1]) == .integer
    else { return }
    let rows = others.filter { $0.first != first[0] }
    guard others.count - rows.count > 0, !rows.isEmpty,
      rows.allSatisfy({ $0.first.map { FieldKind($0) == .integer } ?? false })
    else { return }
    throw error(.userAbove(found: first[0], separator: separator))
  }

  /// Refuses rows of a user and several items, as words of one kind: `u1,v10,v11,v12`.
  func refuseItemsInRow() throws(InteractionError) {
    guard columnCount > 2, others.count > 1 else { return }
    let values = first.indices.dropFirst().map { ColumnValues([first[$0]] + below($0)) }
    guard values.allSatisfy({ $0.areWords && $0.areShort }) else { return }
    // Each column has an item of the one before it, and users are others.
    guard zip(values, values.dropFirst()).allSatisfy({ $0.shares(with: $1) }),
      !values.contains(where: { $0.shares(with: ColumnValues([first[0]] + below(0))) })
    else { return }
    throw error(.itemsInRow(found: first[1], next: first[2]))
  }

  /// Refuses rows of items alone, as baskets have them: `milk,bread`, `bread,butter,milk`.
  ///
  /// The first fields are items of other rows then, and no column is one of relations: each has words of another.
  func refuseBaskets() throws(InteractionError) {
    let rows = [first] + others
    guard rows.count > 2, rows.contains(where: { $0.count > 2 }),
      rows.allSatisfy({ row in row.allSatisfy { FieldKind($0) == .word } }),
      !first.contains(where: { ColumnNames.user.contains(ColumnNames.fold($0)) })
    else { return }
    let firsts = Set(rows.map { $0[0] })
    let width = rows.map(\.count).max() ?? 0
    let isRagged = rows.contains { $0.count != width }
    let columns = (0..<width).map { column in Set(rows.compactMap { column < $0.count ? $0[column] : nil }) }
    func shares(_ column: Int) -> Bool {
      columns.indices.contains { $0 != column && !columns[$0].isDisjoint(with: columns[column]) }
    }
    let isBaskets =
      isRagged ? columns.dropFirst().contains { !$0.isDisjoint(with: firsts) } : columns.indices.allSatisfy(shares)
    guard isBaskets,
      let item = rows.map({ $0[0] }).first(where: { field in columns.dropFirst().contains { $0.contains(field) } })
    else { return }
    throw error(.baskets(found: item))
  }

  /// Whether lines of whole numbers look like baskets: every line ascends, its first number included, and the first numbers do not
  /// ascend from line to line, as users do.
  var areAscendingBaskets: Bool {
    let rows = ([first] + others).map { row in row.compactMap { UInt64(canonical: $0) } }
    guard rows.count > 2, zip(rows, [first] + others).allSatisfy({ $0.count == $1.count && $0.count > 0 }),
      rows.contains(where: { $0.count > 2 })
    else { return false }
    let ascend = rows.allSatisfy { row in zip(row, row.dropFirst()).allSatisfy { $0 < $1 } }
    return ascend && !zip(rows, rows.dropFirst()).allSatisfy { $0[0] < $1[0] }
  }
}
