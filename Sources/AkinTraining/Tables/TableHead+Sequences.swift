import AkinVectors

// Rows of a user and many items, or of a rating for each item, in a table without a header.

extension TableHead {
  /// Refuses rows of a user and items that are filled up with zeros at one end: `1,0,0,10,11`, `2,0,10,11,12`.
  ///
  /// Items stand in any column then, and the zeros at the same end of each row, two or more in one. A rating and a time have columns
  /// of their own.
  func refusePaddedLists() throws(InteractionError) {
    let rows = [first] + others
    let tails = rows.map { row in row.dropFirst().compactMap { UInt64(canonical: $0) } }
    guard columnCount > 4, rows.count > 1,
      zip(rows, tails).allSatisfy({ $0.count == columnCount && $1.count + 1 == columnCount })
    else { return }
    func zeros(_ tail: some Sequence<UInt64>) -> Int { tail.prefix { $0 == 0 }.count }
    let counts = tails.map { tail in tail.count { $0 == 0 } }
    // Zeros at the end may be values of a few columns.
    let isPadded =
      tails.map { zeros($0) } == counts && Set(counts).count > 1
      || tails.map { zeros($0.reversed()) } == counts && Set(counts).count > 2
    guard isPadded, counts.contains(where: { $0 > 1 }),
      tails.allSatisfy({ tail in Set(tail.filter { $0 > 0 }).count == tail.count { $0 > 0 } }),
      !rows[0].indices.contains(where: { column in ColumnValues(rows.map { $0[column] }).areUnixTimes })
    else { return }
    let columns = (0..<columnCount - 1).map { column in tails.map { $0[column] } }
    // Marks of 0 and 1 are no items.
    let padded = columns.filter { $0.contains(0) }
    guard padded.allSatisfy({ $0.contains { $0 > 1 } || $0.allSatisfy { $0 == 0 } }), !TableHead.haveRatings(columns),
      TableHead.shareNeighbours(columns)
    else { return }
    throw error(.paddedLists(found: first.joined(separator: separator), separator: separator))
  }

  /// Whether the second of the columns behind users holds ratings: small numbers, behind larger ones or up to 5.
  private static func haveRatings(_ columns: [[UInt64]]) -> Bool {
    guard let high = columns[1].max(), high > 0, high <= 10 else { return false }
    return high <= 5 || columns[0].contains { $0 > 10 }
  }

  /// Whether most neighbours among columns have numbers in common, and most rows such a number: items stand in any column.
  private static func shareNeighbours(_ columns: [[UInt64]]) -> Bool {
    let places = columns.map { Set($0.filter { $0 > 0 }) }
    let pairs = places.indices.dropFirst().filter { !places[$0 - 1].isEmpty && !places[$0].isEmpty }
    let sharing = pairs.filter { !places[$0 - 1].isDisjoint(with: places[$0]) }
    let rows = columns[0].indices.filter { row in
      sharing.contains { place in
        places[place - 1].contains(columns[place][row]) || places[place].contains(columns[place - 1][row])
      }
    }
    return 2 * sharing.count > pairs.count && 2 * rows.count > columns[0].count
  }

  /// Refuses rows of ratings alone: fractions from -10 to 10, or 99 for none, in all columns behind the first.
  func refuseRatingMatrix() throws(InteractionError) {
    guard columnCount > 3, others.count > 1 else { return }
    let columns = first.indices.map { [first[$0]] + below($0) }
    if areMarks(columns.dropFirst()) {
      let isCounted = !columns[0].allSatisfy { $0 == "0" || $0 == "1" }
      throw error(
        .ratingMatrix(
          found: first.prefix(8).joined(separator: separator), separator: separator, isCounted: isCounted, nothing: 0))
    }
    let areRatings = columns.dropFirst().allSatisfy { fields in
      fields.contains { $0.utf8.contains(UInt8(ascii: ".")) }
        && fields.allSatisfy { field in
          guard FieldKind(field) == .integer || FieldKind(field) == .fraction, let value = Double(field) else {
            return false
          }
          return abs(value) <= 10 || value == 99
        }
    }
    if !areRatings { return }
    let isCounted = ColumnValues(columns[0]).areNumbers && columns[0].allSatisfy { UInt64(canonical: $0) != nil }
    throw error(
      .ratingMatrix(found: first.prefix(8).joined(separator: separator), separator: separator, isCounted: isCounted))
  }

  /// Whether all columns hold marks of 0 and 1, and no row of them is a user with an item and a value: there are four or more, or rows
  /// with the same beginning.
  private func areMarks(_ columns: ArraySlice<[String]>) -> Bool {
    guard columns.allSatisfy({ Set($0) == ["0", "1"] }) else { return false }
    let starts = ([first] + others).map { Array($0.prefix(2)) }
    return columns.count > 3 || Set(starts).count < starts.count
  }

  /// Refuses lists of ids between spaces behind a user and another column, as impressions have them: `N55189 N42782`.
  func refuseListsInRow() throws(InteractionError) {
    guard columnCount > 2, others.count > 1 else { return }
    for column in first.indices.dropFirst(2) {
      let fields = ([first[column]] + below(column)).filter { !NullWord.isOne($0) }
      guard let list = fields.first(where: { $0.contains(" ") }),
        fields.allSatisfy({ IDSpelling.isList($0) || !$0.contains(" ") }),
        2 * fields.count(where: IDSpelling.isList) > fields.count,
        // Numbers with spaces between thousands, and dates with years, are one value each.
        !areThousands(fields), !areDates(fields)
      else { continue }
      let user = first.indices.first { !ColumnValues([first[$0]] + below($0)).areCounts } ?? 0
      throw error(.listsInRow(user: user == column ? 0 : user, column: column, found: list, separator: separator))
    }
  }

  /// Whether all fields with spaces have groups as thousands do, and one begins as no list of ids of three digits does: `1 000`.
  private func areThousands(_ fields: [String]) -> Bool {
    let spaced = fields.filter { $0.contains(" ") }
    return spaced.allSatisfy(Misspelling.hasThousands) && spaced.contains { $0.prefix { $0 != " " }.utf8.count < 3 }
  }

  /// Whether all fields are dates between spaces, with a year of four digits: `2023 01 05`.
  private func areDates(_ fields: [String]) -> Bool {
    fields.allSatisfy { field in
      FieldKind.isOtherDate(String(field.map { $0 == " " ? "-" : $0 }))
        && field.split(separator: " ").contains { $0.utf8.count == 4 }
    }
  }

  /// Refuses lines of one length that hold letters and digits alone, as columns of fixed widths.
  func refuseFixedWidth() throws(InteractionError) {
    let length = first[0].utf8.count
    guard columnCount == 1, !others.isEmpty, length > 7,
      ([first] + others).allSatisfy({ row in
        row.count == 1 && row[0].utf8.count == length && row[0].allSatisfy { $0.isLetter || $0.isNumber }
          && row[0].contains(where: \.isNumber)
      })
    else { return }
    throw error(.fixedWidth(found: first[0]))
  }
}
