import AkinSupport
import AkinVectors

/// Writes `.npy` files, with the very bytes that NumPy writes, whole or not at all.
public enum NpyWriter {
  /// Writes a table of int64, `rows × columns`, row after row.
  public static func write(
    _ numbers: [Int64], rows: Int, columns: Int, to path: String, overwrite: Bool
  ) throws(OutputError) {
    precondition(rows >= 0 && columns >= 0 && numbers.count == rows * columns, "a table has rows × columns numbers")
    var output = try begin("<i8", [rows, columns], elementSize: 8, path, overwrite)
    try unsafe write(numbers, to: &output)
    try output.commit()
  }

  /// Writes a column of int64.
  public static func write(_ numbers: [Int64], to path: String, overwrite: Bool) throws(OutputError) {
    var output = try begin("<i8", [numbers.count], elementSize: 8, path, overwrite)
    try unsafe write(numbers, to: &output)
    try output.commit()
  }

  /// Writes a column of float32.
  public static func write(_ numbers: [Float], to path: String, overwrite: Bool) throws(OutputError) {
    var output = try begin("<f4", [numbers.count], elementSize: 4, path, overwrite)
    try unsafe write(numbers, to: &output)
    try output.commit()
  }

  /// Writes vectors as float32, `count × dimension`, without the matrix's padding.
  public static func write(_ matrix: EmbeddingMatrix, to path: String, overwrite: Bool) throws(OutputError) {
    var output = try begin("<f4", [matrix.count, matrix.dimension], elementSize: 4, path, overwrite)
    for row in 0..<matrix.count {
      // Safe: the row lies inside the matrix, which outlives this call.
      let floats = unsafe UnsafeBufferPointer(start: matrix.base + row * matrix.stride, count: matrix.dimension)
      try unsafe output.write(RawSpan(_unsafeBytes: UnsafeRawBufferPointer(floats)))
    }
    try output.commit()
  }

  /// Writes the rows of answers as int64, `queries × k`, best first, −1 where there are fewer than `k`.
  public static func write(_ table: NeighborTable, to path: String, overwrite: Bool) throws(OutputError) {
    var output = try begin("<i8", [table.queryCount, table.k], elementSize: 8, path, overwrite)
    for query in 0..<table.queryCount {
      var places = [Int64](repeating: -1, count: table.k)
      for (place, neighbor) in table[query].enumerated() { places[place] = Int64(neighbor.row.index) }
      try unsafe write(places, to: &output)
    }
    try output.commit()
  }

  /// The header as NumPy writes it: 21 characters are kept free for a first side that grows, then spaces up to a
  /// multiple of 64 (a whole 64 of them when there is nothing to fill), and a newline.
  static func header(_ descr: String, _ shape: [Int]) -> [UInt8] {
    let sides = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (\(sides)), }"
    if let first = shape.first { text += String(repeating: " ", count: max(0, 21 - String(first).utf8.count)) }
    text += String(repeating: " ", count: 64 - (10 + text.utf8.count + 1) % 64) + "\n"
    // At most two sides: the text is far shorter than version 1's 65,535 bytes.
    let length = UInt16(text.utf8.count)
    return NpyHeader.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }

  private static func begin(
    _ descr: String, _ shape: [Int], elementSize: Int, _ path: String, _ overwrite: Bool
  ) throws(OutputError) -> AtomicOutput {
    let header = header(descr, shape)
    let bytes = UInt64(header.count) + UInt64(shape.reduce(elementSize, *))
    var output = try AtomicOutput(path: path, byteCount: bytes, overwrite: overwrite)
    try output.write(header)
    return output
  }

  /// Adds numbers as they lie in memory: every machine that Swift runs Akin on is little-endian.
  @unsafe private static func write<Number: BitwiseCopyable>(
    _ numbers: [Number], to output: inout AtomicOutput
  ) throws(OutputError) {
    #if _endian(big)
      #error("NpyWriter writes memory as it is, which has to be little-endian")
    #endif
    try unsafe output.write(numbers.span.bytes)
  }
}
