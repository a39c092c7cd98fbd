import AkinSupport
import AkinVectors

extension FeatureTable {
  /// How many features a table that is read may have.
  public static let featureLimit = 65_536

  /// Reads a CSV or TSV file of features, whose first row names the columns.
  ///
  /// - The ids are in the column that the caller chose, else in one with a name that ids have (`id`, `movieId`,
  ///   `user_id` and the like), else in the first.
  /// - A column whose fields are all numbers or empty is one feature of the column's name. Empty is 0. When nine in ten
  ///   of the fields are numbers, one that is none is an error.
  /// - Any other column is of words: `Drama|Crime` in a column `genre` is the features `genre=Drama` and `genre=Crime`,
  ///   each 1 in this row; `(no genres listed)` is none. Words that hardly any two rows share (names, descriptions) are an
  ///   error, as they would say nothing of another row.
  /// - A column `title`, `name` or `label` is left out unless it is chosen.
  ///
  /// Features stand in the order of the columns, the words of one column sorted: the order of rows changes no name.
  ///
  /// - Parameters:
  ///   - id: The column of ids, or `nil` for what the names say.
  ///   - columns: The columns that are features, or `nil` for all that can be.
  /// - Throws: ``InteractionError`` for what is wrong with rows, ``FeatureError`` for what is wrong with features, or
  ///   ``Cancelled``.
  /// - Complexity: O(*bytes*) time and memory.
  public static func read(
    path: String, separator: FieldSeparator? = nil, id: ColumnChoice? = nil, columns: [ColumnChoice]? = nil,
    execution: Execution = Execution()
  ) throws -> FeatureTable {
    var reader = try RecordReader(path: path, separator: separator)
    guard try reader.next() else { throw InteractionError(path: path, .noRows) }
    let layout = try FeatureLayout(of: reader, id: id, columns: columns)
    var table = IDTable()
    var lines: [Int] = []
    var cells = layout.features.map { FeatureCells(name: layout.names[$0]) }
    while try reader.next() {
      guard reader.fieldCount == layout.names.count else {
        throw InteractionError(
          path: path, line: reader.line, .ragged(expected: layout.names.count, found: reader.fieldCount))
      }
      let index: UInt32
      do throws(IDTable.Refusal) {
        // Safe: the field is used before the reader moves on, as are those below.
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
      // The text is not needed any more.
      cells[place] = FeatureCells(name: "")
    }
    return try builder.build(ids: table.inOrder)
  }
}

/// Which columns of a file hold ids and features, as its first row and the caller say.
struct FeatureLayout {
  /// The columns' names; a column without one is called by its number.
  let names: [String]
  let id: Int
  /// The columns of features, ascending.
  let features: [Int]

  private static let idNames = [
    "itemId", "item_id", "item", "userId", "user_id", "user", "id", "uid", "iid", "movieId", "movie_id", "productId",
    "product_id", "trackId", "track_id", "bookId", "book_id", "artistId", "artist_id", "customerId", "customer_id",
    "customer", "asin", "sku",
  ]
  private static let titleNames = ["title", "name", "label"]

  init(of reader: borrowing RecordReader, id choice: ColumnChoice?, columns: [ColumnChoice]?) throws {
    let first = reader.texts
    let finder = ColumnFinder(path: reader.path, line: reader.line, first: first)
    let known = finder.column(named: FeatureLayout.idNames)
    let id = try choice.map { try finder.column($0, hasHeader: true) } ?? known ?? 0
    let others = first.indices.filter { $0 != id }
    // A first row of numbers is one that somebody forgot to name.
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
