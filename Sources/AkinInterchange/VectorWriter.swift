import AkinSupport
import AkinVectors

/// Writes vectors and what belongs to them to files for other programs, each complete or not at all.
///
/// What a format holds, `Format` says. Numbers as text are the shortest decimals that read back as the same float32, so every
/// format gives the same vectors back, bit for bit.
public enum VectorWriter {
  /// The formats.
  public enum Format: String, CaseIterable, Sendable {
    /// An array of NumPy: vectors alone.
    case npy
    /// A zip archive of NumPy's arrays: vectors, ids, titles, biases; of items, users or both.
    case npz
    /// Text between tabs, after a line with the names of columns: ids, titles, biases, vectors.
    case tsv
    /// Text between tabs: vectors alone, as the Embedding Projector's `vectors.tsv` has them.
    case matrix
    /// Text: a line `N D`, then lines of an id and the vector.
    case word2vec
    /// Named tensors (Hugging Face): vectors, biases, ids that are numbers; of items, users or both.
    case safetensors

    /// Whether a file holds several tables.
    public var holdsModel: Bool { self == .npz || self == .safetensors }
  }

  /// Writes tables to a file.
  ///
  /// - Parameters:
  ///   - tables: One table; for a format that `holdsModel` also items and users together.
  ///   - format: The format.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  ///   - execution: Threads; progress in rows; cancellation.
  /// - Throws: ``ExportError`` for ids that the format cannot hold, `OutputError`, or `Cancelled`.
  /// - Complexity: O(bytes).
  public static func write(
    _ tables: [VectorTable], as format: Format, to path: String, overwrite: Bool, execution: Execution = Execution()
  ) throws {
    try prepare(tables, as: format, to: path, overwrite: overwrite, execution: execution).commit()
  }

  /// Writes tables, and returns the output, which has no name yet.
  package static func prepare(
    _ tables: [VectorTable], as format: Format, to path: String, overwrite: Bool, execution: Execution
  ) throws -> AtomicOutput {
    precondition(tables.count == 1 || format.holdsModel, "a file of \(format.rawValue) holds one table")
    let table = tables[0]
    switch format {
    case .npz: return try npz(tables.flatMap(\.arrays), path, overwrite, execution)
    case .safetensors: return try safetensors(tables.flatMap(\.arrays), path, overwrite, execution)
    case .npy: return try npy(NamedArray("", table.vectors), path, overwrite, execution)
    case .tsv: return try text(table, columns: table.columns, hasVectors: true, path, overwrite, execution)
    case .matrix: return try text(table, columns: [], hasVectors: true, path, overwrite, execution)
    case .word2vec: return try word2vec(table, path, overwrite, execution)
    }
  }

  /// Writes the ids of a table: a name ending in `.npy` gets an array of int64, uint64 or texts; else one id a line.
  package static func prepareIDs(
    of table: VectorTable, to path: String, overwrite: Bool, execution: Execution
  ) throws -> AtomicOutput {
    if path.hasSuffix(".npy") { return try npy(NamedArray("", table.ids), path, overwrite, execution) }
    try check(table.ids, of: path, format: "a file of ids") { TextField.isControl($0) }
    var output = try AtomicOutput(path: path, overwrite: overwrite)
    let ids = table.ids
    try output.write(rows: table.count, execution) { row, text in
      text.append(contentsOf: ids[Row(row)].description.utf8)
      text.append(0x0A)
    }
    return output
  }

  /// Writes what a table has beside its vectors: a line with the names of columns, then a line a row. One column has no such line,
  /// as the Embedding Projector wants it.
  package static func prepareMetadata(
    of table: VectorTable, to path: String, overwrite: Bool, execution: Execution
  ) throws -> AtomicOutput {
    let columns = table.columns
    if columns.count == 1 { return try prepareIDs(of: table, to: path, overwrite: overwrite, execution: execution) }
    return try text(table, columns: columns, hasVectors: false, path, overwrite, execution)
  }

  // MARK: - Text

  private static func text(
    _ table: VectorTable, columns: [VectorTable.Column], hasVectors: Bool, _ path: String, _ overwrite: Bool,
    _ execution: Execution
  ) throws -> AtomicOutput {
    var output = try AtomicOutput(path: path, overwrite: overwrite)
    if !columns.isEmpty {
      let names = columns.map(\.name) + (hasVectors ? (0..<table.vectors.dimension).map { "x\($0)" } : [])
      try output.write(names.joined(separator: "\t") + "\n")
    }
    let total = table.count
    try output.write(rows: total, execution, written: { report($0, total, execution) }) { row, text in
      for (place, column) in columns.enumerated() {
        if place > 0 { text.append(0x09) }
        column.append(row, &text)
      }
      if hasVectors {
        if !columns.isEmpty { text.append(0x09) }
        table.appendComponents(of: row, separatedBy: 0x09, to: &text)
      }
      text.append(0x0A)
    }
    return output
  }

