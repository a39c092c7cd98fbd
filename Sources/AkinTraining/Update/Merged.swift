import AkinVectors

/// Old and new interactions in one table, with rows by sorted ids, and the rows of everything old in it.
struct Merged {
  /// All interactions.
  let interactions: Interactions
  /// The row of each old user, and of each old item.
  let users: [Int]
  let items: [Int]
  /// Whether each user has a new or changed interaction.
  private(set) var changed: [Bool]
  /// The counts of users and interactions.
  private(set) var report = UpdateReport()

  /// Merges.
  ///
  /// - Parameters:
  ///   - old: Ids and history of a trained model.
  ///   - new: The interactions since.
  ///   - catalogue: Items that the result has too, or `nil`.
  ///   - adding: Whether the values of a pair in both are added; else the new value replaces the old one.
  /// - Throws: ``UpdateError``.
  init(_ old: Embeddings, _ new: Interactions, _ catalogue: ItemTable?, adding: Bool) throws {
    let history = try OldHistory(old)
    var builder = InteractionBuilder()
    let numbers = try MergedNumbers(history, new, catalogue, in: &builder)
    history.forEachPair { user, item, value in
      builder.add(user: numbers.oldUsers[user], item: numbers.oldItems[item], value: value)
    }
    for user in 0..<new.byUser.rowCount {
      for place in new.byUser.offsets[user]..<new.byUser.offsets[user + 1] {
        builder.add(
          user: numbers.newUsers[user], item: numbers.newItems[Int(new.byUser.others[place])],
          value: new.byUser.values[place])
      }
    }
    let (userRank, itemRank) = (builder.users.sorted().rank, builder.items.sorted().rank)
    let joined = try builder.build(duplicates: adding ? .sum : .last)
    users = numbers.oldUsers.map { Int(userRank[Int($0)]) }
    items = numbers.oldItems.map { Int(itemRank[Int($0)]) }
    interactions = Merged.weighed(
      joined, old.historyWeights, history, users, items, new, numbers.newUsers.map { Int(userRank[Int($0)]) },
      numbers.newItems.map { Int(itemRank[Int($0)]) })
    changed = [Bool](repeating: false, count: interactions.byUser.rowCount)
    report.interactions = interactions.count
    compare(
      new, with: history, old.historyWeights, users: numbers.newUsers.map { Int(userRank[Int($0)]) },
      items: numbers.newItems.map { Int(itemRank[Int($0)]) })
  }

  /// The joined interactions with the weights of old and new ones; a pair in both has the new weight.
  private static func weighed(
    _ joined: Interactions, _ oldWeights: [Float]?, _ history: OldHistory, _ users: [Int], _ items: [Int],
    _ new: Interactions, _ newUsers: [Int], _ newItems: [Int]
  ) -> Interactions {
    guard oldWeights != nil || new.byUser.weights != nil else { return joined }
    let table = joined.byUser
    var weights = [Float](repeating: 1, count: table.others.count)
    for user in 0..<users.count {
      for pair in history.range(user) {
        if let place = table.place(row: users[user], other: UInt32(items[Int(history.pairs.rows[pair])])) {
          weights[place] = oldWeights?[pair] ?? 1
        }
      }
    }
    for user in 0..<newUsers.count {
      for pair in new.byUser.offsets[user]..<new.byUser.offsets[user + 1] {
        if let place = table.place(row: newUsers[user], other: UInt32(newItems[Int(new.byUser.others[pair])])) {
          weights[place] = new.byUser.weights?[pair] ?? 1
        }
      }
    }
    let weighed = InteractionTable(offsets: table.offsets, others: table.others, values: table.values, weights: weights)
    return Interactions(
      userIDs: joined.userIDs, itemIDs: joined.itemIDs, byUser: weighed,
      byItem: weighed.transposed(rowCount: joined.itemIDs.count), rowsRead: joined.rowsRead)
  }

