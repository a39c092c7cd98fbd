import AkinVectors

// Headers that do not name the columns of rows of a user and an item.

extension TableHead {
  /// Refuses one or two rows of types, units or questions between a header and its data: words above numbers in two columns or more.
  ///
  /// Such rows hold no number; two of them stand above five rows or more. Data of words may have a value: `guest,Pizza,5`.
  func refuseTypes() throws(InteractionError) {
    for count in 1...2 {
      let (rows, rest) = (others.prefix(count), others.dropFirst(count))
      guard rows.count == count, rest.count >= (count == 1 ? 1 : 5) else { return }
      let holdNumbers = rows.joined().contains { [.integer, .fraction].contains(FieldKind($0)) }
      if holdNumbers { continue }
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
  func refuseOtherSeparator() throws(InteractionError) {
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

  /// Refuses a column of users beside columns of items whose names differ by their numbers alone: `user,top1,top2,top3`. Other names,
  /// such as `week1`, may be of values.
  ///
  /// - Parameter user: The column of users.
  func refuseNumberedItems(user: Int) throws(InteractionError) {
    let others = first.indices.filter { $0 != user }
    let stems = Set(others.map { column in String(first[column].reversed().drop(while: \.isNumber).reversed()) })
    let values = others.map { ColumnValues(below($0)) }
    let mayBeItems = stems.first.map(ColumnNames.fold).map {
      ColumnNames.numbered.contains($0) || ColumnNames.item.contains($0)
    }
    guard user == 0, others.count > 1, stems.count == 1, mayBeItems ?? false,
      others.allSatisfy({ first[$0].last?.isNumber ?? false }),
      zip(values, values.dropFirst()).allSatisfy({ $0.shares(with: $1) }), !values.contains(where: \.areRatings),
      let row = self.others.first, row.count > 2
    else { return }
    throw InteractionError(path: path, line: otherLines[0], .itemsInRow(found: row[others[0]], next: row[others[1]]))
  }

  /// Refuses names of one question and an answer each, as forms write a table of answers: `Rate [Heat]`, `Rate [Alien]`. Units are
  /// no answers: `price [USD]`, `price [EUR]`.
  func refuseQuestions() throws(InteractionError) {
    var answers: [Substring: [Substring]] = [:]
    for name in first where name.last == "]" {
      guard let open = name.lastIndex(of: "["), open > name.startIndex else { continue }
      answers[name[..<open], default: []].append(name[name.index(after: open)...].dropLast())
    }
    guard
      let question = answers.first(where: { $0.value.count > 1 && !$0.value.allSatisfy(FieldKind.mayBeUnit) })?.key
    else { return }
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
}