  private static func word2vec(
    _ table: VectorTable, _ path: String, _ overwrite: Bool, _ execution: Execution
  ) throws -> AtomicOutput {
    try check(table.ids, of: path, format: Format.word2vec.rawValue) {
      TextField.isControl($0) || $0.properties.isWhitespace
    }
    var output = try AtomicOutput(path: path, overwrite: overwrite)
    try output.write("\(table.count) \(table.vectors.dimension)\n")
    let (ids, total) = (table.ids, table.count)
    try output.write(rows: total, execution, written: { report($0, total, execution) }) { row, text in
      text.append(contentsOf: ids[Row(row)].description.utf8)
      text.append(0x20)
      table.appendComponents(of: row, separatedBy: 0x20, to: &text)
      text.append(0x0A)
    }
    return output
  }

  /// Throws for the first text id with a character that ends an id.
  private static func check(
    _ ids: IDColumn, of path: String, format: String, ends: (Unicode.Scalar) -> Bool
  ) throws(ExportError) {
    guard case .texts(let texts) = ids else { return }
    if let row = texts.firstIndex(where: { $0.unicodeScalars.contains(where: ends) }) {
      throw .unwritableID(path: path, row: row, id: texts[row], format: format)
    }
  }

  // MARK: - Arrays

  private static func npy(
    _ array: NamedArray, _ path: String, _ overwrite: Bool, _ execution: Execution
  ) throws -> AtomicOutput {
    let header = NpyWriter.header(array.component.descr, array.shape)
    var output = try AtomicOutput(
      path: path, byteCount: UInt64(header.count) + array.byteCount, overwrite: overwrite)
    try output.write(header)
    try array.forEachBlock(execution) { bytes, done in
      try output.write(bytes)
      report(done, array.rows, execution)
    }
    return output
  }

  private static func npz(
    _ arrays: [NamedArray], _ path: String, _ overwrite: Bool, _ execution: Execution
  ) throws -> AtomicOutput {
    var archive = ZipWriter(to: try AtomicOutput(path: path, overwrite: overwrite))
    let total = arrays.reduce(0) { $0 + $1.rows }
    var before = 0
    for array in arrays {
      let header = NpyWriter.header(array.component.descr, array.shape)
      // The checksum comes before the bytes, which are made twice.
      var checksum = CRC32()
      checksum.add(header)
      try array.forEachBlock(execution) { bytes, _ in checksum.add(bytes) }
      try archive.begin(
        array.name + ".npy", byteCount: UInt64(header.count) + array.byteCount, checksum: checksum.value)
      try archive.write(header)
      try array.forEachBlock(execution) { bytes, done in
        try archive.write(bytes)
        report(before + done, total, execution)
      }
      before += array.rows
    }
    return try archive.finish()
  }

  private static func safetensors(
    _ arrays: [NamedArray], _ path: String, _ overwrite: Bool, _ execution: Execution
  ) throws -> AtomicOutput {
    // Wide components first, so that each tensor is aligned.
    let arrays = arrays.filter { $0.component.dtype != nil }.sorted {
      ($1.component.size, $0.name) < ($0.component.size, $1.name)
    }
    var tensors: [String: JSONValue] = [:]
    var end: UInt64 = 0
    for array in arrays {
      tensors[array.name] = .object([
        "dtype": .string(array.component.dtype ?? ""),
        "shape": .array(array.shape.map { .integer(Int64($0)) }),
        "data_offsets": .array([.integer(Int64(end)), .integer(Int64(end + array.byteCount))]),
      ])
      end += array.byteCount
    }
    var header = Array(JSONValue.object(tensors).text.utf8)
    while header.count % 8 != 0 { header.append(0x20) }
    var output = try AtomicOutput(path: path, byteCount: 8 + UInt64(header.count) + end, overwrite: overwrite)
    var length: [UInt8] = []
    appendLittleEndian(UInt64(header.count), to: &length)
    try output.write(length + header)
    let total = arrays.reduce(0) { $0 + $1.rows }
    var before = 0
    for array in arrays {
      try array.forEachBlock(execution) { bytes, done in
        try output.write(bytes)
        report(before + done, total, execution)
      }
      before += array.rows
    }
    return output
  }

  private static func report(_ done: Int, _ total: Int, _ execution: Execution) {
    execution.progress?(ProgressEvent(stage: "export", completed: done, total: total, unit: "rows"))
  }
}
