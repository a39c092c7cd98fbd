import AkinSupport
import AkinVectors

/// A table as text: a line with the names of columns, then a line a row, between tabs, with the escapes of ``TextField``.
///
///     id	title	bias	x0	x1
///     1	Heat (1995)	0.5	0.125	-3.0
///
/// The columns `x0`, `x1`, … at the end are vectors. `id` is required, `title` and `bias` may be absent, others are left out.
struct RowTable {
  private let file: InputFile
  private let names: [String]
  /// The columns of the vectors; empty for metadata, which has none.
  private let components: Range<Int>

  /// What a table holds beside its vectors.
  struct Metadata {
    var ids: IDColumn
    var titles: [String]?
    var biases: [Float]?
  }

  /// Whether the first line of a file has the names of such a table with vectors.
  static func isLikely(_ file: InputFile) throws(VectorFileError) -> Bool {
    guard let names = try firstNames(file) else { return false }
    return names.contains("id") && names.last == "x\(names.count - (names.firstIndex(of: "x0") ?? names.count) - 1)"
  }

  /// The fields of the first line; `nil` for a line that is no short text.
  private static func firstNames(_ file: InputFile) throws(VectorFileError) -> [String]? {
    let window = FileWindow(file)
    do throws(VectorFileError) {
      try window.skipByteOrderMark()
      guard let line = try unsafe window.nextLine(), unsafe WordVectors.isText(line) else { return nil }
      return unsafe fields(line).map { unsafe String(decoding: $0, as: UTF8.self) }
    } catch {
      if case .malformed = error { return nil }
      throw error
    }
  }

  /// Reads the names of the columns.
  init(_ file: InputFile) throws(VectorFileError) {
    guard let names = try RowTable.firstNames(file), names.contains("id") else {
      throw .unsupported(
        path: file.path, place: .line(1), found: "a table without the names of columns between tabs, with 'id'",
        advice: "name the column of ids 'id'; ids alone, one a line, are for --ids")
    }
    self.file = file
    self.names = names
    let first = names.firstIndex(of: "x0") ?? names.count
    components = first..<names.count
    for (place, name) in names[components].enumerated() where name != "x\(place)" {
      throw .malformed(
        path: file.path, place: .line(1), expected: "the column 'x\(place)'", found: "'\(name.prefix(40))'")
    }
    for name in ["id", "title", "bias"] where names.count(where: { $0 == name }) > 1 {
      throw .malformed(path: file.path, place: .line(1), expected: "the column '\(name)' once", found: "it twice")
    }
  }

  /// The vectors, with ids, titles and biases as far as the options ask for them.
  func imported(_ options: VectorFile.Options, _ execution: Execution) throws -> ImportedVectors {
    guard !components.isEmpty else {
      throw VectorFileError.malformed(
        path: file.path, place: .line(1), expected: "columns 'x0', 'x1', … with the vectors", found: "none")
    }
    let rows = try countRows(execution)
    let layout = try RowLayout(
      .float32, count: UInt64(rows), dimension: UInt64(components.count), offset: 0, in: file, place: .file)
    try checkMemory(rows: layout.count, dimension: layout.dimension, file)
    var metadata: Metadata?
    let vectors = try unsafe EmbeddingMatrix(count: layout.count, dimension: layout.dimension) {
      (floats, stride) throws(any Error) in
      metadata = try unsafe readLines(rows: rows, into: floats, stride, execution)
    }
    var read = ImportedVectors(vectors: vectors, ids: metadata?.ids, format: .tsv)
    if options.takesIDs { read.titles = metadata?.titles }
    if options.takesModel { read.itemBiases = metadata?.biases }
    return read
  }

  /// What the table holds beside its vectors.
  func metadata(_ execution: Execution) throws -> Metadata {
    try unsafe readLines(rows: countRows(execution), into: nil, 0, execution)
  }

  private func countRows(_ execution: Execution) throws -> Int {
    let window = FileWindow(file)
    var rows = -1
    while try unsafe window.nextLine() != nil {
      if window.line % 65_536 == 0 { try execution.checkCancellation() }
      rows += 1
    }
    // A line has at least a byte for each field: a separator or the end of the line.
    let least = UInt64(max(rows, 0)) * UInt64(names.count)
    guard least <= file.byteCount + 1 else {
      throw VectorFileError.wrongSize(
        path: file.path, expected: least - 1, found: file.byteCount, reason: "\(rows) lines of \(names.count) fields")
    }
    return max(rows, 0)
  }

