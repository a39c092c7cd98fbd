import AkinSupport

/// The columns of user, item, value and time in a file of interactions, and how they were found.
struct InteractionColumns {
  let columnCount: Int
  let hasHeader: Bool
  let user: Int
  let item: Int
  /// The column of values; `nil` if every value is 1.
  let value: Int?
  /// The column of times, if times are read.
  let time: Int?
  /// The name of the item column, without a header `nil`.
  let itemName: String?
  /// The name of the user column, without a header `nil`.
  let userName: String?
  /// What the caller should know: the columns, and whether they are a guess.
  let notice: Notice

  /// Finds the columns by the first rows.
  ///
  /// With a header, columns have known names or are chosen. Without one, users are in the first column that can hold ids, items
  /// in the next; if these are the first two, values are in the third if it holds possible values, and times in the third or
  /// fourth.
  ///
  /// - Parameters:
  ///   - head: The first rows.
  ///   - format: The caller's choices.
  init(_ head: TableHead, format: InteractionFormat) throws(InteractionError) {
    columnCount = head.columnCount
    try head.refuseItemAlone()
    if format.header == .detect { try head.refuseOtherFirstRows() }
    guard head.columnCount >= 2 else { throw head.error(.tooFewColumns(needed: 2, found: head.columnCount)) }
    hasHeader = try head.hasHeader(
      format.header, known: [ColumnNames.user, ColumnNames.item, ColumnNames.value, ColumnNames.time],
      chosen: format.names)
    if hasHeader { try head.refuseUnnamedColumn() }
    let finder = ColumnFinder(head, hasHeader: hasHeader)
    let roles: [(name: String, choice: ColumnChoice?, names: [String])] = [
      ("user", format.user, ColumnNames.user), ("item", format.item, ColumnNames.item),
      ("value", format.ignoresValues ? nil : format.value, format.ignoresValues ? [] : ColumnNames.value),
      ("time", format.ignoresTimes ? nil : format.time, format.ignoresTimes ? [] : ColumnNames.time),
    ]
    var found: [(column: Int, way: ColumnUse.Way)?] = []
    for role in roles {
      if let choice = role.choice {
        found.append((try finder.column(choice), .choice))
      } else {
        found.append(try finder.column(named: role.names).map { ($0, .name) })
      }
    }
    var remarks: [String] = []
    var isGuess = false
    if hasHeader {
      for index in 0...1 where found[index] == nil {
        throw head.error(.unknownColumn(role: roles[index].name, present: head.first))
      }
      let unused = head.first.indices.filter { column in !found.contains { $0?.column == column } }
      let numbers = unused.filter { ColumnValues(head.below($0)).areNumbers }
      if found[2] == nil, !format.ignoresValues, !numbers.isEmpty {
        // A file that has numbers, but none with a known name: worth a word even to those who want few.
        isGuess = true
        remarks = ["every value is 1; name values with --value-column, or say --value none"]
      }
      if found[2] == nil, !format.ignoresValues,
        let truths = unused.first(where: { ColumnValues(head.below($0)).areTruths })
      {
        isGuess = true
        remarks.append(
          "column \(finder.shown(truths)) is true in some rows and false in others; both count as interactions")
      }
    } else {
      var guess = PositionGuess(head, taken: found.map { $0?.column }, readsTimes: format.readsTimes)
      try guess.complete(values: format.value == nil && !format.ignoresValues)
      for index in found.indices where found[index] == nil {
        found[index] = guess.columns[index].map { ($0, .position) }
      }
      // Numbers in the usual order need no word to those who want few, unless there are more than four columns.
      let isUsual = guess.remarks.isEmpty && guess.hasNumbersAsIDs && guess.filledCount <= 4
      isGuess = found.contains { $0?.way == .position } && !isUsual
      let isCounted = head.columnCount > 2 && head.first == (0..<head.columnCount).map(String.init)
      if isCounted {
        isGuess = true
        remarks = ["line \(head.line) may be a header that pandas made of column numbers: --header yes"]
      }
      remarks += guess.remarks + ["no header; line \(head.line) is data: \(InteractionColumns.shown(head.first))"]
    }
    for (first, second) in [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)] {
      if let column = found[first]?.column, found[second]?.column == column {
        throw head.error(
          .sameColumn(first: roles[first].name, second: roles[second].name, column: finder.shown(column)))
      }
    }
    guard let user = found[0]?.column, let item = found[1]?.column else {
      throw head.error(.tooFewColumns(needed: 2, found: head.columnCount))
    }
    self.user = user
    self.item = item
    value = found[2]?.column
    // Of joined rows, the latest is the last, so times are read where the file has some.
    let wantsTimes = format.readsTimes || format.duplicates.followsTimes
    time = wantsTimes && !format.ignoresTimes ? found[3]?.column : nil
    if format.readsTimes, time == nil { throw head.error(.noTimes(present: head.first)) }
    itemName = hasHeader ? head.first[item] : nil
    userName = hasHeader ? head.first[user] : nil
    notice = Notice(
      ColumnUse.sentence(
        head.path,
        zip(roles, found).map { role, use in
          ColumnUse(role: role.name, column: use.map { finder.shown($0.column) }, way: use?.way ?? .name)
        }, remarks: remarks), isWarning: isGuess)
  }

  /// Some fields of a row, for messages.
  static func shown(_ row: [String]) -> String {
    let text = row.prefix(4).joined(separator: " ")
    return text.count > 60 ? text.prefix(60) + "…" : text + (row.count > 4 ? " …" : "")
  }
}

