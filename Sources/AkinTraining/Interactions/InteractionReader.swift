import AkinSupport
import AkinVectors

extension Interactions {
  /// Reads a CSV or TSV file of interactions.
  ///
  /// - Parameters:
  ///   - path: A file or a pipe.
  ///   - format: The layout.
  ///   - execution: Progress in bytes; cancellation. One thread reads.
  /// - Throws: ``InteractionError``, which names the line, or `Cancelled`.
  /// - Complexity: O(bytes) time; at the peak about 20 bytes of memory per row and 50 bytes per id.
  public static func read(
    path: String, format: InteractionFormat = InteractionFormat(), execution: Execution = Execution()
  ) throws -> Interactions {
    if format.layout == .lists { return try readLists(path: path, format: format, execution: execution) }
    var reader = try RecordReader(path: path, format: format.text, detectsSpaces: true)
    let head = try reader.head()
    if let notice = reader.encodingNotice { execution.notice?(notice) }
    try reader.refuseQuotedFields(head)
    let columns = try InteractionColumns(head, format: format)
    execution.notice?(columns.notice)
    do {
      return try readRows(&reader, head, columns, format, execution)
    } catch let error as InteractionError {
      throw columns.placed(error, head)
    }
  }

  /// Reads all rows, whose columns are known.
  private static func readRows(
    _ reader: inout RecordReader, _ head: TableHead, _ columns: InteractionColumns, _ format: InteractionFormat,
    _ execution: Execution
  ) throws -> Interactions {
    let path = reader.path
    var builder = InteractionBuilder()
    var lines = LineNumbers()
    let hasComma = format.text.decimalMark == .comma
    let lowest = Interactions.lowestValue(allowsNegative: format.allowsNegativeValues)
    var reported = 0
    var zeros = 0
    var more = try reader.next()
    if more, columns.hasHeader { more = try reader.next() }
    while more {
      guard reader.fieldCount == columns.columnCount else {
        // Lists have different lengths; a row that is cut has neighbours of one.
        let isFarOff =
          abs(reader.fieldCount - columns.columnCount) > 1 && reader.holdsNumbersBehindFirst && !head.isEven
        let mayBeLists =
          isFarOff && !columns.hasHeader
          || columns.value == nil && (!columns.hasHeader || columns.columnCount == 2 && reader.holdsNumbersAlone)
        throw reader.ragged(expected: columns.columnCount, mayBeLists: mayBeLists)
      }
      // Safe: the fields are used before the next record is read.
      let user = try unsafe number(reader[columns.user], in: &builder.users, "user", "users", reader)
      let item = try unsafe number(reader[columns.item], in: &builder.items, "item", "items", reader)
      var value: Float = 1
      if let column = columns.value {
        do throws(InteractionError) {
          value = try unsafe reader.value(reader[column], hasComma: hasComma, lowest)
        } catch {
          throw columns.explained(error, reader.texts)
        }
        zeros &+= value == 0 ? 1 : 0
      }
      let time = try columns.time.map { column throws(InteractionError) in
        try unsafe reader.time(reader[column], hasComma: hasComma)
      }
      lines.append(reader.line)
      builder.add(user: user, item: item, value: value, time: time)
      if reader.bytesRead - reported >= 4 << 20 {
        reported = reader.bytesRead
        try execution.checkCancellation()
        execution.progress?(
          ProgressEvent(stage: "read", completed: reported, total: reader.fileSize, unit: "bytes"))
      }
      more = try reader.next()
    }
    if let user = columns.userName, let item = columns.itemName, let row = builder.row(user: user, item: item) {
      throw InteractionError(path: path, line: lines[row], .repeatedHeader(user: user, item: item))
    }
    if let stray = builder.rowOfNames {
      throw InteractionError(path: path, line: lines[stray.row], .otherHeader(names: stray.names))
    }
    let beginsLines = columns.user == 0 && !head.isQuoted
    var interactions = try builder.finish(reader, lines, format, execution, usersBeginLines: beginsLines)
    if zeros > 0, zeros < interactions.rowsRead, !format.allowsNegativeValues, !format.readsLabels {
      execution.notice?(
        Notice(
          "\(path): \(zeros) of \(interactions.rowsRead) values are 0, which tell as little as no row; if each row is an "
            + "interaction: --value none", isWarning: true))
    }
    interactions.itemColumn = columns.itemName
    interactions.hasValues = columns.value != nil
    return interactions
  }

