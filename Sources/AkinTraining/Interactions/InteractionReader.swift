import AkinSupport
import AkinVectors

/// How a file of interactions is laid out. The defaults read most files as they are, MovieLens among them.
public struct InteractionFormat: Sendable, Equatable {
  /// What stands between fields, or `nil` to find out from the first row.
  public var separator: FieldSeparator?
  /// Whether the first row names the columns.
  public var header = HeaderRule.detect
  /// The users' column, or `nil`: a known name (`userId`, `user`, …), else the first column.
  public var user: ColumnChoice?
  /// The items' column, or `nil`: a known name (`movieId`, `item`, …), else the second column.
  public var item: ColumnChoice?
  /// The values' column, or `nil`: a known name (`rating`, `value`, `count`, …); without a header the third column.
  public var value: ColumnChoice?
  /// The times' column, or `nil`: a known name (`timestamp`, `time`, `date`); without a header the fourth column.
  public var time: ColumnChoice?
  /// Whether times are read: numbers (of any unit), or dates like `2026-11-21 05:06:45`. Then there must be a column.
  public var readsTimes = false
  /// Whether every interaction counts 1, whatever the file says. So it does too when there is no value column.
  public var ignoresValues = false
  /// What happens when a pair of user and item stands in several rows.
  public var duplicates = DuplicateRule.refuse

  /// Creates the default layout.
  public init() {}
}

extension Interactions {
  /// Reads a CSV or TSV file of interactions.
  ///
  /// - Parameters:
  ///   - path: The file; a pipe will do.
  ///   - format: Its layout.
  ///   - execution: Hears of progress in bytes, and may cancel. The reading itself is one thread's work.
  /// - Throws: ``InteractionError``, which names the line, or ``Cancelled``.
  /// - Complexity: O(bytes) time; about 20 bytes a row and 50 bytes an id of memory at the peak.
  public static func read(
    path: String, format: InteractionFormat = InteractionFormat(), execution: Execution = Execution()
  ) throws -> Interactions {
    var reader = try RecordReader(path: path, separator: format.separator)
    var builder = InteractionBuilder()
    var lines = LineNumbers()
    guard try reader.next() else { throw InteractionError(path: path, .noRows) }
    let layout = try InteractionLayout(of: reader, format: format)
    var reported = 0
    var more = layout.hasHeader ? try reader.next() : true
    while more {
      guard reader.fieldCount == layout.columnCount else {
        throw InteractionError(
          path: path, line: reader.line, .ragged(expected: layout.columnCount, found: reader.fieldCount))
      }
      // Safe: the fields are used before the reader moves on.
      let user = try unsafe number(reader[layout.user], in: &builder.users, "user", "users", reader)
      let item = try unsafe number(reader[layout.item], in: &builder.items, "item", "items", reader)
      var value: Float = 1
      if let column = layout.value { value = try unsafe InteractionLayout.value(reader[column], reader) }
      let time = try layout.time.map { column throws(InteractionError) in
        try unsafe InteractionLayout.time(reader[column], reader)
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
    guard lines.count > 0 else { throw InteractionError(path: path, .noRows) }
    execution.progress?(
      ProgressEvent(
        stage: "read", completed: reader.bytesRead, total: reader.fileSize, unit: "bytes",
        note: "\(lines.count) rows, \(builder.users.count) users, \(builder.items.count) items"))
    try execution.checkCancellation()
    do throws(InteractionBuilder.Duplicate) {
      return try builder.build(duplicates: format.duplicates)
    } catch {
      throw InteractionError(
        path: path, line: lines[error.second],
        .duplicatePair(user: error.user, item: error.item, firstLine: lines[error.first]))
    }
  }

  /// Makes interactions from rows in memory. Values must be finite and at least 0.
  ///
  /// - Throws: ``InteractionError`` (its lines are the rows' numbers, from 1).
  public init(
    rows: some Sequence<(user: UserID, item: ItemID, value: Float)>, duplicates: DuplicateRule = .refuse
  ) throws(InteractionError) {
    let path = "interactions"
    var builder = InteractionBuilder()
    for (index, row) in rows.enumerated() {
      guard row.value.isFinite else {
        throw InteractionError(path: path, line: index + 1, .notFinite(found: "\(row.value)"))
      }
      guard row.value >= 0 else {
        throw InteractionError(path: path, line: index + 1, .negative(found: "\(row.value)"))
      }
      let user: UInt32
      let item: UInt32
      do throws(IDTable.Refusal) {
        user = try builder.users.index(of: row.user)
        item = try builder.items.index(of: row.item)
      } catch {
        throw InteractionError(path: path, line: index + 1, error.problem("user or item", "users or items"))
      }
      builder.add(user: user, item: item, value: row.value)
    }
    do throws(InteractionBuilder.Duplicate) {
      self = try builder.build(duplicates: duplicates)
    } catch {
      throw InteractionError(
        path: path, line: error.second + 1,
        .duplicatePair(user: error.user, item: error.item, firstLine: error.first + 1))
    }
  }

  private static func number(
    _ bytes: UnsafeBufferPointer<UInt8>, in table: inout IDTable, _ column: String, _ plural: String,
    _ reader: borrowing RecordReader
  ) throws(InteractionError) -> UInt32 {
    do throws(IDTable.Refusal) {
      return try unsafe table.index(of: bytes)
    } catch {
      throw InteractionError(path: reader.path, line: reader.line, error.problem(column, plural))
    }
  }
}

extension IDTable.Refusal {
  func problem(_ column: String, _ plural: String) -> InteractionError.Problem {
    switch self {
    case .empty: .emptyID(column: column)
    case .notUTF8: .notUTF8(column: column)
    case .tooMany: .tooMany(what: plural)
    case .tooLong(let bytes): .idTooLong(column: column, bytes: bytes)
    }
  }
}

/// Which line each row came from: only the jumps are stored, and most files have none.
private struct LineNumbers {
  private var jumps: [(row: Int, line: Int)] = []
  private var expected = -1
  private(set) var count = 0

  mutating func append(_ line: Int) {
    if line != expected { jumps.append((count, line)) }
    expected = line &+ 1
    count += 1
  }

  subscript(row: Int) -> Int {
    guard let jump = jumps.last(where: { $0.row <= row }) else { return 0 }
    return jump.line + row - jump.row
  }
}
