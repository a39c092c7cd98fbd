extension TableHead {
  /// A sentence on values that are the same in all rows of an item, or of a user, as what describes them is; `nil` for others.
  ///
  /// - Parameters:
  ///   - column: The column of values.
  ///   - shown: Its name or number in the sentence.
  ///   - user: The column of users.
  ///   - item: The column of items.
  ///   - hasHeader: Whether the first row names the columns.
  func description(_ column: Int, shown: String, user: Int?, item: Int?, hasHeader: Bool) -> String? {
    let rows = (hasHeader ? [] : [first]) + others.filter { $0.count == columnCount }
    guard Set(rows.map { $0[column] }).count > 2 else { return nil }
    for (role, owner) in [("an item", item), ("a user", user)] {
      if let owner, TableHead.tells(owner, column, rows) {
        return
          "column \(shown) is the same in all rows of \(role): if it describes \(role.split(separator: " ")[1])s, --value none"
      }
    }
    return nil
  }

  /// Whether rows with the same field of one column always have the same of another: eight rows or more, of three owners.
  private static func tells(_ owner: Int, _ column: Int, _ rows: [[String]]) -> Bool {
    var found: [String: (value: String, recurs: Bool)] = [:]
    var recurring = 0
    for row in rows {
      if let known = found[row[owner]] {
        guard known.value == row[column] else { return false }
        found[row[owner]]?.recurs = true
        recurring += 1
      } else {
        found[row[owner]] = (row[column], false)
      }
    }
    return recurring > 7 && found.values.count(where: \.recurs) > 2
  }
}
