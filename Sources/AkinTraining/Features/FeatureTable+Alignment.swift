import AkinVectors

/// How the rows of a table of features match a column of ids.
public struct FeatureCoverage: Sendable, Equatable {
  /// Ids without a row in the table.
  public let withoutFeatures: Int
  /// Rows of the table with other ids.
  public let unknown: Int
}

extension FeatureTable {
  /// The features of a column of ids: one row per id, in the order of the ids.
  ///
  /// An id without a row gets an empty row, whose features are all 0. Rows of other ids are left out. ``coverage(of:)`` counts
  /// both. `10` is the same id as a number and as a text.
  ///
  /// - Parameter ids: The ids.
  /// - Complexity: O(rows + ids + values).
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

  /// Whether each id has a row.
  func knows(_ ids: IDColumn) -> [Bool] {
    let rowOf = rowsByID
    return (0..<ids.count).map { rowOf[ids[Row($0)].parsed] != nil }
  }

  /// Counts ids without a row, and rows of other ids.
  ///
  /// - Parameter ids: The ids.
  public func coverage(of ids: IDColumn) -> FeatureCoverage {
    let found = knows(ids).count { $0 }
    return FeatureCoverage(withoutFeatures: ids.count - found, unknown: rowCount - found)
  }

  /// The row of each id. Looked up, never iterated: its order reaches no result.
  private var rowsByID: [ItemID: Int] {
    var rowOf: [ItemID: Int] = [:]
    rowOf.reserveCapacity(rowCount)
    for row in 0..<rowCount { rowOf[ids[Row(row)].parsed] = row }
    return rowOf
  }

  /// Turns the categories of a catalogue into features `category=…`, sorted by name.
  ///
  /// - Parameter catalogue: The catalogue.
  public init(catalogue: ItemTable) {
    let categories = catalogue.columns(for: catalogue.ids).categories
    self.init(
      ids: catalogue.ids, names: categories.names.map { "category=\($0)" },
      offsets: categories.members.offsets.map { Int($0) }, columns: categories.members.rows,
      values: [Float](repeating: 1, count: categories.members.rows.count))
  }
}

extension Interactions {
  /// The interactions with further users and items, which have no interactions.
  ///
  /// If a new or an old id of a side is not a number, all ids of that side become texts.
  ///
  /// - Parameters:
  ///   - users: Ids of users, or `nil` for no further users.
  ///   - items: Ids of items, or `nil` for no further items.
  /// - Throws: ``InteractionError`` for an id that a file cannot store, or too many ids.
  /// - Complexity: O(pairs + ids).
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
    // Rows may not ascend any more if numbers became texts; transposing sorts them.
    let byItem = byUser.moved(rows: userPlaces, count: userIDs.count).transposed(rowCount: self.itemIDs.count)
      .moved(rows: itemPlaces, count: itemIDs.count)
    let byUser = byItem.transposed(rowCount: userIDs.count)
    return Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: byUser, byItem: byUser.transposed(rowCount: itemIDs.count),
      rowsRead: rowsRead, times: times.map { self.times($0, in: byUser, userPlaces, itemPlaces) })
  }

  /// The times of pairs with moved rows.
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
  /// This column and another one as one ascending column, and the place of each row of this column in it.
  fileprivate func merged(
    with other: IDColumn, _ name: String, _ plural: String
  ) throws(InteractionError) -> (column: IDColumn, places: [UInt32]?) {
    var table = IDInterner()
    do throws(IDInterner.Refusal) {
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
  /// The table with each row at a new place among `count` rows; unchanged for `nil`.
  fileprivate func moved(rows places: [UInt32]?, count: Int) -> InteractionTable {
    guard let places else { return self }
    var offsets = [Int](repeating: 0, count: count + 1)
    for row in 0..<rowCount { offsets[Int(places[row]) + 1] = self.count(ofRow: row) }
    addUp(&offsets)
    var others = [UInt32](repeating: 0, count: self.others.count)
    var values = [Float](repeating: 0, count: self.values.count)
    var weights = self.weights
    for row in 0..<rowCount {
      var target = offsets[Int(places[row])]
      for place in self.offsets[row]..<self.offsets[row + 1] {
        others[target] = self.others[place]
        values[target] = self.values[place]
        if let all = self.weights { weights?[target] = all[place] }
        target += 1
      }
    }
    return InteractionTable(offsets: offsets, others: others, values: values, weights: weights)
  }
}
