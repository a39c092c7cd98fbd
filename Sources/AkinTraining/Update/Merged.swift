import AkinVectors

/// Old and new interactions in one table, rows by sorted ids, and where everything old stands in it.
struct Merged {
  let interactions: Interactions
  /// The rows of the old users and items.
  let users: [Int]
  let items: [Int]
  /// Users with a new or changed interaction.
  private(set) var changed: [Bool]
  private(set) var report = UpdateReport()

  /// - Parameters:
  ///   - old: A trained model's ids and history.
  ///   - new: What has come since.
  ///   - catalogue: Its items belong to the result too.
  ///   - adding: Whether values of a pair that is in both are added; else the new value stands for the old.
  init(_ old: Embeddings, _ new: Interactions, _ catalogue: ItemCatalogue?, adding: Bool) throws {
    guard let userIDs = old.userIDs, let history = old.history else { throw UpdateError.noHistory }
    var builder = InteractionBuilder()
    func number(_ ids: IDColumn, _ table: inout IDTable) throws(UpdateError) -> [UInt32] {
      do {
        return try (0..<ids.count).map { try table.index(of: ids[Row($0)]) }
      } catch {
        throw .tooManyIDs
      }
    }
    let oldUsers = try number(userIDs, &builder.users)
    let oldItems = try number(old.itemIDs, &builder.items)
    let newUsers = try number(new.userIDs, &builder.users)
    let newItems = try number(new.itemIDs, &builder.items)
    if let catalogue { _ = try number(catalogue.ids, &builder.items) }
    for user in 0..<userIDs.count {
      for place in Int(history.offsets[user])..<Int(history.offsets[user + 1]) {
        builder.add(
          user: oldUsers[user], item: oldItems[Int(history.rows[place])], value: old.historyValues?[place] ?? 1)
      }
    }
    for user in 0..<new.byUser.rowCount {
      for place in new.byUser.offsets[user]..<new.byUser.offsets[user + 1] {
        builder.add(
          user: newUsers[user], item: newItems[Int(new.byUser.others[place])], value: new.byUser.values[place])
      }
    }
    let userRank = builder.users.sorted().rank
    let itemRank = builder.items.sorted().rank
    let all = try builder.build(duplicates: adding ? .sum : .last)
    interactions = all
    users = oldUsers.map { Int(userRank[Int($0)]) }
    items = oldItems.map { Int(itemRank[Int($0)]) }

    changed = [Bool](repeating: false, count: all.byUser.rowCount)
    report.interactions = all.count
    var isOldUser = [Int](repeating: -1, count: all.byUser.rowCount)
    for (row, place) in users.enumerated() { isOldUser[place] = row }
    var hadPairs = [Bool](repeating: false, count: all.byItem.rowCount)
    for item in history.rows { hadPairs[items[Int(item)]] = true }
    for user in 0..<new.byUser.rowCount {
      let row = Int(userRank[Int(newUsers[user])])
      let before = isOldUser[row]
      // The old list of the user, and where its items stand now, are both ascending.
      var place = before < 0 ? 0 : Int(history.offsets[before])
      let end = before < 0 ? 0 : Int(history.offsets[before + 1])
      for pair in new.byUser.offsets[user]..<new.byUser.offsets[user + 1] {
        let item = Int(itemRank[Int(newItems[Int(new.byUser.others[pair])])])
        while place < end, items[Int(history.rows[place])] < item { place += 1 }
        if place < end, items[Int(history.rows[place])] == item {
          let now = all.byUser.place(row: row, other: UInt32(item)).map { all.byUser.values[$0] }
          if now == old.historyValues?[place] ?? 1 { continue }
          report.changedInteractions += 1
        } else {
          report.newInteractions += 1
        }
        changed[row] = true
        if hadPairs[item] { report.unlearned += 1 }
      }
      if before < 0 { report.newUsers += 1 } else if changed[row] { report.changedUsers += 1 }
    }
  }
}
