import AkinSupport
import AkinVectors

/// Word vectors in the format of word2vec's `-binary 1`: a line `N D`, then rows of a token, a space, `D` float32 numbers and
/// an optional newline.
enum WordVectorsBinary {
  /// Reads vectors and tokens.
  static func read(_ file: InputFile, _ execution: Execution) throws -> (EmbeddingMatrix, IDColumn) {
    let window = FileWindow(file)
    let shape = try WordVectors.Header.read(window)
    let layout = try RowLayout(
      .float32, count: shape.count, dimension: shape.dimension, offset: 0, in: file, place: .line(1))
    // A row has at least a one-byte token, a space and the numbers; the first line has at least four bytes.
    let least = 4 + shape.count * (4 * shape.dimension + 2)
    guard least <= file.byteCount else {
      throw VectorFileError.wrongSize(
        path: file.path, expected: least, found: file.byteCount,
        reason: "word vectors of \(shape.count) rows × \(shape.dimension) dimensions")
    }
    try checkMemory(rows: layout.count, dimension: layout.dimension, file)
    var ids = IDCollector(path: file.path, firstLine: nil)
    let matrix = try unsafe EmbeddingMatrix(count: layout.count, dimension: layout.dimension) {
      (floats, stride) throws(any Error) in
      guard let base = floats.baseAddress else { return }
      for row in 0..<layout.count {
        if row % 4_096 == 0 { try execution.checkCancellation() }
        guard try window.skipNewlines(), let token = try unsafe window.next(until: 0x20, atMost: VectorLimits.idBytes)
        else {
          throw VectorFileError.malformed(
            path: file.path, place: .row(row), expected: "a token of at most \(VectorLimits.idBytes) bytes and a space",
            found: "neither")
        }
        try unsafe ids.add(token)
        guard let bytes = try unsafe window.next(layout.dimension * 4), let source = bytes.baseAddress else {
          throw VectorFileError.malformed(
            path: file.path, place: .row(row), expected: "\(layout.dimension) float32", found: "the end of the file")
        }
        // Safe: the matrix has this row, and the window returned the bytes of a row.
        if let (component, _) = unsafe layout.element.convert(
          source, count: layout.dimension, to: base + row * stride)
        {
          throw VectorFileError.notFinite(path: file.path, place: .row(row), component: component)
        }
      }
    }
    guard try !window.skipNewlines() else {
      throw VectorFileError.malformed(
        path: file.path, place: .file, expected: "the end after \(layout.count) rows", found: "more bytes")
    }
    return (matrix, ids.column)
  }
}