/// The columns of a file without a header, by their places and by what their fields look like.
private struct PositionGuess {
  /// The columns of user, item, value and time.
  private(set) var columns: [Int?]
  /// What was left out, and why.
  private(set) var remarks: [String] = []
  private let head: TableHead
  private let values: [ColumnValues]
  private let readsTimes: Bool
  private let chosen: [Int?]

  init(_ head: TableHead, taken: [Int?], readsTimes: Bool) {
    self.head = head
    self.readsTimes = readsTimes
    columns = taken
    chosen = taken
    values = (0..<head.columnCount).map { ColumnValues([head.first[$0]] + head.below($0)) }
  }

  mutating func complete(values wantsValues: Bool) throws(InteractionError) {
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
    remarks = Array(Set(remarks)).sorted()
    if chosen[0] == nil, let user = columns[0], head.columnCount > 2, values[user].areCounts {
      remarks.append("column \(user + 1) counts the rows; if it is no user, name the columns")
    }
    // Other places than the usual ones say nothing about values. Empty columns have no place.
    let filled = head.first.indices.filter { !values[$0].areEmpty }
    let isUsual = columns[0] == filled.first && columns[1] == filled.dropFirst().first
    let wasChosen = chosen[0] != nil || chosen[1] != nil
    if columns[2] == nil, wantsValues, isUsual || wasChosen,
      let next = filled.first(where: { isFree($0) && (wasChosen || $0 == filled.dropFirst(2).first) })
    {
      if let why = notValues(next) { remarks.append(why) } else { columns[2] = next }
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

  private func isFree(_ column: Int) -> Bool { !columns.contains { $0 == column } }

  /// Whether a column can hold ids: neither times nor degrees nor fractions. Says why not.
  ///
  /// - Throws: ``InteractionError`` for whole numbers that may be ids or Unix times, where another column may hold ids.
  private mutating func canHoldIDs(_ column: Int, role: String) throws(InteractionError) -> Bool {
    let its = values[column]
    let place = "column \(column + 1)"
    if its.areEmpty { return false }
    if its.areScientific { throw head.error(.scientificIDs(role: role, found: head.first[column])) }
    if role == "item", let constant = its.constant, let next = others(behind: column).first {
      remarks.append("\(place) is '\(constant.prefix(40))' in all rows")
      // Words behind it are ids; numbers may be values of one item.
      if values[next].constant == nil, !values[next].areNumbers { return false }
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
    if !its.areNumbers { return "\(place) holds no numbers" }
    if its.areLargeIntegers { return "\(place) looks like ids" }
    let next = column + 1
    if its.areDegrees, next < values.count, values[next].areDegrees { return "\(place) looks like coordinates" }
    return nil
  }
}

extension InteractionFormat {
  /// The names of columns that the caller chose.
  fileprivate var names: [String] {
    [user, item, value, time].compactMap { choice in
      if case .name(let name) = choice { name } else { nil }
    }
  }
}
