import AkinSupport
import AkinVectors

extension Interactions {
  /// Reads lines of a user and all items of this user.
  static func readLists(path: String, format: InteractionFormat, execution: Execution) throws -> Interactions {
    var reader = try RecordReader(path: path, format: format.text, detectsSpaces: true)
    var builder = InteractionBuilder()
    var lines = LineNumbers(step: 0)
    let head = try reader.head()
    if let notice = reader.encodingNotice { execution.notice?(notice) }
    if let first = head.countBeforeItems { throw head.error(.countedLists(found: first)) }
    if format.text.separator == nil, let (found, mark) = head.listBehindUser {
      throw head.error(.listsInField(found: found, mark: mark, separator: head.separator))
    }
    let isNamed = ColumnNames.user.contains(ColumnNames.fold(head.first[0]))
    let hasHeader = format.header == .present || format.header == .detect && isNamed
    let first = hasHeader ? "line \(head.line) is a header" : "line \(head.line) is data"
    let hasTimes = format.readsTimes && format.takesPlacesForTimes
    if format.readsTimes, !hasTimes { throw head.error(.noTimes(present: ["lists, whose items have an order alone"])) }
    execution.notice?(
      Notice(
        "\(path): user=column 1 item=all other columns value=none time=\(hasTimes ? "place in the list" : "none") (lists; "
          + "\(first))"))
    var reported = 0
    if hasHeader { _ = try reader.next() }
    while try reader.next() {
      // Safe: the fields are used before the next record is read. A line may end with a separator.
      let count =
        unsafe reader.fieldCount > 1 && reader[reader.fieldCount - 1].isEmpty
        ? reader.fieldCount - 1 : reader.fieldCount
      // A user without items has no interaction.
      if count < 2 { continue }
      let user = try unsafe number(reader[0], in: &builder.users, "user", "users", reader)
      for column in 1..<count {
        let item = try unsafe number(reader[column], in: &builder.items, "item", "items", reader)
        lines.append(reader.line)
        builder.add(user: user, item: item, value: 1, time: hasTimes ? Double(column) : nil)
      }
      if reader.bytesRead - reported >= 4 << 20 {
        reported = reader.bytesRead
        try execution.checkCancellation()
        execution.progress?(ProgressEvent(stage: "read", completed: reported, total: reader.fileSize, unit: "bytes"))
      }
    }
    if head.mayBeRated {
      execution.notice?(
        Notice(
          "\(path): the last of three fields may be a value in every line; if so, leave --layout lists out",
          isWarning: true))
    }
    if let note = builder.basketNote(head) { execution.notice?(Notice("\(path): \(note)", isWarning: true)) }
    var interactions = try builder.finish(reader, lines, format, execution)
    interactions.hasValues = false
    return interactions
  }
}

extension TableHead {
  /// A list behind a user, and what stands between its items, where all rows have two fields and most second ones are such lists; `nil`
  /// for others.
  fileprivate var listBehindUser: (found: String, mark: String)? {
    guard others.count > 0, ([first] + others).allSatisfy({ $0.count == 2 || $0.count == 3 && $0[2].isEmpty }) else {
      return nil
    }
    let fields = ([first] + others).map { $0[1] }
    for mark in [",", " ", ";", "|"] {
      let lists = fields.filter { $0.contains(mark) && IDSpelling.isList($0) }
      if let found = lists.first, 2 * lists.count > fields.count { return (found, mark) }
    }
    guard let (found, mark) = ListFields(fields).likelyLists, [",", " ", ";"].contains(mark) else { return nil }
    return (found, mark)
  }

  /// Whether all rows have three fields, of which the last are a few ratings and the others more numbers.
  fileprivate var mayBeRated: Bool {
    guard columnCount == 3, others.count > 4, others.allSatisfy({ $0.count == 3 }) else { return false }
    let values = (0..<3).map { ColumnValues([first[$0]] + below($0)) }
    return values[2].areRatings && values[2].differentCount < values[1].differentCount
      && !values[1].shares(with: values[2])
  }

