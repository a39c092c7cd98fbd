import AkinVectors

extension Interactions {
  /// Creates interactions of users and items that are numbered already, without looking ids up: what
  /// ``init(rows:duplicates:allowsNegativeValues:)`` and `including` create of the same pairs.
  ///
  /// - Parameters:
  ///   - userIDs: The ids of the users, strictly ascending.
  ///   - itemIDs: The ids of the items, strictly ascending.
  ///   - count: The number of pairs.
  ///   - pair: The row of the user, the row of the item and the value of a pair, the rows below the numbers of ids.
  ///   - allowsNegativeValues: Whether values may be below 0.
  /// - Returns: `nil` where a pair occurs twice, which only a rule for duplicates can decide.
  /// - Throws: ``InteractionError`` for a bad value, whose line is the number of the pair, counted from 1.
  package init?(
    userIDs: [UInt64], itemIDs: [UInt64], count: Int, allowsNegativeValues: Bool,
    pair: (_ place: Int) -> (user: UInt32, item: UInt32, value: Float)
  ) throws(InteractionError) {
    let lowest = Interactions.lowestValue(allowsNegative: allowsNegativeValues)
    var offsets = [Int](repeating: 0, count: itemIDs.count + 1)
    for place in 0..<count {
      let (_, item, value) = pair(place)
      guard value.isFinite else {
        throw InteractionError(path: "interactions", line: place + 1, .notFinite(found: "\(value)"))
      }
      guard value >= lowest else {
        throw InteractionError(path: "interactions", line: place + 1, .negative(found: "\(value)"))
      }
      offsets[Int(item) + 1] += 1
    }
    addUp(&offsets)
    var users = [UInt32](repeating: 0, count: count)
    var values = [Float](repeating: 0, count: count)
    var next = offsets
    for place in 0..<count {
      let (user, item, value) = pair(place)
      let target = next[Int(item)]
      next[Int(item)] = target + 1
      users[target] = user
      values[target] = value
    }
    let byUser = InteractionTable(offsets: offsets, others: users, values: values).transposed(rowCount: userIDs.count)
    for row in 0..<byUser.rowCount {
      var place = byUser.offsets[row] + 1
      while place < byUser.offsets[row + 1] {
        if byUser.others[place] == byUser.others[place - 1] { return nil }
        place += 1
      }
    }
    self.init(
      userIDs: .numbers(userIDs), itemIDs: .numbers(itemIDs), byUser: byUser,
      byItem: byUser.transposed(rowCount: itemIDs.count), rowsRead: count)
  }
}
