import AkinVectors

// First rows of tables that are no rows of a user and an item.

extension TableHead {
  /// Refuses a first row that is neither a header nor data like the rows behind it: a title above the header, or the header of
  /// a table with a column for each item.
  func refuseOtherFirstRows() throws(InteractionError) {
    if columnCount == 1, let mark = commentMark { throw error(.comments(mark: mark)) }
    if columnCount == 1, FieldKind(first[0]) == .integer, let count = others.first?.count, count > 1,
      others.allSatisfy({ $0.count == count })
    {
      throw error(.numberAbove(found: first[0]))
    }
    // A first row with another separator is a header, and so is one of names between spaces or colons.
    if columnCount == 1, !first[0].contains(where: { ",;|\t".contains($0) }), others.count > 1,
      !first[0].split(whereSeparator: { $0 == " " || $0 == ":" }).contains(where: { ColumnNames.isKnown(String($0)) }),
      let count = others.first?.count, count > 1,
      others.allSatisfy({ $0.count == count && !$0.contains(where: ColumnNames.isKnown) })
    {
      throw error(.lineAbove(found: first[0]))
    }
    let names = first.map(ColumnNames.fold)
    let isNamed = (ColumnNames.user + ColumnNames.item + ColumnNames.title).contains(names[0])
    if columnCount > 2, isNamed || first[0].trimmed.isEmpty,
      first.dropFirst().allSatisfy({ FieldKind($0) == .integer }),
      Set(first).count == columnCount, others.contains(where: { FieldKind($0[0]) == .word }) || isNamed
    {
      throw error(.itemColumns(user: first[0]))
    }
    if let below = others.first, columnCount > 2, below.count == columnCount, first[0].trimmed.isEmpty,
      !first[1].trimmed.isEmpty, Set(first.dropFirst()).count == 1, Set(below.dropFirst()).count == columnCount - 1
    {
      throw error(.twoHeaders(name: first[1]))
    }
    try refuseOtherSeparator()
    let roles = [ColumnNames.user, ColumnNames.item, ColumnNames.value, ColumnNames.time]
    func hits(_ row: [String]) -> Int {
      let names = row.map(ColumnNames.fold)
      return roles.count { role in role.contains { names.contains($0) } }
    }
    guard hits(first) == 0 || first.count == 1 else { return }
    for (row, line) in zip(others, otherLines).prefix(20) where hits(row) > 1 {
      // Behind rows of data, the header is that of a joined file.
      if row.contains(where: { FieldKind($0) == .integer || FieldKind($0) == .fraction }) { continue }
      let above = [first] + others.prefix(while: { $0 != row })
      if above.contains(where: { $0.count == row.count && !$0.contains("") }) { return }
      throw InteractionError(path: path, line: line, .headerBelow(names: row))
    }
  }

  /// Refuses lines of a user and pairs of items and values: `u1 i1:5 i2:4`, or `u1<tab>i1:5,i2:4`. Pairs of numbers are features.
  func refusePairLists() throws(InteractionError) {
    try refuseBracketedPairs()
    guard first.dropFirst().contains(where: { $0.utf8.contains(UInt8(ascii: ":")) }) else { return }
    // Groups of answers to one question, `2 qid:1 1:3 2:0.5`, are features.
    if columnCount > 2, first[1].hasPrefix("qid:"), others.allSatisfy({ $0.count > 1 && $0[1].hasPrefix("qid:") }) {
      throw error(.featurePairs(found: first[2], count: columnCount - 2))
    }
    let rows = ([first] + others).map { row in row.dropFirst().flatMap { $0.split { ",; ".contains($0) } } }
    guard rows.count > 1, rows.contains(where: { $0.count > 1 }), columnCount > 1 else { return }
    let arePairs = rows.allSatisfy { row in
      !row.isEmpty
        && row.allSatisfy { pair in
          let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
          let kind = parts.count == 2 ? FieldKind(String(parts[1])) : .empty
          // Numbers before numbers are features, unless they stand in a field of their own behind a tab.
          let isItem = FieldKind(String(parts[0])) == .word || separator == "\t" && columnCount == 2
          return (kind == .integer || kind == .fraction) && isItem
        }
    }
    guard arePairs else { return }
    // Numbers of features behind a label, of -1 or 0, and 1.
    let areLabels = ([first] + others).allSatisfy { ["-1", "0", "1", "+1"].contains($0[0]) }
    let haveNumbers = rows.allSatisfy { $0.allSatisfy { FieldKind(String($0.prefix { $0 != ":" })) == .integer } }
    if areLabels, haveNumbers { throw error(.featurePairs(found: String(rows[0][0]), count: rows[0].count)) }
    throw error(.pairLists(found: String(rows[0][0])))
  }