  /// The first field, where every line begins with the number of its other fields, and these differ: a number of items and no
  /// user. `nil` else.
  fileprivate var countBeforeItems: String? {
    let counts = ([first] + others).map { row in row.count - (row.last == "" ? 2 : 1) }
    guard counts.count > 2, Set(counts).count > 1 else { return nil }
    return zip([first] + others, counts).allSatisfy { $0[0] == String($1) } ? first[0] : nil
  }
}

extension InteractionBuilder {
  /// Checks the ids, reports the counts and sorts all rows.
  ///
  /// - Parameter usersBeginLines: Whether the users are the first fields of their lines, without quotes.
  /// - Throws: ``InteractionError`` or `Cancelled`.
  consuming func finish(
    _ reader: borrowing RecordReader, _ lines: LineNumbers, _ format: InteractionFormat, _ execution: Execution,
    usersBeginLines: Bool = true
  ) throws -> Interactions {
    let path = reader.path
    guard lines.count > 0 else { throw InteractionError(path: path, .noRows) }
    for (table, name, isUser) in [(users.spelling, "user", true), (items.spelling, "item", false)] {
      if let (id, problem) = table.problem(name) {
        let row = rows.first { (isUser ? $0.user : $0.item) == id } ?? 0
        throw InteractionError(path: path, line: lines[row], problem)
      }
      for note in [table.note(name, beginsLines: isUser && usersBeginLines), table.separatorNote(name)].compactMap({
        $0
      }) {
        execution.notice?(Notice("\(path): \(note)", isWarning: true))
      }
    }
    execution.progress?(
      ProgressEvent(
        stage: "read", completed: reader.bytesRead, total: reader.fileSize, unit: "bytes",
        note: "\(lines.count) rows, \(users.count) users, \(items.count) items"))
    if format.allowsNegativeValues, let note = rows.missingValues {
      execution.notice?(Notice("\(path): \(note)", isWarning: true))
    }
    if let note = unknownTimes { execution.notice?(Notice("\(path): \(note)", isWarning: true)) }
    if let note = mixedUnits { execution.notice?(Notice("\(path): \(note)", isWarning: true)) }
    try execution.checkCancellation()
    do throws(InteractionBuilder.Duplicate) {
      return try build(duplicates: format.duplicates)
    } catch {
      throw InteractionError(
        path: path, line: lines[error.second],
        .duplicatePair(user: error.user, item: error.item, firstLine: lines[error.first]))
    }
  }
}

extension RecordReader {
  /// The error of a row with another number of columns.
  ///
  /// - Parameters:
  ///   - expected: The columns of the first row.
  ///   - mayBeLists: Whether the rows may be lists of items.
  func ragged(expected: Int, mayBeLists: Bool = false) -> InteractionError {
    // What programs leave behind the last row: a control character, or zeros.
    let isRest = unsafe fieldCount == 1 && self[0].allSatisfy { $0 < 0x20 }
    let texts = texts
    if isRest { return InteractionError(path: path, line: line, .ragged(expected: expected, found: 1)) }
    if line > 1, texts.count > 1, texts.allSatisfy(ColumnNames.isKnown) {
      return InteractionError(path: path, line: line, .otherHeader(names: texts))
    }
    if format.quoting != .double, texts.contains(where: { $0.utf8.dropLast().contains(carriageReturn) }) {
      return InteractionError(path: path, line: line, .loneReturns)
    }
    if let separator, format.quoting == nil, !separator.usuallyQuotes, fieldCount > expected,
      texts.contains(where: { $0.first == "\"" && $0.last != "\"" }),
      texts.contains(where: { $0.first != "\"" && $0.last == "\"" })
    {
      return InteractionError(path: path, line: line, .quotedSeparator(separator: separator.name))
    }
    if let field = texts.first(where: { $0.first == " " && $0.trimmed.first == "\"" }) {
      return InteractionError(path: path, line: line, .spacedQuotes(found: field))
    }
    return InteractionError(
      path: path, line: line,
      separator == .space || mayBeLists
        ? .raggedSpaces(expected: expected, found: fieldCount, separator: separator?.text ?? " ")
        : .ragged(expected: expected, found: fieldCount))
  }

