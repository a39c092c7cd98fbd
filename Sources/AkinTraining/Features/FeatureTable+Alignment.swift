import AkinVectors

/// How the rows of a table of features and a column of ids match.
public struct FeatureCoverage: Sendable, Equatable {
  /// Ids that the table has no row for.
  public let withoutFeatures: Int
  /// Rows of the table whose id is not among the ids.
  public let unknown: Int
}

extension FeatureTable {
  /// The features of some ids, one row each, in their order.
  ///
  /// An id without a row in this table gets an empty one, all of whose features are 0; rows of other ids are left out.
  /// ``coverage(of:)`` counts both. `10` is the same id as a number and as a text.
  ///
  /// - Complexity: O(*rows + ids + values*)
  public func aligned(to ids: IDColumn) -> FeatureTable {
    let rowOf = rowsByID
    var offsets = [0]
    var columns: [UInt32] = []
    var values: [Float] = []
    offsets.reserveCapacity(ids.count + 1)
    for target in 0..<ids.count {
      if let row = rowOf[ids[Row(target)].parsed] {
        columns += self.columns[self.offsets[row]..<self.offsets[row + 1]]
        values += self.values[self.offsets[row]..<self.offsets[row + 1]]
      }
      offsets.append(columns.count)
    }
    return FeatureTable(ids: ids, names: names, offsets: offsets, columns: columns, values: values)
  }

  /// For each of some ids whether there is a row of it.
  func knows(_ ids: IDColumn) -> [Bool] {
    let rowOf = rowsByID
    return (0..<ids.count).map { rowOf[ids[Row($0)].parsed] != nil }
  }

  /// How many of some ids have no features here, and how many rows here are of none of them.
  public func coverage(of ids: IDColumn) -> FeatureCoverage {
    let found = knows(ids).count { $0 }
    return FeatureCoverage(withoutFeatures: ids.count - found, unknown: rowCount - found)
  }

  /// The row of each id. It is only asked, never walked through.
  private var rowsByID: [ItemID: Int] {
    var rowOf: [ItemID: Int] = [:]
    rowOf.reserveCapacity(rowCount)
    for row in 0..<rowCount { rowOf[ids[Row(row)].parsed] = row }
    return rowOf
  }

  /// The categories of a catalogue as features `category=…`, sorted.
  public init(catalogue: ItemCatalogue) {
    let (_, categories) = catalogue.columns(for: catalogue.ids)
    self.init(
      ids: catalogue.ids, names: categories.names.map { "category=\($0)" },
      offsets: categories.members.offsets.map { Int($0) }, columns: categories.members.rows,
      values: [Float](repeating: 1, count: categories.members.rows.count))
  }
}

extension ItemID {
  /// The id with a text that spells a number made one: a column of texts has its numbers as texts.
  fileprivate var parsed: ItemID {
    if case .text(let text) = self { ItemID(parsing: text) } else { self }
  }
}

extension Interactions {
  /// The same interactions with users and items of which only features are known: they are cold.
  ///
  /// If either side of a merge has an id that is not a number, all ids of that side become texts. O(pairs + ids).
  ///
  /// - Throws: ``InteractionError`` for an id that a file cannot hold, or too many of them.
  public func including(users: IDColumn? = nil, items: IDColumn? = nil) throws(InteractionError) -> Interactions {
    guard users != nil || items != nil else { return self }
    let (userIDs, userPlaces) =
      try users.map { ids throws(InteractionError) in
        try self.userIDs.merged(with: ids, "user", "users")
      } ?? (self.userIDs, nil)
    let (itemIDs, itemPlaces) =
      try items.map { ids throws(InteractionError) in
        try self.itemIDs.merged(with: ids, "item", "items")
      } ?? (self.itemIDs, nil)
    // Both columns were ascending; when numbers became texts they are not any more, and transposing sorts them.
    let byItem = byUser.moved(rows: userPlaces, count: userIDs.count).transposed(rowCount: self.itemIDs.count)
      .moved(rows: itemPlaces, count: itemIDs.count)
    let byUser = byItem.transposed(rowCount: userIDs.count)
    return Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: byUser, byItem: byUser.transposed(rowCount: itemIDs.count),
      rowsRead: rowsRead, times: times.map { self.times($0, in: byUser, userPlaces, itemPlaces) })
  }

  /// The times of pairs whose rows have moved.
  private func times(
    _ times: [Double], in table: InteractionTable, _ userPlaces: [UInt32]?, _ itemPlaces: [UInt32]?
  ) -> [Double] {
    var moved = [Double](repeating: 0, count: times.count)
    for user in 0..<byUser.rowCount {
      let row = Int(userPlaces?[user] ?? UInt32(user))
      for place in byUser.offsets[user]..<byUser.offsets[user + 1] {
        let item = byUser.others[place]
        if let target = table.place(row: row, other: itemPlaces?[Int(item)] ?? item) { moved[target] = times[place] }
      }
    }
    return moved
  }
}

extension IDColumn {
  /// This column and another one as one ascending column, and where in it each row of this one stands.
  fileprivate func merged(
    with other: IDColumn, _ name: String, _ plural: String
  ) throws(InteractionError) -> (column: IDColumn, places: [UInt32]?) {
    var table = IDTable()
    do throws(IDTable.Refusal) {
      for row in 0..<count { _ = try table.index(of: self[Row(row)]) }
      for row in 0..<other.count { _ = try table.index(of: other[Row(row)]) }
    } catch {
      throw InteractionError(path: plural, error.problem(name, plural))
    }
    let (column, rank) = table.sorted()
    return (column, Array(rank.prefix(count)))
  }
}

extension InteractionTable {
  /// The table with each row at a new place among `count`; `nil` leaves all where they are.
  fileprivate func moved(rows places: [UInt32]?, count: Int) -> InteractionTable {
    guard let places else { return self }
    var offsets = [Int](repeating: 0, count: count + 1)
    for row in 0..<rowCount { offsets[Int(places[row]) + 1] = self.count(ofRow: row) }
    addUp(&offsets)
    var others = [UInt32](repeating: 0, count: self.others.count)
    var values = [Float](repeating: 0, count: self.values.count)
    for row in 0..<rowCount {
      var target = offsets[Int(places[row])]
      for place in self.offsets[row]..<self.offsets[row + 1] {
        others[target] = self.others[place]
        values[target] = self.values[place]
        target += 1
      }
    }
    return InteractionTable(offsets: offsets, others: others, values: values)
  }
}
