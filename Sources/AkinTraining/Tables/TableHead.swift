import AkinVectors

/// The first rows of a table: what names and values tell of its columns.
struct TableHead {
  let path: String
  /// The line of the first row.
  let line: Int
  /// The fields of the first row.
  let first: [String]
  /// The fields of some rows behind it.
  let others: [[String]]
  /// The line of each of these rows.
  let otherLines: [Int]
  /// What separates the fields.
  let separator: String
  /// Whether the first field of the first row stands in quotes.
  var isQuoted = false

  /// The names of the first row, folded, without the name of a table that all have before a point: `ratings.user_id`, as Hive
  /// writes them.
  var names: [String] {
    let parts = first.map { name -> (table: Substring, name: Substring)? in
      guard let point = name.lastIndex(of: "."), point > name.startIndex else { return nil }
      return (name[..<point], name[name.index(after: point)...])
    }
    guard columnCount > 1, let table = parts[0]?.table, parts.allSatisfy({ $0?.table == table }) else {
      return first.map(ColumnNames.fold)
    }
    return parts.map { ColumnNames.fold(String($0?.name ?? "")) }
  }

  /// The number of columns.
  var columnCount: Int { first.count }

  /// Whether most rows have the columns of the first, so that one that has not is cut short or joined.
  var isEven: Bool { others.count > 2 && 4 * others.count { $0.count == columnCount } > 3 * others.count }

  /// An error at the first row.
  func error(_ problem: InteractionError.Problem) -> InteractionError {
    InteractionError(path: path, line: line, problem)
  }

  /// The fields of a column in the rows behind the first.
  func below(_ column: Int) -> [String] { others.compactMap { column < $0.count ? $0[column] : nil } }

  /// Whether the first row names the columns.
  ///
  /// It does if it holds a name that the caller chose, or known names and no number. Without known names the rows behind
  /// it decide: words above every column of numbers are names. A row like those behind it with one bad field is data.
  ///
  /// - Parameters:
  ///   - rule: The caller's choice.
  ///   - known: The known names, folded.
  ///   - chosen: The names that the caller chose.
  /// - Throws: ``InteractionError`` for a first row of words above rows of words that may be either, and for a comment.
  func hasHeader(
    _ rule: HeaderRule, known: [[String]], chosen: [String] = [], refusesDoubt: Bool = true
  ) throws(InteractionError) -> Bool {
    switch rule {
    case .present: return true
    case .absent: return false
    case .detect: break
    }
    let names = names
    if chosen.contains(where: { names.contains(ColumnNames.fold($0)) }) { return true }
    let hits = known.count { list in list.contains { names.contains($0) } }
    if let mark = commentMark, hits == 0 || first[0].trimmed == mark { throw error(.comments(mark: mark)) }
    // pandas names no index: a column that counts, under an empty name.
    if hits == 0, first[0].isEmpty, first.count > 2, first.dropFirst().allSatisfy({ FieldKind($0) == .word }),
      ColumnValues(below(0)).areCounts
    {
      return true
    }
    if hits == 0, hasNamesOfNumbers { return true }
    let hasNumber = first.contains { FieldKind($0) != .word && FieldKind($0) != .empty }
    let isRepeated = first.indices.contains { column in
      known.joined().contains(names[column]) && below(column).contains(first[column])
    }
    if hits > 1 || (hits == 1 && !hasNumber && !isRepeated) { return true }
    // A known name above numbers is no id of them: `userId,level_1,0`, as pandas names what it stacks.
    let all = Set(known.joined())
    if hits == 1, names.indices.contains(where: { all.contains(names[$0]) && isAllNumbers($0) }) { return true }
    if hasNumber || others.isEmpty { return false }
    let numeric = first.indices.filter { isNumeric($0) }
    if numeric.isEmpty { return try !isDataOfWords(refusesDoubt) }
    if numeric.contains(where: { isBadValue(first[$0]) }) || first.indices.contains(where: { stands($0) }) {
      return false
    }
    guard first.indices.contains(where: { recurs($0) }) else { return true }
    // Words with digits above words, and a word above numbers: `Item(s),Item 1`, or `guest,A12`.
    if refusesDoubt { throw error(.headerOrData(found: first)) }
    return false
  }

