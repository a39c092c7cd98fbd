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

  /// Refuses one or two rows of types, units or questions between a header and its data: words above numbers in two columns or more.
  func refuseTypes() throws(InteractionError) {
    for count in 1...2 {
      let (rows, rest) = (others.prefix(count), others.dropFirst(count))
      guard rows.count == count, rest.count >= count else { return }
      let typed = first.indices.filter { column in
        rows.allSatisfy { column < $0.count && FieldKind($0[column]) == .word && !NullWord.isOne($0[column]) }
          && rest.allSatisfy { other in
            let kind = column < other.count ? FieldKind(other[column]) : .empty
            return kind == .integer || kind == .fraction
          }
      }
      guard typed.count > 1 else { continue }
      throw InteractionError(path: path, line: otherLines[0], .types(found: rows[0], count: count))
    }
  }

  /// Refuses a header of known names above rows that all have another separator.
  private func refuseOtherSeparator() throws(InteractionError) {
    guard columnCount > 1, others.count > 1, first.count(where: ColumnNames.isKnown) > 1 else { return }
    for mark in [",", ";", "\t", "|"] where mark != separator {
      // A decimal comma divides what another separator does not.
      let counts = others.map { row in
        row.reduce(0) { $0 + $1.split(separator: mark, omittingEmptySubsequences: false).count - 1 }
      }
      if counts.allSatisfy({ $0 == columnCount - 1 }), others.allSatisfy({ $0.count != columnCount }) {
        throw error(.otherSeparator(header: separator, rows: mark))
      }
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

  /// Refuses a header above rows that all have one column more: the names may belong to other columns.
  func refuseUnnamedColumn() throws(InteractionError) {
    let width = others.first?.count ?? 0
    if others.count > 1, others.allSatisfy({ $0.count == width }) {
      if width + 1 == first.count, first.last?.isEmpty ?? false { throw error(.separatorAfterNames(names: width)) }
      if width > first.count + 1, others.allSatisfy({ $0[first.count...].allSatisfy(\.isEmpty) }) {
        throw error(.separatorAtEnd(names: first.count, count: width - first.count))
      }
    }
    if others.count > 1, others.allSatisfy({ $0.count == first.count + 1 }) {
      let isEmpty = others.allSatisfy { $0.last?.isEmpty ?? false }
      if isEmpty { throw error(.separatorAtEnd(names: first.count)) }
      // data.table writes 1:, 2:, …, and Stata 1., 2., …
      let numbers = below(0).map { $0.last == ":" || $0.last == "." ? String($0.dropLast()) : $0 }
      let counts = zip(numbers, numbers.dropFirst()).allSatisfy { one, two in
        // Numbers that leave some out are those of rows where they begin with 1; else they may be ids in order.
        guard let one = Int(one), let two = Int(two) else { return false }
        return one + 1 == two || one < two && numbers.first == "1"
      }
      throw error(.unnamedColumn(names: first.count, countsBefore: counts ? separator : nil))
    }
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

  /// Refuses a header of a user and items, above rows of a value or nothing for each item.
  ///
  /// - Parameter user: The column of users, or of items above which the columns are users.
  func refuseItemsAsColumns(user: Int) throws(InteractionError) {
    let others = first.indices.filter { $0 != user }
    guard others.count > 1, others.allSatisfy({ ColumnValues(below($0)).areEmptyOrNumbers }) else { return }
    let isSparse =
      others.contains { column in below(column).contains("") } || others.count > 2 && areMostlyZeros(others)
    let names = others.map { ColumnNames.fold(first[$0]) }
    guard isSparse, !names.contains(where: { (ColumnNames.value + ColumnNames.time).contains($0) }) else { return }
    throw error(.itemColumns(user: first[user]))
  }

  /// Refuses a column of users beside columns of items whose names differ by their numbers alone: `user,top1,top2,top3`.
  ///
  /// - Parameter user: The column of users.
  func refuseNumberedItems(user: Int) throws(InteractionError) {
    let others = first.indices.filter { $0 != user }
    let stems = Set(others.map { column in String(first[column].reversed().drop(while: \.isNumber).reversed()) })
    let values = others.map { ColumnValues(below($0)) }
    guard user == 0, others.count > 1, stems.count == 1, others.allSatisfy({ first[$0].last?.isNumber ?? false }),
      zip(values, values.dropFirst()).allSatisfy({ $0.shares(with: $1) }), !values.contains(where: \.areRatings),
      let row = self.others.first, row.count > 2
    else { return }
    throw InteractionError(path: path, line: otherLines[0], .itemsInRow(found: row[others[0]], next: row[others[1]]))
  }

  /// Refuses names of one question and an answer each, as forms write a table of answers: `Rate [Heat]`, `Rate [Alien]`.
  func refuseQuestions() throws(InteractionError) {
    var counts: [Substring: Int] = [:]
    for name in first where name.last == "]" {
      guard let open = name.lastIndex(of: "["), open > name.startIndex else { continue }
      counts[name[..<open], default: 0] += 1
    }
    guard let question = counts.first(where: { $0.value > 1 })?.key else { return }
    let rest = first.indices.filter { !first[$0].hasPrefix(question) }
    let user = rest.first {
      !ColumnValues(below($0)).areDates && !ColumnNames.time.contains(ColumnNames.fold(first[$0]))
    }
    if let user { throw error(.itemColumns(user: first[user], stem: String(question))) }
  }

  /// Whether columns hold whole numbers up to 10 that are not all 0 and 1, a quarter of them zeros: ratings, and 0 for none.
  private func areMostlyZeros(_ columns: [Int]) -> Bool {
    let fields = columns.flatMap { below($0) }
    let numbers = fields.compactMap { UInt64(canonical: $0) }
    return numbers.count == fields.count && (2...10).contains(numbers.max() ?? 0)
      && 4 * numbers.count { $0 == 0 } >= numbers.count
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
