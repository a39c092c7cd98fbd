import AkinVectors

extension Interactions {
  /// The interactions within limits.
  ///
  /// Users and items without any are dropped, and the others are numbered anew in the same order. Values and times stay.
  ///
  /// - Parameter limits: The limits.
  /// - Returns: The interactions, and how many were left out.
  /// - Throws: ``InteractionLimitError``.
  /// - Complexity: O(pairs + users × log users + items × log items).
  public func keeping(
    within limits: InteractionLimits
  ) throws(InteractionLimitError) -> (interactions: Interactions, leftOut: LeftOut) {
    try limits.check()
    var core = Core(byUser, byItem, limits)
    core.peel()
    let before = LeftOut.Counts(users: byUser.activeRows, items: byItem.activeRows, interactions: count)
    let result = keeping(users: core.isKept[0], items: core.isKept[1])
    guard result.count > 0 else {
      throw .nothingKept(users: before.users, items: before.items, interactions: before.interactions)
    }
    let kept = LeftOut.Counts(users: result.userIDs.count, items: result.itemIDs.count, interactions: result.count)
    return (result, LeftOut(before: before, kept: kept, rounds: core.rounds))
  }

  /// The pairs of marked users with marked items, and their ids.
  private func keeping(users: [Bool], items: [Bool]) -> Interactions {
    var places = [UInt32](repeating: 0, count: items.count)
    var next: UInt32 = 0
    for item in items.indices where items[item] {
      places[item] = next
      next += 1
    }
    var offsets = [0]
    var others: [UInt32] = []
    var values: [Float] = []
    var weights = byUser.weights.map { _ in [Float]() }
    var moments: [Double] = []
    for user in users.indices where users[user] {
      for place in byUser.offsets[user]..<byUser.offsets[user + 1] where items[Int(byUser.others[place])] {
        others.append(places[Int(byUser.others[place])])
        values.append(byUser.values[place])
        if let own = byUser.weights { weights?.append(own[place]) }
        if let times { moments.append(times[place]) }
      }
      offsets.append(others.count)
    }
    let table = InteractionTable(offsets: offsets, others: others, values: values, weights: weights)
    var kept = Interactions(
      userIDs: userIDs.keeping(users), itemIDs: itemIDs.keeping(items), byUser: table,
      byItem: table.transposed(rowCount: Int(next)), rowsRead: rowsRead)
    if times != nil { kept.times = moments }
    kept.itemColumn = itemColumn
    return kept
  }
}

/// Users (side 0) and items (side 1) of a table, of which those with too few partners are dropped.
private struct Core {
  private let tables: [InteractionTable]
  private let least: [Int]
  /// How many kept partners each row has.
  private var counts: [[Int]]
  private(set) var isKept: [[Bool]]
  private(set) var rounds = 0

  /// The dense corner, without rows that have no pair in it.
  init(_ byUser: InteractionTable, _ byItem: InteractionTable, _ limits: InteractionLimits) {
    tables = [byUser, byItem]
    least = [limits.minUserCount, limits.minItemCount]
    isKept = [Core.busiest(byUser, limits.topUsers), Core.busiest(byItem, limits.topItems)]
    counts = [[], []]
    for side in 0...1 {
      let (table, partners) = (tables[side], isKept[1 - side])
      counts[side] = (0..<table.rowCount).map { row in
        (table.offsets[row]..<table.offsets[row + 1]).count { partners[Int(table.others[$0])] }
      }
    }
    for side in 0...1 {
      for row in counts[side].indices where counts[side][row] == 0 { isKept[side][row] = false }
    }
  }

  /// Marks the rows with the most pairs, ties by row.
  private static func busiest(_ table: InteractionTable, _ most: Int?) -> [Bool] {
    guard let most, most < table.rowCount else { return [Bool](repeating: true, count: table.rowCount) }
    var kept = [Bool](repeating: false, count: table.rowCount)
    let order = (0..<table.rowCount).sorted { a, b in
      let (x, y) = (table.count(ofRow: a), table.count(ofRow: b))
      return x != y ? x > y : a < b
    }
    for row in order.prefix(most) { kept[row] = true }
    return kept
  }

  /// Drops all rows with too few partners at once, then those that have too few now, and so on.
  mutating func peel() {
    var leaving = [0, 1].map { side in
      counts[side].indices.filter { isKept[side][$0] && counts[side][$0] < least[side] }
    }
    while !leaving[0].isEmpty || !leaving[1].isEmpty {
      // A row that has lost its last pair takes no other with it.
      if (0...1).contains(where: { side in leaving[side].contains { counts[side][$0] > 0 } }) { rounds += 1 }
      for side in 0...1 { for row in leaving[side] { isKept[side][row] = false } }
      var next: [[Int]] = [[], []]
      for side in 0...1 {
        let (table, other) = (tables[side], 1 - side)
        for row in leaving[side] {
          for place in table.offsets[row]..<table.offsets[row + 1] {
            let partner = Int(table.others[place])
            guard isKept[other][partner] else { continue }
            counts[other][partner] -= 1
            // The first pair too few marks the row; more pairs of it may go in this round.
            if counts[other][partner] == least[other] - 1 { next[other].append(partner) }
          }
        }
      }
      leaving = next
    }
  }
}

extension IDColumn {
  /// The ids of marked rows.
  fileprivate func keeping(_ kept: [Bool]) -> IDColumn {
    switch self {
    case .rowNumbers: .numbers(kept.indices.filter { kept[$0] }.map { UInt64($0) })
    case .numbers(let ids): .numbers(zip(ids, kept).filter(\.1).map(\.0))
    case .texts(let ids): .texts(zip(ids, kept).filter(\.1).map(\.0))
    }
  }
}
