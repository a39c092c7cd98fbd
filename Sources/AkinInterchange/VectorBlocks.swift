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
      for row in 0..<count {
        if row % 65_536 == 0 { try execution.checkCancellation() }
        let found = littleEndian(try file.bytes(at: row * rowBytes, count: 4), at: 0, as: Int32.self)
        guard found == dimension else {
          throw VectorFileError.ragged(
            path: file.path, place: .row(Int(row)), expected: Int(dimension), found: Int(found))
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

  /// `.fbin`, `.u8bin`, `.i8bin`, `.ibin`: rows and dimension as uint32, then the rows.
  static func readCounted(_ file: InputFile, _ element: Element, _ execution: Execution) throws -> EmbeddingMatrix {
    guard file.byteCount >= 8 else {
      throw VectorFileError.malformed(
        path: file.path, place: .header, expected: "8 bytes with rows and dimension", found: "\(file.byteCount)")
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
}