  /// Reads all lines; writes the vectors, if there is room for them.
  @unsafe private func readLines(
    rows: Int, into floats: UnsafeMutableBufferPointer<Float>?, _ stride: Int, _ execution: Execution
  ) throws -> Metadata {
    let window = FileWindow(file)
    _ = try unsafe window.nextLine()
    var ids = IDCollector(path: file.path, firstLine: 2)
    var titles: [String] = []
    var biases: [Float] = []
    let columns = ["id", "title", "bias"].map { names.firstIndex(of: $0) }
    for row in 0..<rows {
      if row % 4_096 == 0 { try execution.checkCancellation() }
      guard let line = try unsafe window.nextLine() else { throw VectorFileError.shrank(path: file.path) }
      let fields = unsafe RowTable.fields(line)
      guard unsafe fields.count == names.count else {
        throw unsafe wrong(window, "\(names.count) fields as in line 1", "\(fields.count)")
      }
      if let id = columns[0] { try ids.add(text: unsafe text(fields[id], window)) }
      if let title = columns[1] { try titles.append(unsafe text(fields[title], window)) }
      if let bias = columns[2] { try biases.append(unsafe number(fields[bias], window, component: 0)) }
      guard let floats = unsafe floats else { continue }
      for component in 0..<components.count {
        // Safe: the matrix has `rows` rows of `stride` floats, and `stride` is at least the number of components.
        unsafe floats[row * stride + component] = try number(
          fields[components.lowerBound + component], window, component: component)
      }
    }
    return Metadata(
      ids: ids.column, titles: columns[1] == nil ? nil : titles, biases: columns[2] == nil ? nil : biases)
  }

  @unsafe private func text(_ field: UnsafeRawBufferPointer, _ window: FileWindow) throws(VectorFileError) -> String {
    guard let bytes = unsafe TextField.unescaped(field) else {
      throw wrong(window, "the escapes \\t, \\n, \\r, \\\\ and \\x with two digits", "another one")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw wrong(window, "a text in UTF-8", "other bytes")
    }
    return text
  }

  @unsafe private func number(
    _ field: UnsafeRawBufferPointer, _ window: FileWindow, component: Int
  ) throws(VectorFileError) -> Float {
    let place = FilePlace.line(window.line)
    guard let value = unsafe parseFloat(field) else {
      let found = unsafe String(decoding: field.prefix(40), as: UTF8.self)
      throw .notANumber(path: file.path, place: place, found: found, component: component)
    }
    guard value.isFinite else { throw .notFinite(path: file.path, place: place, component: component) }
    return value
  }

  private func wrong(_ window: FileWindow, _ expected: String, _ found: String) -> VectorFileError {
    .malformed(path: file.path, place: .line(window.line), expected: expected, found: found)
  }

  /// The fields of a line, between tabs.
  @unsafe private static func fields(_ line: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
    unsafe line.split(separator: 0x09, omittingEmptySubsequences: false).map {
      unsafe UnsafeRawBufferPointer(rebasing: $0)
    }
  }
}

/// A file of what belongs to vectors: a table without vectors, or one id a line.
public enum MetadataFile {
  /// Ids, and titles and biases where there are such columns.
  public struct Content: Sendable {
    /// One id a row.
    public var ids: IDColumn
    /// One title a row, empty for none; or `nil`.
    public var titles: [String]?
    /// One bias a row, or `nil`.
    public var biases: [Float]?
  }

  /// Reads the file. Its first line names columns if it has a tab; otherwise each line is an id.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - expectedCount: The number of rows that the file must have.
  ///   - execution: Cancellation.
  /// - Throws: ``VectorFileError`` or `Cancelled`.
  public static func read(path: String, expectedCount: Int, execution: Execution = Execution()) throws -> Content {
    let file = try InputFile(path: path)
    let window = FileWindow(file)
    guard let line = try unsafe window.nextLine(), unsafe line.contains(0x09) else {
      return Content(ids: try IDFile.read(path: path, expectedCount: expectedCount, execution: execution))
    }
    let read = try RowTable(file).metadata(execution)
    guard read.ids.count == expectedCount else {
      throw VectorFileError.wrongCount(
        path: path, what: "ids", expected: expectedCount, found: read.ids.count)
    }
    return Content(ids: read.ids, titles: read.titles, biases: read.biases)
  }
}
