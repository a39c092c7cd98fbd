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
    if format.header == .detect, format.user == nil, format.item == nil { try head.refuseUserAbove() }
    if format.user == nil { try head.refuseFoundLines() }
    if format.header == .detect { try head.refuseOtherFirstRows() }
    if format.header != .present, format.user == nil, format.item == nil { try head.refuseBaskets() }
    if format.header != .present, format.user == nil, format.item == nil {
      try head.refuseNamedFields()
      try head.refusePairLists()
    }
    try head.refuseFixedWidth()
    if format.text.separator == nil { try head.refuseDecimalCommas() }
    if format.text.quoting != FieldQuoting.none { try head.refuseSpacedQuotes() }
    guard head.columnCount >= 2 else {
      if head.first[0].unicodeScalars.contains("\u{FFFD}") { throw head.error(.notUTF8(column: "first")) }
      let isQuoted = ([head.first] + head.others).allSatisfy {
        $0.count == 1 && $0[0].contains { ",;\t|".contains($0) }
      }
      throw head.error(
        isQuoted && format.text.separator == nil
          ? .separatorsInField(found: head.first[0])
          : .tooFewColumns(needed: 2, found: 1, separator: isQuoted ? head.usualSeparator : head.likelySeparator))
    }
    hasHeader = try head.hasHeader(
      format.header, known: [ColumnNames.user, ColumnNames.item, ColumnNames.value, ColumnNames.time],
      chosen: format.names)
    if hasHeader {
      try head.refuseUnnamedColumn()
      if format.user == nil || format.item == nil { try head.refuseTypes() }
    }
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
      if found[1] == nil {
        try head.refuseQuestions()
        if let user = found[0]?.column { try head.refuseNumberedItems(user: user) }
      }
      for index in 0...1 where found[index] == nil {
        if let other = found[1 - index]?.column { try head.refuseItemsAsColumns(user: other) }
        throw head.error(.unknownColumn(role: roles[index].name, present: head.first))
      }
      if let item = found[1], item.way == .name, ColumnNames.mayCount(head.first[item.column]),
        let other = finder.columns(named: ColumnNames.item).first(where: { $0 != item.column }),
        ColumnValues(head.below(item.column)).countsWithinGroups
      {
        found[1] = (other, .name)
        isGuess = true
        remarks.append("column \(finder.shown(item.column)) counts 1, 2, …, as lines of an order do")
      }
      if let item = found[1], item.way == .name, let user = found[0]?.column,
        ColumnValues(head.below(item.column)).areCounts, ColumnValues(head.below(user)).differentCount > 1,
        let other = finder.columns(named: ColumnNames.item).first(where: { $0 != item.column })
      {
        isGuess = true
        remarks.append(
          "column \(finder.shown(item.column)) counts the rows; if it is no item: --item-column \(head.first[other])")
      }
      let unused = head.first.indices.filter { column in !found.contains { $0?.column == column } }
      let numbers = unused.filter { ColumnValues(head.below($0)).areNumbers }
      if found[2] == nil, !format.ignoresValues, !numbers.isEmpty {
        // A file that has numbers, but none with a known name: worth a word even to those who want few.
        isGuess = true
        remarks.append("every value is 1; name values with --value-column, or say --value none")
      }
      if let value = found[2], value.way == .name,
        let note = head.description(
          value.column, shown: finder.shown(value.column), user: found[0]?.column, item: found[1]?.column,
          hasHeader: true)
      {
        isGuess = true
        remarks.append(note)
      }
      // Where values weigh the rows, or are not wanted, the kinds of rows are the caller's.
      let isUnweighed = found[2] == nil && !format.ignoresValues
      let truths = unused.first { ColumnValues(head.below($0)).areTruths || head.hasChecks($0) }
      if isUnweighed, let truths {
        isGuess = true
        remarks.append(
          "column \(finder.shown(truths)) is true in some rows and false in others; both count as interactions")
      }
      if found[2] == nil, !format.ignoresValues,
        let marks = unused.first(where: { ColumnNames.isMark(head.first[$0]) && ColumnValues(head.below($0)).areBits })
      {
        isGuess = true
        let name = finder.shown(marks)
        remarks.append("column \(name) is 0 in some rows; all count as interactions, unless --value-column \(name)")
      }
      if isUnweighed, let events = unused.first(where: { $0 != truths && ColumnValues(head.below($0)).areEvents }) {
        let its = ColumnValues(head.below(events))
        if its.differentCount > 1, let one = its.undoing {
          isGuess = true
          remarks.append(
            "column \(finder.shown(events)) holds '\(one)', too; all rows count as interactions; to leave these out: grep -vw '\(one)' "
              + "\(head.path) > rows.csv")
        } else if its.differentCount > 1 {
          remarks.append("column \(finder.shown(events)) holds several kinds of events, which count alike")
        }
      }
    } else {
      if format.user == nil, format.item == nil {
        try head.refuseItemsInRow()
        try head.refusePaddedLists()
        try head.refuseRatingMatrix()
        try head.refuseListsInRow()
      }
      var guess = PositionGuess(head, taken: found.map { $0?.column }, format: format)
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

  /// An error of a field with the column that it stands in.
  ///
  /// - Parameters:
  ///   - error: An error of a row.
  ///   - head: The first rows.
  func placed(_ error: InteractionError, _ head: TableHead) -> InteractionError {
    let (column, role): (Int?, String) =
      switch error.problem {
      case .emptyID("user"), .nullID("user", _): (user, "user")
      case .emptyID("item"), .nullID("item", _): (item, "item")
      case .notANumber, .negative: (value, "value")
      case .notATime: (time, "time")
      default: (nil, "")
      }
    guard let column else { return error }
    let name = hasHeader ? head.first[column] : nil
    let place = FieldPlace(column: column, name: name, separator: head.separator, option: "--\(role)-column")
    return InteractionError(error, at: place)
  }

  /// The error of a row: that of a repeated header, in any case of letters, where it is one.
  func explained(_ error: InteractionError, _ row: [String]) -> InteractionError {
    guard let userName, let itemName, ColumnNames.fold(row[user]) == ColumnNames.fold(userName),
      ColumnNames.fold(row[item]) == ColumnNames.fold(itemName)
    else { return error }
    return InteractionError(path: error.path, line: error.line, .repeatedHeader(user: row[user], item: row[item]))
  }

  /// Some fields of a row, for messages.
  static func shown(_ row: [String]) -> String {
    let text = row.prefix(4).joined(separator: " ")
    return text.count > 60 ? text.prefix(60) + "…" : text + (row.count > 4 ? " …" : "")
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
