import AkinSupport
import AkinVectors

/// The layout of a file of interactions. The defaults read most files as they are, for example MovieLens.
public struct InteractionFormat: Sendable, Equatable {
  /// The field separator; `nil` detects it from the first row.
  public var separator: FieldSeparator?
  /// Whether the first row names the columns.
  public var header = HeaderRule.detect
  /// The column of users; `nil` takes a known name (`userId`, `user`, …), else the first column.
  public var user: ColumnChoice?
  /// The column of items; `nil` takes a known name (`movieId`, `item`, …), else the second column.
  public var item: ColumnChoice?
  /// The column of values; `nil` takes a known name (`rating`, `value`, `count`, …), without a header the third column.
  public var value: ColumnChoice?
  /// The column of times; `nil` takes a known name (`timestamp`, `time`, `date`), without a header the fourth column.
  public var time: ColumnChoice?
  /// Whether times are read: numbers of any unit, or dates like `2026-11-21 05:06:45`. The column must exist then.
  public var readsTimes = false
  /// Whether every value is 1, whatever the file holds. Without a column of values it is 1 too.
  public var ignoresValues = false
  /// What happens to a pair of user and item that occurs in several rows.
  public var duplicates = DuplicateRule.refuse

  /// Creates the default layout.
  public init() {}
}

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
      // Safe: the fields are used before the next record is read.
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

  /// Creates interactions from rows in memory.
  ///
  /// - Parameters:
  ///   - rows: User, item and value of each row; values are finite and at least 0.
  ///   - duplicates: What happens to a pair that occurs in several rows.
  /// - Throws: ``InteractionError``, whose line is the number of the row, counted from 1.
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
      do throws(IDInterner.Refusal) {
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

  /// The number of a field's id.
  private static func number(
    _ bytes: UnsafeBufferPointer<UInt8>, in table: inout IDInterner, _ column: String, _ plural: String,
    _ reader: borrowing RecordReader
  ) throws(InteractionError) -> UInt32 {
    do throws(IDInterner.Refusal) {
      return try unsafe table.index(of: bytes)
    } catch {
      throw InteractionError(path: reader.path, line: reader.line, error.problem(column, plural))
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

/// The line of each row. Only jumps are stored; most files have none.
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
