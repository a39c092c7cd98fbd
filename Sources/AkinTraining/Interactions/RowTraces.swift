import AkinVectors

// Traces of accidents in rows that each look right.

extension InteractionBuilder {
  /// The first row of a user and an item, which are no numbers, in some usual case of letters; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - user: The user, as the file has it.
  ///   - item: The item.
  mutating func row(user: String, item: String) -> Int? {
    let cases = [
      (user, item), (user.lowercased(), item.lowercased()), (user.uppercased(), item.uppercased()),
      (user.capital, item.capital),
    ]
    for (user, item) in cases { if let row = exactRow(user: user, item: item) { return row } }
    return nil
  }

  /// The first row of a user and an item as they are spelled.
  private mutating func exactRow(user: String, item: String) -> Int? {
    // Numbers as names of columns may be ids, too.
    guard UInt64(canonical: user) == nil, UInt64(canonical: item) == nil, users.contains(user), items.contains(item),
      let user = try? users.index(of: ItemID(parsing: user)), let item = try? items.index(of: ItemID(parsing: item))
    else { return nil }
    return rows.first { $0.user == user && $0.item == item }
  }
}

extension InteractionBuilder {
  /// A row of names of columns, of a user and an item that stand in no other row: the header of another table; `nil` for none.
  ///
  /// One of them names ids of users or items, and stands among ids that all hold digits.
  var rowOfNames: (row: Int, names: [String])? {
    func named(_ table: borrowing IDInterner) -> [UInt32: String] {
      // Most ids hold digits, and are longer than names.
      let names = table.texts { bytes in
        bytes.count < 24 && bytes.allSatisfy { $0 > 0x39 || $0 == 0x20 || $0 == 0x2D }
      }
      .filter { ColumnNames.isKnown($0.text) }
      return Dictionary(names.map { ($0.index, $0.text) }) { first, _ in first }
    }
    let users = named(users)
    if users.isEmpty { return nil }
    let items = named(items)
    if items.isEmpty { return nil }
    var (ofUsers, ofItems) = ([UInt32: Int](), [UInt32: Int]())
    var found: [(row: Int, user: UInt32, item: UInt32)] = []
    var row = 0
    rows.forEach { entry in
      if users[entry.user] != nil { ofUsers[entry.user, default: 0] += 1 }
      if items[entry.item] != nil { ofItems[entry.item, default: 0] += 1 }
      if users[entry.user] != nil, items[entry.item] != nil { found.append((row, entry.user, entry.item)) }
      row += 1
    }
    guard rows.count > 1, let one = found.first(where: { ofUsers[$0.user] == 1 && ofItems[$0.item] == 1 }) else {
      return nil
    }
    // Among words, a known name may be one of them.
    func isAlone(_ table: borrowing IDInterner, _ name: String?) -> Bool {
      guard let name, ColumnNames.isID(name) else { return false }
      return table.texts { bytes in !bytes.contains { (0x30...0x39).contains($0) } }.count == 1
    }
    guard isAlone(self.users, users[one.user]) || isAlone(self.items, items[one.item]) else { return nil }
    return (one.row, [users[one.user] ?? "", items[one.item] ?? ""])
  }
}

extension String {
  /// The text with a capital first letter.
  fileprivate var capital: String { prefix(1).uppercased() + dropFirst() }
}

extension InteractionBuilder {
  /// A sentence on lists whose users most likely are the first items of baskets; `nil` for others.
  ///
  /// - Parameter head: The first lines.
  func basketNote(_ head: TableHead) -> String? {
    let names = users.texts.map(\.text)
    let shared = names.count { items.contains($0) }
    let isShared = !names.isEmpty && names.count == users.count && 2 * shared > names.count
    guard isShared || head.areAscendingBaskets else { return nil }
    return
      (isShared
      ? "\(shared) of \(names.count) users are items of other lines, too"
      : "the first number of every line is the smallest, as in baskets")
      + ": if lines hold items alone, number them before: awk '{print NR\",\"$0}', between spaces awk '{print NR,$0}'"
  }
}

extension RowStore {
  /// A sentence on values that stand for no rating in known data sets; `nil` without such values.
  ///
  /// These are -1 where it is the only value below 0, and others are above 1 (MyAnimeList), 99 among values from -10 to 10
  /// (Jester), 255 among values from 0 to 100 (Yahoo! Music), and 0 among ratings from 0.5 or 1 to 3 to 10 (Book-Crossing,
  /// Goodreads).
  var missingValues: String? {
    var (below, above, far, zeros, others) = (0, 0, 0, 0, 0)
    var (low, high) = (Float.infinity, -Float.infinity)
    forEach { row in
      switch row.value {
      case -1: below += 1
      case 99: above += 1
      case 255: far += 1
      case 0: zeros += 1
      default:
        others += 1
        low = min(low, row.value)
        high = max(high, row.value)
      }
    }
    if others == 0 { return nil }
    func note(_ count: Int, _ value: String) -> String {
      "\(count) of \(self.count) values are \(value), all others from \(low) to \(high): if it stands for no rating, leave these "
        + "rows out"
    }
    let isScale = low >= 0.5 && (3...10).contains(high)
    if zeros > 0, isScale, below + above + far == 0 { return note(zeros, "0") }
    if zeros > 0 { (low, high) = (min(low, 0), max(high, 0)) }
    if above > 0, far == 0, low >= -10, high <= 10 { return note(above, "99") }
    if far > 0, below == 0, low >= 0, high <= 100 { return note(far, "255") }
    return below > 0 && low >= 0 && high > 1 && above == 0 && far == 0 ? note(below, "-1") : nil
  }
}
