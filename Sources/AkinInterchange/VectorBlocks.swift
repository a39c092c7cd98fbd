import AkinSupport
import AkinVectors

/// The formats of plain numbers: the `.fvecs` and the `.fbin` families.
enum VectorBlocks {
  /// `.fvecs`, `.bvecs`, `.ivecs`: each row is its dimension as an int32, then its components.
  static func readSelfCounted(_ file: InputFile, _ element: Element, _ execution: Execution) throws -> EmbeddingMatrix {
    guard file.byteCount >= 4 else {
      throw VectorFileError.malformed(
        path: file.path, place: .row(0), expected: "4 bytes with the dimension", found: "\(file.byteCount)")
    }
    let dimension = littleEndian(try file.bytes(at: 0, count: 4), at: 0, as: Int32.self)
    guard (1...VectorLimits.dimension).contains(Int(dimension)) else {
      throw VectorFileError.malformed(
        path: file.path, place: .row(0), expected: "1 to \(VectorLimits.dimension) dimensions", found: "\(dimension)")
    }
    let rowBytes = UInt64(4 + Int(dimension) * element.size)
    let count = file.byteCount / rowBytes
    if file.byteCount % rowBytes != 0 {
      // Rows of different lengths, or a truncated file: look for a row with another dimension.
      let step = max(1, (1 << 20) / rowBytes)
      for first in stride(from: 0, to: count, by: Int(step)) {
        try execution.checkCancellation()
        let rows = min(step, count - first)
        let block = try file.bytes(at: first * rowBytes, count: Int((rows - 1) * rowBytes + 4))
        for row in 0..<rows {
          let found = littleEndian(block, at: Int(row * rowBytes), as: Int32.self)
          guard found == dimension else {
            throw VectorFileError.ragged(
              path: file.path, place: .row(Int(first + row)), expected: Int(dimension), found: Int(found))
          }
        }
      }
      throw VectorFileError.wrongSize(
        path: file.path, expected: (count + 1) * rowBytes, found: file.byteCount,
        reason: "a complete row \(count) of \(dimension) components")
    }
    let layout = try RowLayout(
      element, count: count, dimension: UInt64(dimension), offset: 0, order: .rows(prefix: 4), in: file, place: .file)
    return try layout.load(file, execution)
  }

  /// `.fbin`, `.u8bin`, `.i8bin`, `.ibin`: rows and dimension as uint32, then the rows. Files of cuVS and others have them as
  /// uint64, which their size shows.
  static func readCounted(_ file: InputFile, _ element: Element, _ execution: Execution) throws -> EmbeddingMatrix {
    guard file.byteCount >= 8 else {
      throw VectorFileError.malformed(
        path: file.path, place: .header, expected: "8 bytes with rows and dimension", found: "\(file.byteCount)")
    }
    if let wide = try wideLayout(file, element) {
      execution.notice?(
        Notice("\(file.path): the header is of two uint64: \(wide.count) rows × \(wide.dimension) dimensions"))
      return try wide.load(file, execution)
    }
    let header = try file.bytes(at: 0, count: 8)
    let layout = try RowLayout(
      element, count: UInt64(littleEndian(header, at: 0, as: UInt32.self)),
      dimension: UInt64(littleEndian(header, at: 4, as: UInt32.self)), offset: 8, in: file)
    guard 8 + layout.byteCount == file.byteCount else {
      throw VectorFileError.wrongSize(
        path: file.path, expected: 8 + layout.byteCount, found: file.byteCount,
        reason: "a header of \(layout.count) rows × \(layout.dimension) dimensions")
    }
    return try layout.load(file, execution)
  }

  /// The layout behind a header of two uint64, if exactly its rows follow; `nil` otherwise.
  private static func wideLayout(_ file: InputFile, _ element: Element) throws(VectorFileError) -> RowLayout? {
    guard file.byteCount >= 16 else { return nil }
    let header = try file.bytes(at: 0, count: 16)
    let sides = [0, 8].map { littleEndian(header, at: $0, as: UInt64.self) }
    // Read as two uint32, such a header has dimension 0, so no file fits both.
    guard sides[0] <= UInt64(VectorLimits.rows), (1...UInt64(VectorLimits.dimension)).contains(sides[1]),
      let bytes = tableBytes(sides, elementSize: element.size), bytes + 16 == file.byteCount
    else { return nil }
    return try RowLayout(element, count: sides[0], dimension: sides[1], offset: 16, in: file)
  }
}
