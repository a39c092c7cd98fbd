import AkinSupport
import AkinVectors

extension FeatureTable {
  /// The largest number of features of a table that is read.
  public static let featureLimit = 65_536

  /// Reads a CSV or TSV file of features, whose first row names the columns.
  ///
  /// - Ids are in the chosen column, else in a column with a known name (`id`, `movieId`, `user_id`, …).
  /// - A column of numbers and empty fields is one feature with the column's name; an empty field is 0. A field that is not a
  ///   number is an error if at least nine in ten fields are numbers.
  /// - Any other column holds words: `Drama|Crime` in a column `genre` sets the features `genre=Drama` and `genre=Crime` to 1
  ///   in this row; `(no genres listed)` sets none. A column whose words hardly any two rows share (names, descriptions) is
  ///   an error, because such words do not apply to other rows.
  /// - A column `title`, `name` or `label` is left out unless it is chosen.
  ///
  /// Features have the order of the columns, and the words of a column are sorted, so the order of rows changes no feature.
  ///
  /// - Parameters:
  ///   - path: A file or a pipe.
  ///   - format: Separator, quotes, encoding and decimal mark.
  ///   - id: The column of ids; `nil` takes a known name.
  ///   - side: Whose features these are, which decides between ids of users and of items, and names the option in errors.
  ///   - columns: The columns of features; `nil` takes all columns but ids and titles.
  ///   - execution: Progress in bytes; notices; cancellation.
  /// - Throws: ``InteractionError`` for rows and fields, ``FeatureError`` for features, or `Cancelled`.
  /// - Complexity: O(bytes) time and memory.
  public static func read(
    path: String, format: TextFormat = TextFormat(), id: ColumnChoice? = nil, of side: FeatureSide? = nil,
    columns: [ColumnChoice]? = nil, execution: Execution = Execution()
  ) throws -> FeatureTable {
    var reader = try RecordReader(path: path, format: format)
    let head = try reader.head()
    if let notice = reader.encodingNotice { execution.notice?(notice) }
    try reader.refuseQuotedFields(head)
    let layout = try FeatureLayout(head, id: id, side: side, columns: columns)
    execution.notice?(layout.notice)
    guard try reader.next() else { throw InteractionError(path: path, .noRows) }
    let idPlace = FieldPlace(
      column: layout.id, name: head.first[layout.id], separator: head.separator,
      option: side.map { "--\($0.rawValue)-feature-id" })
    var table = IDInterner()
    var lines: [Int] = []
    var cells = layout.features.map { FeatureCells(name: layout.names[$0]) }
    while try reader.next() {
      guard reader.fieldCount == layout.names.count else { throw reader.ragged(expected: layout.names.count) }
      let index: UInt32
      do throws(IDInterner.Refusal) {
        // Safe: this field and those below are used before the next record is read.
        index = try unsafe table.index(of: reader[layout.id])
      } catch {
        throw InteractionError(
          InteractionError(path: path, line: reader.line, error.problem(layout.names[layout.id], "rows")), at: idPlace)
      }
      guard Int(index) == lines.count else {
        throw FeatureError(
          path: path, line: reader.line,
          .duplicateID(id: table.id(at: Int(index)), firstLine: lines[Int(index)]))
      }
      lines.append(reader.line)
      for place in cells.indices { unsafe cells[place].append(reader[layout.features[place]]) }
      if lines.count & 0xFFFF == 0 {
        try execution.checkCancellation()
        execution.progress?(
          ProgressEvent(stage: "read features", completed: reader.bytesRead, total: reader.fileSize, unit: "bytes"))
      }
    }
    guard !lines.isEmpty else { throw InteractionError(path: path, line: reader.line, .noRows) }
    let spelling = table.spelling
    if let (id, problem) = spelling.problem(layout.names[layout.id]) {
      throw InteractionError(InteractionError(path: path, line: lines[Int(id)], problem), at: idPlace)
    }
    let beginsLines = layout.id == 0 && !head.isQuoted
    if let note = spelling.note(layout.names[layout.id], beginsLines: beginsLines) {
      execution.notice?(Notice("\(path): \(note)", isWarning: true))
    }
    var builder = FeatureBuilder(path: path, lines: lines, decimalMark: format.decimalMark)
    for place in cells.indices {
      try execution.checkCancellation()
      try builder.add(cells[place])
      // Frees the text of the column.
      cells[place] = FeatureCells(name: "")
    }
    for note in builder.notes { execution.notice?(Notice("\(path): \(note)", isWarning: true)) }
    return try builder.build(ids: table.inOrder)
  }
}
