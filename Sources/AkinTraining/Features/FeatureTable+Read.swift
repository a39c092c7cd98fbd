import AkinSupport
import AkinVectors

extension FeatureTable {
  /// The largest number of features of a table that is read.
  public static let featureLimit = 65_536

  /// Reads a CSV or TSV file of features, whose first row names the columns.
  ///
  /// - Ids are in the chosen column, else in a column with a known name (`id`, `movieId`, `user_id`, …), else in the first.
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
  ///   - separator: The field separator; `nil` detects it from the first row.
  ///   - id: The column of ids; `nil` takes a known name, else the first column.
  ///   - columns: The columns of features; `nil` takes all columns but ids and titles.
  ///   - execution: Progress in bytes; cancellation.
  /// - Throws: ``InteractionError`` for rows and fields, ``FeatureError`` for features, or `Cancelled`.
  /// - Complexity: O(bytes) time and memory.
  public static func read(
    path: String, separator: FieldSeparator? = nil, id: ColumnChoice? = nil, columns: [ColumnChoice]? = nil,
    execution: Execution = Execution()
  ) throws -> FeatureTable {
    var reader = try RecordReader(path: path, separator: separator)
    guard try reader.next() else { throw InteractionError(path: path, .noRows) }
    let layout = try FeatureLayout(of: reader, id: id, columns: columns)
    var table = IDInterner()
    var lines: [Int] = []
    var cells = layout.features.map { FeatureCells(name: layout.names[$0]) }
    while try reader.next() {
      guard reader.fieldCount == layout.names.count else {
        throw InteractionError(
          path: path, line: reader.line, .ragged(expected: layout.names.count, found: reader.fieldCount))
      }
      let index: UInt32
      do throws(IDInterner.Refusal) {
        // Safe: this field and those below are used before the next record is read.
        index = try unsafe table.index(of: reader[layout.id])
      } catch {
        throw InteractionError(path: path, line: reader.line, error.problem(layout.names[layout.id], "rows"))
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
    var builder = FeatureBuilder(path: path, lines: lines)
    for place in cells.indices {
      try execution.checkCancellation()
      try builder.add(cells[place])
      // Frees the text of the column.
      cells[place] = FeatureCells(name: "")
    }
    return try builder.build(ids: table.inOrder)
  }
}

/// The columns of ids and features in a file, by its first row and the caller's choices.
struct FeatureLayout {
  /// The names of the columns; a column without a name is `column` and its number.
  let names: [String]
  /// The column of ids, counted from 0.
  let id: Int
  /// The columns of features, ascending.
  let features: [Int]

  private static let idNames = [
    "itemId", "item_id", "item", "userId", "user_id", "user", "id", "uid", "iid", "movieId", "movie_id", "productId",
    "product_id", "trackId", "track_id", "bookId", "book_id", "artistId", "artist_id", "customerId", "customer_id",
    "customer", "asin", "sku",
  ]
  private static let titleNames = ["title", "name", "label"]

  /// Reads the layout from the first row, which is the reader's current record.
  ///
  /// - Throws: ``InteractionError`` or ``FeatureError``.
  init(of reader: borrowing RecordReader, id choice: ColumnChoice?, columns: [ColumnChoice]?) throws {
    let first = reader.texts
    let finder = ColumnFinder(path: reader.path, line: reader.line, first: first)
    let known = finder.column(named: FeatureLayout.idNames)
    let id = try choice.map { try finder.column($0, hasHeader: true) } ?? known ?? 0
    let others = first.indices.filter { $0 != id }
    // A first row of numbers is data: the header is missing.
    var numbers: [String] = []
    for column in others where unsafe reader[column].decimalNumber != nil { numbers.append(first[column]) }
    if known == nil, !numbers.isEmpty, numbers.count == others.count {
      throw FeatureError(
        path: reader.path, line: reader.line, .noHeader(found: numbers.prefix(4).joined(separator: ", ")))
    }
    names = first.enumerated().map { $1.isEmpty ? "column \($0 + 1)" : $1 }
    self.id = id
    if let columns {
      var chosen: Set<Int> = []
      for choice in columns {
        let column = try finder.column(choice, hasHeader: true)
        guard column != id else { throw FeatureError(path: reader.path, .idAsFeature(name: names[id])) }
        chosen.insert(column)
      }
      features = chosen.sorted()
    } else {
      features = others.filter { !FeatureLayout.titleNames.contains(first[$0].lowercased()) }
    }
    guard !features.isEmpty else {
      throw FeatureError(path: reader.path, line: reader.line, .noFeatures(present: names))
    }
  }
}