  /// Whether the first row has the names that programs give to columns without any: `V1`, `V2` in R, `_c0`, `_c1` in Spark.
  private var hasNamesOfNumbers: Bool {
    guard !others.isEmpty else { return false }
    // Ids like these stand in other rows, too.
    return TableHead.areGenerated(first) && !others.contains { row in row.contains { field in first.contains(field) } }
      && !others.contains { $0.first.map { $0.hasPrefix(first[0].prefix { !$0.isNumber }) } ?? false }
  }

  /// Whether a row is of a stem and the number of its column in each field: `V1`, `V2`.
  static func areGenerated(_ row: [String]) -> Bool {
    let stems = ["v", "_c", "_", "column", "col", "field", "var", "f", "unnamed: "]
    return row.count > 1
      && stems.contains { stem in
        (0...1).contains { start in row.enumerated().allSatisfy { $1.lowercased() == "\(stem)\($0 + start)" } }
      }
  }

  /// The character with which the first row begins as a comment does, and not all others do.
  var commentMark: String? {
    guard !isQuoted, let mark = first.first?.trimmed.first, mark == "#" || mark == "%" else { return nil }
    return others.allSatisfy { $0.first?.trimmed.first == mark } && !others.isEmpty ? nil : String(mark)
  }

  /// Whether a column behind the first row is empty in some rows, and a check mark in all others.
  func hasChecks(_ column: Int) -> Bool {
    let marks = Set(below(column).map(\.trimmed))
    return marks.count == 2 && marks.contains("") && !marks.isDisjoint(with: ["\u{2713}", "\u{2714}", "x", "X"])
  }

  /// Whether most fields of a column behind the first row are numbers or times.
  private func isNumeric(_ column: Int) -> Bool {
    let kinds = below(column).map { FieldKind($0) }.filter { $0 != .empty }
    return !kinds.isEmpty && 2 * kinds.count { $0 != .word } > kinds.count
  }

  /// Whether a column behind the first row holds nothing but numbers, in two rows or more.
  private func isAllNumbers(_ column: Int) -> Bool {
    let kinds = below(column).map { FieldKind($0) }
    return kinds.count > 1 && kinds.allSatisfy { $0 == .integer || $0 == .fraction }
  }

  /// Whether a field above a column of numbers is a bad value of it and no name.
  private func isBadValue(_ field: String) -> Bool {
    if NullWord.isOne(field) { return true }
    guard field.utf8.contains(where: { (0x30...0x39).contains($0) }) else { return false }
    // "is_bought1" names a column; "3,5", "$5" and "~4" are bad numbers.
    return field.trimmed.unicodeScalars.first.map { !$0.properties.isAlphabetic && $0 != "_" } ?? true
  }

  /// Whether the first field of a column of words stands in another row too.
  private func stands(_ column: Int) -> Bool {
    !first[column].isEmpty && !isNumeric(column) && below(column).contains(first[column])
  }

  /// Whether the first field of a column stands in another row too, or holds digits.
  private func recurs(_ column: Int) -> Bool {
    stands(column) || !isNumeric(column) && first[column].utf8.contains { (0x30...0x39).contains($0) }
  }

  /// Whether a first row of words above rows of words is data.
  private func isDataOfWords(_ refusesDoubt: Bool) throws(InteractionError) -> Bool {
    if !refusesDoubt || first.count < 2 || others.isEmpty || first.indices.contains(where: { recurs($0) }) {
      return true
    }
    // A word that stands in another column: `ann,bob`, `bob,cid`.
    if others.contains(where: { row in row.contains { $0.count > 0 && first.contains($0) } }) { return true }
    throw error(.headerOrData(found: first))
  }
}
