import AkinSupport

/// The columns of a file without a header, by their places and by what their fields look like.
struct PositionGuess {
  /// The columns of user, item, value and time.
  private(set) var columns: [Int?]
  /// What was left out, and why.
  private(set) var remarks: [String] = []
  let head: TableHead
  let values: [ColumnValues]
  private let readsTimes: Bool
  /// Whether the caller has said that pairs recur.
  let joinsPairs: Bool
  let chosen: [Int?]

  init(_ head: TableHead, taken: [Int?], format: InteractionFormat) {
    self.head = head
    readsTimes = format.readsTimes
    joinsPairs = format.duplicates != .refuse
    columns = taken
    chosen = taken
    values = (0..<head.columnCount).map { ColumnValues([head.first[$0]] + head.below($0)) }
  }

  mutating func complete(values wantsValues: Bool) throws(InteractionError) {
    if chosen[0] == nil, chosen[1] == nil, head.columnCount > 1, values[0].areProductsOfAmazon,
      values[1].areReviewersOfAmazon
    {
      (columns[0], columns[1]) = (1, 0)
      remarks.append("column 1 holds products of Amazon, column 2 reviewers")
    }
    for role in 0...1 where columns[role] == nil {
      for column in head.first.indices where columns[role] == nil && isFree(column) {
        if try canHoldIDs(column, role: role == 0 ? "user" : "item") { columns[role] = column }
      }
      if columns[role] == nil {
        if let pair = head.first.dropFirst().first, role == 1, head.columnCount > 2,
          values.dropFirst().allSatisfy(\.arePairs)
        {
          throw head.error(.featurePairs(found: pair, count: head.columnCount - 1))
        }
        let why = remarks.isEmpty ? "no column that can hold them" : Set(remarks).sorted().joined(separator: ", ")
        throw head.error(.noSuchColumn(role: role == 0 ? "user" : "item", why: why))
      }
    }
    if chosen[1] == nil, let item = columns[1] {
      if chosen[0] == nil {
        try refuseScrobbles()
        if let user = columns[0], values[user].areEvents, item == user + 1, others(behind: item).first == item + 1 {
          throw head.error(.eventsAsUsers(found: head.first[user], column: user + 1))
        }
      }
      try refuseEvents(item)
      try refuseTwoOfWords(item)
    }
    remarks = Array(Set(remarks)).sorted()
    if chosen[0] == nil, let user = columns[0], head.columnCount > 2, values[user].areCounts {
      remarks.append("column \(user + 1) counts the rows; if it is no user, name the columns")
    }
    if chosen[1] == nil, let user = columns[0], let item = columns[1], head.columnCount > 2, values[item].areCounts,
      values[user].differentCount > 1
    {
      remarks.append("column \(item + 1) counts the rows; if it is no item: --item-column")
    }
    if chosen[0] == nil, let user = columns[0], head.columnCount > 3, values[user].areYears,
      values[user].differentCount > 4
    {
      remarks.append("column \(user + 1) holds years; if it is no user, name the columns")
    }
    if chosen[0] == nil, let user = columns[0], mayBeTimeOfRows(user) {
      remarks.append(
        "column \(user + 1) looks like times; if it is no user: --user-column \(user + 2), and --item-column")
    }
    if chosen[0] == nil, let user = columns[0], let text = textOfCatalogue(user) {
      remarks.append(
        "column \(user + 1) has another value in each row, and column \(text + 1) holds text: if the file is a catalogue, it is for --items"
      )
    }
    // Other places than the usual ones say nothing about values. Empty columns have no place.
    let filled = head.first.indices.filter { !values[$0].areEmpty }
    let isUsual = Set([columns[0], columns[1]]) == Set(filled.prefix(2).map { Optional($0) })
    let wasChosen = chosen[0] != nil || chosen[1] != nil
    if columns[2] == nil, wantsValues, isUsual || wasChosen,
      let next = filled.first(where: { isFree($0) && (wasChosen || $0 == filled.dropFirst(2).first) })
    {
      if let why = notValues(next) {
        remarks.append(why)
        if let other = filled.first(where: { $0 > next && mayHoldValues($0) }) {
          remarks.append("column \(other + 1) holds numbers; if these are the values: --value-column \(other + 1)")
        }
      } else {
        columns[2] = next
        if let note = doubt(next) { remarks.append(note) }
      }
    }
    if columns[3] == nil {
      // Where no ids are looked for, times may repeat and span any years.
      columns[3] =
        head.first.indices.first { isFree($0) && values[$0].areTimes }
        ?? head.first.indices.first { isFree($0) && $0 > (columns[1] ?? 0) && values[$0].areUnixTimes }
      if columns[3] == nil, readsTimes, isUsual, head.columnCount > 3, isFree(3), values[3].areNumbers {
        columns[3] = 3
      }
    }
  }

