import AkinVectors

extension Split {
  /// Creates a split from parts in files of their own, like `u1.base` and `u1.test`.
  ///
  /// - Parameters:
  ///   - train: The training pairs.
  ///   - known: The fold-in pairs of users that training does not see, or `nil`.
  ///   - test: The held-out pairs.
  /// - Throws: ``SplitError/shared(user:item:)`` if a pair is in two of them, or ``InteractionError``.
  /// - Complexity: O(pairs × log pairs).
  public init(train: Interactions, known: Interactions? = nil, test: Interactions) throws {
    let given: [(Interactions, Part)] = [(train, .train), (test, .test)] + (known.map { [($0, .known)] } ?? [])
    // All parts go into one table, so that ids are merged as in a single file.
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    var places: [(part: Part, value: Float, time: Double)] = []
    for (interactions, part) in given {
      interactions.forEachPair { user, item, value, time in
        rows.append((user, item, Float(0)))
        places.append((part, value, time))
      }
    }
    let whole: Interactions
    do {
      whole = try Interactions(rows: rows)
    } catch {
      if case .duplicatePair(let user, let item, _) = error.problem {
        throw SplitError.shared(user: user.description, item: item.description)
      }
      throw error
    }
    // Part and value of each pair, in the order of the merged table.
    var parts = [Part](repeating: .unused, count: whole.count)
    var values = [Float](repeating: 0, count: whole.count)
    // Times of test pairs decide nothing here.
    var times: [Double]?
    if train.times != nil, known.map({ $0.times != nil }) ?? true { times = Array(repeating: 0, count: whole.count) }
    let userRow = whole.userIDs.rowsByID
    let itemRow = whole.itemIDs.rowsByID
    for (index, row) in rows.enumerated() {
      guard let user = userRow[row.user.inColumn(whole.userIDs)], let item = itemRow[row.item.inColumn(whole.itemIDs)],
        let place = whole.byUser.place(row: user, other: UInt32(item))
      else { preconditionFailure("the table holds the rows that it was made from") }
      parts[place] = places[index].part
      values[place] = places[index].value
      times?[place] = places[index].time
    }
    let table = InteractionTable(offsets: whole.byUser.offsets, others: whole.byUser.others, values: values)
    self.init(
      of: Interactions(
        userIDs: whole.userIDs, itemIDs: whole.itemIDs, byUser: table,
        byItem: table.transposed(rowCount: whole.itemIDs.count), rowsRead: whole.rowsRead, times: times), parts: parts)
  }
}

extension Interactions {
  fileprivate func forEachPair(_ body: (UserID, ItemID, Float, _ time: Double) -> Void) {
    for user in 0..<byUser.rowCount {
      let id = userIDs[Row(user)]
      for place in byUser.offsets[user]..<byUser.offsets[user + 1] {
        body(id, itemIDs[Row(byUser.others[place])], byUser.values[place], times?[place] ?? 0)
      }
    }
  }
}

extension IDColumn {
  fileprivate var rowsByID: [ItemID: Int] {
    Dictionary(uniqueKeysWithValues: (0..<count).map { (self[Row($0)], $0) })
  }
}

extension ItemID {
  /// The id as the column stores it: as a text in a column of texts.
  fileprivate func inColumn(_ column: IDColumn) -> ItemID {
    if case .texts = column { .text(description) } else { self }
  }
}