  /// Whether all fields of the current record are whole numbers.
  var holdsNumbersAlone: Bool { texts.allSatisfy { UInt64(canonical: $0) != nil } }

  /// Whether the current record has fields behind the first, all of them whole numbers.
  var holdsNumbersBehindFirst: Bool {
    fieldCount > 1 && texts.dropFirst().allSatisfy { UInt64(canonical: $0) != nil }
  }

  /// Refuses a file whose separator knows no quotes, and whose first row holds nothing but fields in quotes, or such and empty ones as
  /// the next row does, too.
  func refuseQuotedFields(_ head: TableHead) throws(InteractionError) {
    func areQuoted(_ row: [String], orEmpty: Bool) -> Bool {
      row.contains { !$0.isEmpty }
        && row.allSatisfy { $0.isEmpty && orEmpty || $0.utf8.count > 1 && $0.hasPrefix("\"") && $0.hasSuffix("\"") }
    }
    guard format.quoting == nil, let separator, !separator.usuallyQuotes, head.columnCount > 1,
      areQuoted(head.first, orEmpty: false)
        || areQuoted(head.first, orEmpty: true) && head.others.first.map({ areQuoted($0, orEmpty: true) }) ?? false
    else { return }
    throw head.error(.quotedFields(separator: separator.name))
  }

  /// Parses a value: finite and at least the lowest.
  @inline(__always) @unsafe func value(
    _ bytes: UnsafeBufferPointer<UInt8>, hasComma: Bool, _ lowest: Float
  ) throws(InteractionError) -> Float {
    guard let number = unsafe hasComma ? bytes.decimalNumberWithComma : bytes.decimalNumber else {
      throw InteractionError(path: path, line: line, .notANumber(found: unsafe shown(bytes)))
    }
    let value = Float(number)
    guard value.isFinite else {
      throw InteractionError(path: path, line: line, .notFinite(found: unsafe shown(bytes)))
    }
    guard value >= lowest else {
      throw InteractionError(path: path, line: line, .negative(found: unsafe shown(bytes)))
    }
    if value == 0, unsafe bytes.hasNonzeroDigit {
      throw InteractionError(path: path, line: line, .vanishing(found: unsafe shown(bytes)))
    }
    return value
  }

  /// Parses a time: a number, or a date in seconds since 1970.
  @unsafe func time(_ bytes: UnsafeBufferPointer<UInt8>, hasComma: Bool) throws(InteractionError) -> Double {
    // Digits of a date down to microseconds are about 2e19; numbers far beyond are no times.
    if let number = unsafe hasComma ? bytes.decimalNumberWithComma : bytes.decimalNumber, abs(number) < 1e24 {
      return number
    }
    guard let seconds = unsafe secondsOfDate(String(decoding: bytes.prefix(40), as: UTF8.self)) else {
      throw InteractionError(path: path, line: line, .notATime(found: unsafe shown(bytes)))
    }
    return seconds
  }

  /// The first 40 bytes of a field, for messages.
  @unsafe private func shown(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let text = unsafe String(decoding: bytes.prefix(40), as: UTF8.self)
    return bytes.count > 40 ? text + "…" : text
  }
}

/// The line of each row. Only jumps are stored; most files have none.
struct LineNumbers {
  private var jumps: [(row: Int, line: Int)] = []
  private var expected = -1
  private(set) var count = 0
  /// The usual number of lines from one row to the next.
  private let step: Int

  init(step: Int = 1) { self.step = step }

  mutating func append(_ line: Int) {
    if line != expected { jumps.append((count, line)) }
    expected = line &+ step
    count += 1
  }

  subscript(row: Int) -> Int {
    guard let jump = jumps.last(where: { $0.row <= row }) else { return 0 }
    return jump.line + (row - jump.row) * step
  }
}
