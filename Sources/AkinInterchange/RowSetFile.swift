import AkinSupport
import AkinVectors

/// A file that names rows of a table: an `.npy` array with a truth value for each row, or one of positions.
public enum RowSetFile {
  /// Whether a file is an `.npy` array of truth values or numbers; another file may hold ids (``IDFile``).
  ///
  /// - Parameter path: The file.
  /// - Throws: ``VectorFileError``.
  public static func isArray(path: String) throws -> Bool {
    let file = try InputFile(path: path)
    guard try file.bytes(at: 0, count: Int(min(file.byteCount, 6))) == NpyHeader.magic else { return false }
    return switch try NpyHeader(file).content {
    case .flags, .numbers: true
    case .codePoints, .bytes: false
    }
  }

  /// Whether a file is an `.npy` array of numbers, which are positions.
  ///
  /// - Parameter path: A file of which ``isArray(path:)`` is true.
  /// - Throws: ``VectorFileError``.
  public static func holdsPositions(path: String) throws -> Bool {
    if case .numbers = try NpyHeader(InputFile(path: path)).content { true } else { false }
  }

  /// Rows that a file names by their ids.
  public struct Named: Sendable, Equatable {
    /// The rows of known ids.
    public let rows: RowSet
    /// The number of ids without a row.
    public let unknown: Int
    /// The first of them, or `nil`.
    public let example: ItemID?
  }

  /// Reads the rows of ids: text with an id a line, or an `.npy` of texts. A repeated id counts once.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - count: The number of rows of the table.
  ///   - execution: Cancellation.
  ///   - row: The row of an id, below `count`, or `nil`.
  /// - Throws: ``VectorFileError`` for an empty line, and for what is no id; `Cancelled`.
  /// - Complexity: O(*file*), and a call of `row` for each id.
  public static func read(
    idsAt path: String, count: Int, execution: Execution = Execution(), row: (ItemID) -> Row?
  ) throws -> Named {
    let file = try InputFile(path: path)
    var rows = RowSet(capacity: count)
    var (unknown, example) = (0, ItemID?.none)
    func add(_ text: String, _ place: FilePlace) throws(VectorFileError) {
      guard (1...VectorLimits.idBytes).contains(text.utf8.count) else {
        throw .malformed(
          path: path, place: place, expected: "an id of 1 to \(VectorLimits.idBytes) bytes", found: "\(text.utf8.count)"
        )
      }
      let id = ItemID(parsing: text)
      if let row = row(id) {
        rows.insert(row)
      } else {
        unknown += 1
        example = example ?? id
      }
    }
    if try file.bytes(at: 0, count: Int(min(file.byteCount, 6))) == NpyHeader.magic {
      var place = 0
      try TextArray(file, NpyHeader(file)).forEach(file, execution) { text throws(VectorFileError) in
        try add(text, .row(place))
        place += 1
      }
    } else {
      let window = FileWindow(file)
      try window.skipByteOrderMark()
      while let line = try unsafe window.nextLine() {
        if window.line % 65_536 == 0 { try execution.checkCancellation() }
        guard let text = unsafe String(validating: line, as: UTF8.self) else {
          throw VectorFileError.malformed(
            path: path, place: .line(window.line), expected: "an id in UTF-8", found: "other bytes")
        }
        try add(text, .line(window.line))
      }
    }
    return Named(rows: rows, unknown: unknown, example: example)
  }

  /// Reads a set of rows: those of true values, or the given positions, in any order; a repeated one counts once.
  ///
  /// - Parameters:
  ///   - path: An `.npy` array of `count` truth values (NumPy's `bool`), or of integers from 0 to `count` - 1.
  ///   - count: The number of rows of the table.
  ///   - execution: Cancellation.
  /// - Throws: ``VectorFileError`` or `Cancelled`.
  /// - Complexity: O(*file*).
  public static func read(path: String, count: Int, execution: Execution = Execution()) throws -> RowSet {
    let file = try InputFile(path: path)
    let header = try NpyHeader(file)
    var rows = RowSet(capacity: count)
    if case .flags = header.content {
      try check(header.columnCount(file), count, "truth values", file)
      let chunk = 1 << 20
      for start in stride(from: 0, to: count, by: chunk) {
        try execution.checkCancellation()
        let flags = try file.bytes(at: header.dataOffset + UInt64(start), count: min(chunk, count - start))
        for (place, flag) in flags.enumerated() where flag != 0 {
          guard flag == 1 else {
            throw VectorFileError.malformed(
              path: path, place: .row(start + place), expected: "a truth value, 0 or 1", found: "\(flag)")
          }
          rows.insert(Row(start + place))
        }
      }
      return rows
    }
    let positions = try IntegerColumn(file, header, header.element(file), of: "position")
    var place = 0
    var largest: UInt64 = 0
    try positions.forEach(file, execution) { position throws(VectorFileError) in
      largest = max(largest, position)
      guard position < UInt64(count) else {
        throw .malformed(
          path: path, place: .row(place), expected: "a position below \(count), the number of items",
          found: "\(position)")
      }
      rows.insert(Row(Int(position)))
      place += 1
    }
    // Positions would repeat; a mask has one number for each row.
    if place == count, count > 2, largest <= 1 {
      throw VectorFileError.unsupported(
        path: path, place: .header, found: "0 or 1 for each item as positions",
        advice: "if they are truth values, save them as such: numpy.save('mask.npy', array.astype(bool))")
    }
    return rows
  }
}