  /// Finds new and changed pairs.
  ///
  /// - Parameters:
  ///   - new: The new interactions.
  ///   - history: The old interactions.
  ///   - oldWeights: Their weights as they are now, or `nil`.
  ///   - newUsers: The row of each user of `new`.
  ///   - newItems: The row of each item of `new`.
  private mutating func compare(
    _ new: Interactions, with history: OldHistory, _ oldWeights: [Float]?, users newUsers: [Int], items newItems: [Int]
  ) {
    var oldUserOfRow = [Int?](repeating: nil, count: interactions.byUser.rowCount)
    for (user, row) in users.enumerated() { oldUserOfRow[row] = user }
    var hadPairs = [Bool](repeating: false, count: interactions.byItem.rowCount)
    for item in history.pairs.rows { hadPairs[items[Int(item)]] = true }
    for user in 0..<new.byUser.rowCount {
      let row = newUsers[user]
      var rest = oldUserOfRow[row].map { history.range($0) } ?? 0..<0
      for pair in new.byUser.offsets[user]..<new.byUser.offsets[user + 1] {
        let item = newItems[Int(new.byUser.others[pair])]
        // The new pairs of the user and the rows of the old ones both ascend.
        while let place = rest.first, items[Int(history.pairs.rows[place])] < item { rest.removeFirst() }
        if let place = rest.first, items[Int(history.pairs.rows[place])] == item {
          let found = interactions.byUser.place(row: row, other: UInt32(item))
          let value = found.map { interactions.byUser.values[$0] }
          let weight = found.flatMap { interactions.byUser.weights?[$0] } ?? 1
          // A weight that has aged in two steps differs by roundings from one that aged in one.
          let was = oldWeights?[place] ?? 1
          if value == history.value(place), (weight - was).magnitude <= 1e-5 * was { continue }
          report.changedInteractions += 1
        } else {
          report.newInteractions += 1
        }
        changed[row] = true
        if hadPairs[item] { report.unlearned += 1 }
      }
      if oldUserOfRow[row] == nil { report.newUsers += 1 } else if changed[row] { report.changedUsers += 1 }
    }
  }
}

/// The interactions that trained embeddings hold.
private struct OldHistory {
  let userIDs: IDColumn
  let itemIDs: IDColumn
  let pairs: History
  private let values: [Float]?

  /// - Throws: ``UpdateError/noHistory``.
  init(_ old: Embeddings) throws(UpdateError) {
    guard let userIDs = old.userIDs, let history = old.history else { throw .noHistory }
    self.userIDs = userIDs
    itemIDs = old.itemIDs
    pairs = history
    values = old.historyValues
  }

  /// The places of a user's pairs.
  func range(_ user: Int) -> Range<Int> { Int(pairs.offsets[user])..<Int(pairs.offsets[user + 1]) }

  /// The value of the pair at a place; 1 if no values are stored.
  func value(_ place: Int) -> Float { values?[place] ?? 1 }

  func forEachPair(_ body: (_ user: Int, _ item: Int, _ value: Float) -> Void) {
    for user in 0..<userIDs.count {
      for place in range(user) { body(user, Int(pairs.rows[place]), value(place)) }
    }
  }
}

/// The numbers that an ``InteractionBuilder`` gave to old and new ids.
private struct MergedNumbers {
  let oldUsers: [UInt32]
  let oldItems: [UInt32]
  let newUsers: [UInt32]
  let newItems: [UInt32]

  /// - Throws: ``UpdateError/tooManyIDs``.
  init(
    _ old: OldHistory, _ new: Interactions, _ catalogue: ItemTable?, in builder: inout InteractionBuilder
  ) throws(UpdateError) {
    oldUsers = try MergedNumbers.numbers(old.userIDs, &builder.users)
    oldItems = try MergedNumbers.numbers(old.itemIDs, &builder.items)
    newUsers = try MergedNumbers.numbers(new.userIDs, &builder.users)
    newItems = try MergedNumbers.numbers(new.itemIDs, &builder.items)
    if let catalogue { _ = try MergedNumbers.numbers(catalogue.ids, &builder.items) }
  }

  private static func numbers(_ ids: IDColumn, _ interner: inout IDInterner) throws(UpdateError) -> [UInt32] {
    do {
      return try (0..<ids.count).map { try interner.index(of: ids[Row($0)]) }
    } catch {
      throw .tooManyIDs
    }
  }
}