  /// The number of columns that are not empty.
  var filledCount: Int { values.count { !$0.areEmpty } }

  /// Whether users and items have whole numbers as ids.
  var hasNumbersAsIDs: Bool { columns.prefix(2).allSatisfy { $0.map { values[$0].areNumbers } ?? false } }

  func isFree(_ column: Int) -> Bool { !columns.contains { $0 == column } }

  /// Whether a column can hold ids: neither times nor degrees nor fractions. Says why not.
  ///
  /// - Throws: ``InteractionError`` for whole numbers that may be ids or Unix times, where another column may hold ids.
  private mutating func canHoldIDs(_ column: Int, role: String) throws(InteractionError) -> Bool {
    let its = values[column]
    let place = "column \(column + 1)"
    if its.areEmpty { return false }
    if its.areScientific { throw head.error(.scientificIDs(role: role, found: head.first[column])) }
    if role == "item", let mark = its.commonMark, !others(behind: column).isEmpty {
      remarks.append("\(place) is '\(mark.prefix(40))' in all rows")
      return false
    }
    if role == "item", let constant = its.constant, let next = others(behind: column).first {
      remarks.append("\(place) is '\(constant.prefix(40))' in all rows")
      // Words behind it are ids; numbers may be values of one item.
      if values[next].constant == nil, !values[next].areNumbers { return false }
      // Judgements of TREC: topic, 0, document, relevance. Behind an item 0 of ratings there is one number, and a time.
      if values[next].constant == nil, constant == "0", values.count == 4, others(behind: column).count == 2 {
        return false
      }
    }
    if its.areDegrees { remarks.append("\(place) looks like coordinates") }
    if its.areDates { remarks.append("\(place) looks like times") }
    if its.areDegrees || its.areDates { return false }
    if its.areFractions {
      remarks.append("\(place) holds fractions")
      return false
    }
    if its.arePairs {
      remarks.append("\(place) holds pairs like \(head.first[column].prefix(40))")
      return false
    }
    let others = others(behind: column)
    guard its.areTimes, !others.isEmpty else { return true }
    // Large numbers and words behind it are ids, and then these are times. Small numbers may be ids or values.
    guard others.contains(where: { values[$0].areLargeIntegers || !values[$0].areNumbers }) else {
      throw head.error(.noSuchColumn(role: role, why: "\(place), which looks like Unix times"))
    }
    remarks.append("\(place) looks like times")
    return false
  }

  /// Refuses events as items, `likes`, where another column that can hold items follows.
  private func refuseEvents(_ item: Int) throws(InteractionError) {
    guard values[item].areEvents, let next = others(behind: item).first, next == item + 1 else { return }
    throw head.error(.eventsAsItems(found: head.first[item], next: head.first[next], column: item + 1))
  }

  /// Refuses artist, album, track and time, as programs that save what Last.fm knows of one user write them.
  private func refuseScrobbles() throws(InteractionError) {
    guard values.count == 4, values[0].areWords, values[3].areScrobbleTimes, !values[1].areNumbers,
      !values[2].areNumbers
    else { return }
    throw head.error(.scrobbles(found: head.first[0]))
  }