  /// Refuses lines of a user, a tab, and pairs in brackets: `1<tab>[10:4.5,11:3.2]`, as Mahout recommends items.
  private func refuseBracketedPairs() throws(InteractionError) {
    let lines = ([first] + others).map { $0.joined(separator: separator) }
    let lists = lines.map { line -> Substring? in
      guard let open = line.firstRange(of: "\t["), line.last == "]" else { return nil }
      return line[open.upperBound...].dropLast()
    }
    let pairs = lists.map { list in list?.split(separator: ",").map { $0.split(separator: ":") } ?? [] }
    guard lines.count > 1, pairs.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.count == 2 && Double($0[1]) != nil } })
    else { return }
    throw error(.pairLists(found: pairs[0][0].joined(separator: ":")))
  }

  /// The usual separator that all rows hold, where another is chosen.
  var usualSeparator: Character? {
    ",;\t|".first { mark in ([first] + others).allSatisfy { $0.first?.contains(mark) ?? false } }
  }

  /// What may separate the fields of rows that seem to have one: the first character that all rows hold equally often, two rows or more.
  var likelySeparator: Character? {
    guard columnCount == 1, !others.isEmpty else { return nil }
    return TableHead.rareSeparators.first { mark in
      // Fields stand on both sides.
      func count(_ row: [String]) -> Int? {
        row.count == 1 && row[0].first != mark && row[0].last != mark ? row[0].count { $0 == mark } : nil
      }
      guard let wanted = count(first), wanted > 0 else { return false }
      return others.allSatisfy { count($0) == wanted }
    }
  }

  private static let rareSeparators: [Character] = [
    "\u{B}", "\u{A0}", "\u{3000}", "\u{FF0C}", "\u{FF1B}", "\u{3001}", "\u{60C}", "\u{61B}", "\u{2192}", "/", ":", "=",
    "&", "#", "@",
    "*", "!", "\u{B7}", "_", "-",
  ]

  /// Refuses fields in quotes behind a space, in all columns but the first: the quotes enclose nothing then.
  func refuseSpacedQuotes() throws(InteractionError) {
    guard columnCount > 1, let row = others.first, first.dropFirst().allSatisfy({ $0.hasPrefix(" ") }),
      others.allSatisfy({ $0.count > 1 && $0.dropFirst().allSatisfy { $0.hasPrefix(" \"") && $0.hasSuffix("\"") } })
    else { return }
    throw InteractionError(path: path, line: otherLines[0], .spacedQuotes(found: row[1]))
  }

  /// Refuses two columns between commas of which the second holds one or two digits, and the first three parts or more that end with a
  /// number: decimal commas behind another separator, `1 10 4,5`. Dates and versions have other marks, and names no digits before a space.
  func refuseDecimalCommas() throws(InteractionError) {
    let rows = [first] + others
    guard separator == ",", rows.count > 1,
      rows.allSatisfy({
        $0.count == 2 && (1...2).contains($0[1].utf8.count) && $0[1].utf8.allSatisfy { (0x30...0x39).contains($0) }
      })
    else { return }
    let marks: [Character] = [" ", "~", "^", ";", "|", "#", "$", "@", "!", "*", "\u{1}", "\u{1F}"]
    let mark = marks.first { mark in
      let parts = rows.map { $0[0].split(separator: mark) }
      return parts.allSatisfy { one in
        one.count > 2 && one.count == parts[0].count && (mark != " " || one[0].contains(where: \.isNumber))
          && one.last.flatMap { UInt8($0) }.map { $0 <= 100 } ?? false
      }
    }
    if let mark { throw error(.decimalCommas(found: first.joined(separator: ","), mark: String(mark))) }
  }

  /// Refuses rows behind the name of their file, or their number in it, as grep shows them: `ratings.csv:12:1,10,5`, `12:1,10,5`.
  func refuseFoundLines() throws(InteractionError) {
    let colon = UInt8(ascii: ":")
    guard !others.isEmpty, first[0].utf8.contains(colon) else { return }
    let fields = [first[0]] + others.compactMap(\.first)
    let parts = fields.map { $0.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false) }
    func isFile(_ name: Substring) -> Bool {
      ["csv", "tsv", "txt", "dat", "data", "tab", "psv", "inter", "log", "part"].contains { name.hasSuffix("." + $0) }
    }
    func ascend(_ numbers: [Int?]) -> Bool {
      zip(numbers, numbers.dropFirst()).allSatisfy { one, two in one.flatMap { one in two.map { one < $0 } } ?? false }
    }
    if parts.allSatisfy({ $0.count > 1 && isFile($0[0]) && !$0[1].isEmpty }) {
      let areNumbered = parts.allSatisfy { $0.count > 2 && Int($0[1]) != nil && !$0[2].isEmpty }
      throw error(.foundLines(found: first[0], prefix: areNumbered ? "[^:]*:[0-9]+:" : "[^:]*:"))
    }
    let rests = parts.map { $0.count == 2 ? $0[1] : "" }
    // 9:05 is a time of day, and two rows of pairs of numbers show nothing.
    func isMinute(_ text: Substring) -> Bool { text.count == 2 && Int(text).map { $0 < 60 } ?? false }
    guard columnCount > 1, parts.allSatisfy({ $0.count == 2 && UInt64(canonical: String($0[0])) != nil }),
      ascend(parts.map { Int($0[0]) }), rests.allSatisfy({ !$0.isEmpty && !isMinute($0) }),
      rests.contains(where: { Int($0) == nil }) || fields.count > 2
    else { return }
    throw error(.foundLines(found: first[0], prefix: "[0-9]+:"))
  }

  /// Refuses rows whose fields hold their names: `user=1,item=10`, `user:1 item:10`, or `user=1&item=10`.
  func refuseNamedFields() throws(InteractionError) {
    if columnCount == 1, first[0].split(separator: "&").count > 1,
      first[0].split(separator: "&").allSatisfy({ part in part.firstIndex(of: "=").map { $0 > part.startIndex } ?? false
      })
    {
      throw error(.namedFields(found: first[0], mark: "=", separator: "&"))
    }
    guard columnCount > 1, !others.isEmpty else { return }
    for mark in ["=", ":"] {
      func name(_ field: String) -> Substring? {
        let parts = field.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, !parts[1].hasPrefix("/") else { return nil }
        return parts[0].allSatisfy({ $0.isLetter || $0 == "_" }) ? parts[0] : nil
      }
      // ClickHouse writes tskv before each row.
      let named = first.indices.dropFirst(first[0] == "tskv" ? 1 : 0)
      let isNamed = named.allSatisfy { column in
        guard let own = name(first[column]) else { return false }
        return below(column).allSatisfy { name($0) == own }
      }
      let names = Set(named.map { name(first[$0]) })
      if isNamed, named.count > 1, names.count == named.count {
        throw error(.namedFields(found: first[named.startIndex], mark: mark))
      }
      // Lines of a log hold more than fields: `user=1 item=10 msg="viewed it"`.
      let known = named.filter { column in
        guard let own = name(first[column]) else { return false }
        return (ColumnNames.user + ColumnNames.item).contains(ColumnNames.fold(String(own)))
          && below(column).allSatisfy { name($0) == own }
      }
      if known.count > 1 { throw error(.namedFields(found: first[known[0]], mark: mark)) }
    }
  }
}