  /// Creates interactions from rows in memory.
  ///
  /// - Parameters:
  ///   - rows: User, item and value of each row; values are finite.
  ///   - times: The time of each row, a finite number, which decides between rows of one pair; `nil` for none.
  ///   - duplicates: What happens to a pair that occurs in several rows.
  ///   - allowsNegativeValues: Whether values may be below 0, as ratings of any scale are.
  /// - Throws: ``InteractionError``, whose line is the number of the row, counted from 1.
  public init(
    rows: some Sequence<(user: UserID, item: ItemID, value: Float)>, times: [Double]? = nil,
    duplicates: DuplicateRule = .refuse, allowsNegativeValues: Bool = false
  ) throws(InteractionError) {
    let path = "interactions"
    let lowest = Interactions.lowestValue(allowsNegative: allowsNegativeValues)
    var builder = InteractionBuilder()
    for (index, row) in rows.enumerated() {
      guard row.value.isFinite else {
        throw InteractionError(path: path, line: index + 1, .notFinite(found: "\(row.value)"))
      }
      guard row.value >= lowest else {
        throw InteractionError(path: path, line: index + 1, .negative(found: "\(row.value)"))
      }
      let time = times.map { index < $0.count ? $0[index] : .nan }
      if let time, !time.isFinite {
        throw InteractionError(path: path, line: index + 1, .notATime(found: "\(time)"))
      }
      let user: UInt32
      let item: UInt32
      do throws(IDInterner.Refusal) {
        user = try builder.users.index(of: row.user)
        item = try builder.items.index(of: row.item)
      } catch {
        throw InteractionError(path: path, line: index + 1, error.problem("user or item", "users or items"))
      }
      builder.add(user: user, item: item, value: row.value, time: time)
    }
    do throws(InteractionBuilder.Duplicate) {
      self = try builder.build(duplicates: duplicates)
    } catch {
      throw InteractionError(
        path: path, line: error.second + 1,
        .duplicatePair(user: error.user, item: error.item, firstLine: error.first + 1))
    }
  }

  /// The smallest value that is read.
  static func lowestValue(allowsNegative: Bool) -> Float {
    allowsNegative ? -.greatestFiniteMagnitude : 0
  }

  /// The number of a field's id.
  static func number(
    _ bytes: UnsafeBufferPointer<UInt8>, in table: inout IDInterner, _ column: String, _ plural: String,
    _ reader: borrowing RecordReader
  ) throws(InteractionError) -> UInt32 {
    do throws(IDInterner.Refusal) {
      return try unsafe table.index(of: bytes)
    } catch {
      let isEmptyRow = error == .empty && (0..<reader.fieldCount).allSatisfy { unsafe reader[$0].isEmpty }
      throw InteractionError(
        path: reader.path, line: reader.line, isEmptyRow ? .emptyRow : error.problem(column, plural))
    }
  }
}

extension IDInterner.Refusal {
  /// The problem as an ``InteractionError`` names it.
  ///
  /// - Parameters:
  ///   - column: The column: `user`, `item`, …
  ///   - plural: Its rows: `users`, `items`, …
  func problem(_ column: String, _ plural: String) -> InteractionError.Problem {
    switch self {
    case .empty: .emptyID(column: column)
    case .notUTF8: .notUTF8(column: column)
    case .tooMany: .tooMany(what: plural)
    case .tooLong(let bytes): .idTooLong(column: column, bytes: bytes)
    }
  }
}