  /// Refuses items of few different words before a column of more: of triples such as `u1 likes i1`, these are relations.
  private mutating func refuseTwoOfWords(_ item: Int) throws(InteractionError) {
    let next = item + 1
    // Triples of RDF: `<http://u/1> <http://r> <http://i/10> .`
    if head.first.last == ".", next + 1 < values.count, [0, item, next].allSatisfy({ head.first[$0].hasPrefix("<") }) {
      throw head.error(.relationAsItem(found: head.first[item], next: head.first[next], column: item + 1))
    }
    guard next < values.count, isFree(next), values[item].areWords, values[next].areWords,
      values[item].differentCount < values[next].differentCount, values[next].areShort
    else { return }
    // Whom others are related to, relates to others: `ann knows bob`, `bob knows cid`.
    if values[item].differentCount == 1, let user = columns[0], values[user].shares(with: values[next]) {
      throw head.error(.relationAsItem(found: head.first[item], next: head.first[next], column: item + 1))
    }
    if values[item].differentCount == 1, head.others.count < 3, !values[next].areEvents {
      remarks.append(
        "column \(next) is '\(head.first[item].prefix(40))' in all rows; if the items are behind it: --item-column \(next + 1)"
      )
    }
    guard
      // A few rows show nothing: a game that one has bought, and played.
      head.others.count > 2, 2 * values[item].differentCount <= head.others.count + 1
    else { return }
    throw head.error(.twoOfWords(first: head.first[item], second: head.first[next], column: item + 1))
  }

  /// The column of text, of several words or addresses in each row, where every user stands in one row alone; `nil` for none.
  ///
  /// Reviews have a rating, and items with numbers that recur.
  private func textOfCatalogue(_ user: Int) -> Int? {
    guard head.columnCount > 3, head.others.count > 1, values[user].differentCount == head.others.count + 1,
      !values[2].areRatings
    else { return nil }
    if let item = columns[1], values[item].holdDigits, !values[item].areYears,
      values[item].differentCount <= head.others.count
    {
      return nil
    }
    return head.first.indices.first { column in
      isFree(column) && values[column].areTexts && values[column].differentCount == head.others.count + 1
    }
  }

  /// Whether a column in the place of users holds Unix times, another in each row, and two others may be users and items.
  private func mayBeTimeOfRows(_ column: Int) -> Bool {
    head.columnCount > 3 && head.others.count > 1 && values[column].areUnixTimes
      && values[column].differentCount == head.others.count + 1
      && !values.dropFirst(column + 1).contains(where: \.areUnixTimes)
  }

  /// The columns behind a column that can hold ids.
  private func others(behind column: Int) -> [Int] {
    head.first.indices.filter { other in
      other > column && isFree(other) && !values[other].areTimes && !values[other].areDegrees && !values[other].areEmpty
    }
  }

  /// Why a column holds no values, or `nil`.
  private func notValues(_ column: Int) -> String? {
    let place = "column \(column + 1)"
    let its = values[column]
    if its.areTimes || its.areUnixTimes { return "\(place) looks like times" }
    if !its.areNumbers, !its.areMarkedNumbers, !its.areSpacedNumbers { return "\(place) holds no numbers" }
    if its.areLargeIntegers { return "\(place) looks like ids" }
    if filledCount > 4, its.areIntegers(beyond: 100) {
      return
        "\(place) may hold ids or amounts, as one of \(filledCount) columns; if it has the values: --value-column \(column + 1)"
    }
    let hasNeighbour = [column - 1, column + 1].contains { values.indices.contains($0) && values[$0].areDegrees }
    if its.areDegrees, hasNeighbour { return "\(place) looks like coordinates" }
    return nil
  }

  /// Whether a column behind others that hold no values may have them: numbers that are neither degrees nor differences to a zone of
  /// time, such as -240.
  private func mayHoldValues(_ column: Int) -> Bool {
    isFree(column) && values[column].areNumbers && notValues(column) == nil && values[column].lowest ?? 0 >= -10
  }
}
