import AkinSupport
import AkinVectors

/// Collects rows and sorts them into ``Interactions``.
///
/// Two stable counting sorts, by item and then by user, sort n rows in O(n + users + items) and keep the file's order within
/// a pair. Peak memory is about 20 bytes per row, plus the ids.
struct InteractionBuilder: ~Copyable {
  var users = IDInterner()
  var items = IDInterner()
  private(set) var rows = RowStore()
  /// One time per row; empty without times.
  private(set) var times: [Double] = []

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - user: The number of the user in ``users``.
  ///   - item: The number of the item in ``items``.
  ///   - value: The value.
  ///   - time: The time, for every row or for none.
  mutating func add(user: UInt32, item: UInt32, value: Float, time: Double? = nil) {
    rows.append(InteractionRow(user: user, item: item, value: value))
    if let time { times.append(time) }
  }

  /// A pair that occurs in two rows: its ids, and the numbers of the rows, counted from 0.
  struct Duplicate: Error {
    let user: ItemID
    let item: ItemID
    let first: Int
    let second: Int
  }

  /// Sorts all rows.
  consuming func build(duplicates: DuplicateRule) throws(Duplicate) -> Interactions {
    let (userIDs, userRank) = users.sorted()
    let (itemIDs, itemRank) = items.sorted()
    let read = rows.count

    var itemOffsets = [Int](repeating: 0, count: itemIDs.count + 1)
    rows.forEach { itemOffsets[Int(itemRank[Int($0.item)]) + 1] += 1 }
    addUp(&itemOffsets)
    var usersOfItems = [UInt32](repeating: 0, count: read)
    var valuesOfItems = [Float](repeating: 0, count: read)
    var next = itemOffsets
    rows.forEach { entry in
      let item = Int(itemRank[Int(entry.item)])
      let place = next[item]
      next[item] = place + 1
      usersOfItems[place] = userRank[Int(entry.user)]
      valuesOfItems[place] = entry.value
    }
    let timesOfItems = duplicates.followsTimes ? timesByItem(itemOffsets, itemRank) : []
    if duplicates != .refuse, times.isEmpty { rows = RowStore() }

    let sorted = InteractionTable(offsets: itemOffsets, others: usersOfItems, values: valuesOfItems)
    let all = sorted.transposed(rowCount: userIDs.count)
    guard let pair = all.firstDuplicate else {
      return Interactions(
        userIDs: userIDs, itemIDs: itemIDs, byUser: all, byItem: all.transposed(rowCount: itemIDs.count),
        rowsRead: read, times: times(of: all, userRank, itemRank))
    }
    if duplicates == .refuse {
      let user = userRank.firstIndex(of: UInt32(pair.row)) ?? 0
      let item = itemRank.firstIndex(of: pair.other) ?? 0
      let places = rows.places(user: UInt32(user), item: UInt32(item))
      throw Duplicate(
        user: users.id(at: user), item: items.id(at: item), first: places.first ?? 0, second: places.last ?? 0)
    }
    let timesOfUsers = timesOfItems.isEmpty ? [] : sorted.placesInTransposed.map { timesOfItems[$0] }
    let joined = all.joiningDuplicates(by: duplicates, times: timesOfUsers)
    return Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: joined, byItem: joined.transposed(rowCount: itemIDs.count),
      rowsRead: read, times: times(of: joined, userRank, itemRank, earliest: duplicates == .first))
  }

  /// The time of each row in the order of the table by items; empty without times.
  private func timesByItem(_ itemOffsets: [Int], _ itemRank: [UInt32]) -> [Double] {
    guard !times.isEmpty else { return [] }
    var next = itemOffsets
    var sorted = [Double](repeating: 0, count: times.count)
    var row = 0
    rows.forEach { entry in
      let item = Int(itemRank[Int(entry.item)])
      sorted[next[item]] = times[row]
      next[item] += 1
      row += 1
    }
    return sorted
  }

  /// The latest time of each pair of a table without duplicates, or the earliest. O(rows × log of a user's pairs).
  private func times(
    of table: InteractionTable, _ userRank: [UInt32], _ itemRank: [UInt32], earliest: Bool = false
  ) -> [Double]? {
    guard !times.isEmpty else { return nil }
    var picked = [Double](repeating: earliest ? .infinity : -.infinity, count: table.others.count)
    var row = 0
    rows.forEach { entry in
      if let place = table.place(row: Int(userRank[Int(entry.user)]), other: itemRank[Int(entry.item)]) {
        picked[place] = earliest ? min(picked[place], times[row]) : max(picked[place], times[row])
      }
      row += 1
    }
    return picked
  }
}

extension InteractionTable {
  /// The first pair that occurs twice in a table of ascending rows.
  fileprivate var firstDuplicate: (row: Int, other: UInt32)? {
    for row in 0..<rowCount {
      var place = offsets[row] + 1
      while place < offsets[row + 1] {
        if others[place] == others[place - 1] { return (row, others[place]) }
        place += 1
      }
    }
    return nil
  }

  /// The table with each pair once.
  ///
  /// - Parameters:
  ///   - rule: Which value a pair keeps.
  ///   - times: The time of each place; empty to take places in their order.
  fileprivate func joiningDuplicates(by rule: DuplicateRule, times: [Double]) -> InteractionTable {
    var newOffsets = [0]
    newOffsets.reserveCapacity(offsets.count)
    var newOthers: [UInt32] = []
    var newValues: [Float] = []
    newOthers.reserveCapacity(others.count)
    newValues.reserveCapacity(others.count)
    for row in 0..<rowCount {
      var place = offsets[row]
      while place < offsets[row + 1] {
        var next = place + 1
        while next < offsets[row + 1], others[next] == others[place] { next += 1 }
        newOthers.append(others[place])
        newValues.append(next == place + 1 ? values[place] : joined(place..<next, by: rule, times: times))
        place = next
      }
      newOffsets.append(newOthers.count)
    }
    return InteractionTable(offsets: newOffsets, others: newOthers, values: newValues)
  }

  /// The value of several places of one pair.
  private func joined(_ places: Range<Int>, by rule: DuplicateRule, times: [Double]) -> Float {
    switch rule {
    case .refuse, .last:
      var best = places.lowerBound
      for place in places where times.isEmpty || times[place] >= times[best] { best = place }
      return values[best]
    case .first:
      var best = places.lowerBound
      for place in places where !times.isEmpty && times[place] < times[best] { best = place }
      return values[best]
    case .sum, .mean:
      // Sums are taken in float64 and in the file's order.
      let sum = places.reduce(0.0) { $0 + Double(values[$1]) }
      let value = rule == .mean ? sum / Double(places.count) : sum
      let largest = Double(Float.greatestFiniteMagnitude)
      return Float(min(max(value, -largest), largest))
    }
  }
}
