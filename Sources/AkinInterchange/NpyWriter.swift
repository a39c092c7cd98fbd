import AkinSupport
import AkinVectors

/// Writes `.npy` files with the same bytes as NumPy, complete or not at all.
public enum NpyWriter {
  /// Writes a table of int64, row after row.
  ///
  /// - Parameters:
  ///   - numbers: `rows × columns` numbers.
  ///   - rows: The rows.
  ///   - columns: The columns.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  /// - Throws: `OutputError`.
  public static func write(
    _ numbers: [Int64], rows: Int, columns: Int, to path: String, overwrite: Bool
  ) throws(OutputError) {
    precondition(rows >= 0 && columns >= 0 && numbers.count == rows * columns, "a table has rows × columns numbers")
    var output = try begin("<i8", [rows, columns], elementSize: 8, path, overwrite)
    try unsafe write(numbers, to: &output)
    try output.commit()
  }

  /// Writes a column of int64.
  ///
  /// - Parameters:
  ///   - numbers: The numbers.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  /// - Throws: `OutputError`.
  public static func write(_ numbers: [Int64], to path: String, overwrite: Bool) throws(OutputError) {
    var output = try begin("<i8", [numbers.count], elementSize: 8, path, overwrite)
    try unsafe write(numbers, to: &output)
    try output.commit()
  }

  /// Writes a column of float32.
  ///
  /// - Parameters:
  ///   - numbers: The numbers.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  /// - Throws: `OutputError`.
  public static func write(_ numbers: [Float], to path: String, overwrite: Bool) throws(OutputError) {
    var output = try begin("<f4", [numbers.count], elementSize: 4, path, overwrite)
    try unsafe write(numbers, to: &output)
    try output.commit()
  }

  /// Writes vectors as float32, `count × dimension`, without padding.
  ///
  /// - Parameters:
  ///   - matrix: The vectors.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  /// - Throws: `OutputError`.
  public static func write(_ matrix: EmbeddingMatrix, to path: String, overwrite: Bool) throws(OutputError) {
    var output = try begin("<f4", [matrix.count, matrix.dimension], elementSize: 4, path, overwrite)
    for row in 0..<matrix.count {
      // Safe: the row lies inside the matrix, which outlives this call.
      let floats = unsafe UnsafeBufferPointer(start: matrix.base + row * matrix.stride, count: matrix.dimension)
      try unsafe output.write(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(floats)))
    }
    try output.commit()
  }

  /// Writes the rows of answers as int64, `queries × k`, best first, padded with −1.
  ///
  /// - Parameters:
  ///   - table: The answers.
  ///   - k: The columns; `nil` takes the table's k.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  ///   - value: The number written for a neighbour; `nil` takes its row.
  /// - Throws: `OutputError`.
  public static func write(
    _ table: NeighborTable, k: Int? = nil, to path: String, overwrite: Bool, value: ((Neighbor) -> Int64)? = nil
  ) throws(OutputError) {
    let value = value ?? { Int64($0.row.index) }
    try write(table, "<i8", k: k ?? table.k, empty: -1, to: path, overwrite: overwrite, value)
  }

  /// Writes numbers of answers as uint64, `queries × k`, best first, padded with 2⁶⁴ − 1: for ids of 2⁶³ and more.
  ///
  /// - Parameters:
  ///   - table: The answers.
  ///   - k: The columns; `nil` takes the table's k.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  ///   - value: The number written for a neighbour.
  /// - Throws: `OutputError`.
  public static func write(
    _ table: NeighborTable, k: Int? = nil, to path: String, overwrite: Bool, unsigned value: (Neighbor) -> UInt64
  ) throws(OutputError) {
    try write(table, "<u8", k: k ?? table.k, empty: UInt64.max, to: path, overwrite: overwrite, value)
  }

  /// Writes the scores of answers as float32, `queries × k`, best first, padded with −∞.
  ///
  /// - Parameters:
  ///   - table: The answers.
  ///   - k: The columns; `nil` takes the table's k.
  ///   - path: The file.
  ///   - overwrite: Whether an existing file is replaced.
  /// - Throws: `OutputError`.
  public static func write(
    scoresOf table: NeighborTable, k: Int? = nil, to path: String, overwrite: Bool
  ) throws(OutputError) {
    try write(table, "<f4", k: k ?? table.k, empty: -Float.infinity, to: path, overwrite: overwrite) { $0.score }
  }

  /// Whether a file is a table of answers, as the functions above write it: of positions, ids or scores.
  ///
  /// - Parameters:
  ///   - path: The file; any other file, or none, gives false.
  ///   - size: The numbers of queries and of columns; `nil` for any.
  public static func isAnswer(path: String, size: (queries: Int, k: Int)? = nil) -> Bool {
    guard let file = try? InputFile(path: path), let header = try? NpyHeader(file), header.shape.count == 2,
      !header.isColumnOrder, case .numbers(let element) = header.content
    else { return false }
    let isAnswer =
      switch element {
      case .int64, .uint64, .float32: true
      default: false
      }
    return isAnswer && (size.map { header.shape == [UInt64($0.queries), UInt64($0.k)] } ?? true)
  }

  /// Writes one query at a time, so that memory does not grow with the queries.
  private static func write<Number: BitwiseCopyable>(
    _ table: NeighborTable, _ descr: String, k: Int, empty: Number, to path: String, overwrite: Bool,
    _ value: (Neighbor) -> Number
  ) throws(OutputError) {
    var output = try begin(descr, [table.queryCount, k], elementSize: MemoryLayout<Number>.size, path, overwrite)
    var places = [Number](repeating: empty, count: k)
    for query in 0..<table.queryCount {
      let answer = table[query].prefix(k)
      for (place, neighbor) in answer.enumerated() { places[place] = value(neighbor) }
      for place in answer.count..<k { places[place] = empty }
      try unsafe write(places, to: &output)
    }
    try output.commit()
  }

  /// The header as NumPy writes it: the first dimension padded to 21 characters, then spaces up to a multiple of 64 (64 spaces
  /// if nothing is missing), and a newline.
  package static func header(_ descr: String, _ shape: [Int]) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(sides)), }"
    if let first = shape.first { text += String(repeating: " ", count: max(0, 21 - String(first).utf8.count)) }
    text += String(repeating: " ", count: 64 - (10 + text.utf8.count + 1) % 64) + "\n"
    // Two dimensions at most: the text is shorter than the 65,535 bytes of version 1.
    let length = UInt16(text.utf8.count)
    return NpyHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }

  /// Creates the file and writes the header.
  private static func begin(
    _ descr: String, _ shape: [Int], elementSize: Int, _ path: String, _ overwrite: Bool
  ) throws(OutputError) -> AtomicOutput {
    let header = header(descr, shape)
    let bytes = UInt64(header.count) + UInt64(shape.reduce(elementSize, *))
    var output = try AtomicOutput(path: path, byteCount: bytes, overwrite: overwrite)
    try output.write(header)
    return output
  }

  /// Writes numbers as they are in memory, which is little-endian on all supported machines.
  @unsafe private static func write<Number: BitwiseCopyable>(
    _ numbers: [Number], to output: inout AtomicOutput
  ) throws(OutputError) {
    #if _endian(big)
      #error("NpyWriter needs little-endian memory")
    #endif
    try unsafe output.write(numbers.span.bytes)
  }
}
