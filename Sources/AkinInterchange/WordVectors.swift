import AkinSupport
import AkinVectors

/// Word vectors as text: an optional line `N D`, then one line per row with a token and `D` numbers.
///
/// A token may contain spaces, so the numbers are the last `D` fields of a line.
enum WordVectors {
  /// Detects the word format of a text; `nil` for other texts.
  static func detect(_ file: InputFile) throws -> VectorFormat? {
    let window = FileWindow(file)
    do throws(VectorFileError) {
      try window.skipByteOrderMark()
      guard let first = try unsafe window.nextLine(), unsafe isText(first) else { return nil }
      guard let header = unsafe Header(first) else {
        return unsafe dimension(ofFirst: first) == nil ? nil : .glove
      }
      guard header.count > 0, let dimension = Int(exactly: header.dimension) else { return .word2vec }
      guard let second = try unsafe window.nextLine(), unsafe isText(second) else { return .word2vecBinary }
      return unsafe countNumbers(second, atMost: dimension) == dimension ? .word2vec : .word2vecBinary
    } catch .malformed {
      // The line is longer than lines of word vectors.
      return nil
    }
  }

  /// Reads vectors and tokens.
  static func read(
    _ file: InputFile, hasHeader: Bool, _ execution: Execution
  ) throws -> (EmbeddingMatrix, IDColumn) {
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    let shape = try hasHeader ? Header.read(window) : measure(file, execution)
    let layout = try RowLayout(
      .float32, count: shape.count, dimension: shape.dimension, offset: 0, in: file,
      place: hasHeader ? .line(1) : .file)
    // A line has at least a one-byte token, a space and a digit per number, and a newline.
    let least = shape.count * (2 * shape.dimension + 2)
    guard least <= file.byteCount + 1 else {
      throw VectorFileError.wrongSize(
        path: file.path, expected: least - 1, found: file.byteCount,
        reason: "text of \(shape.count) rows × \(shape.dimension) dimensions")
    }
    try checkMemory(rows: layout.count, dimension: layout.dimension, file)
    var ids = IDCollector(path: file.path, firstLine: hasHeader ? 2 : 1)
    let matrix = try unsafe EmbeddingMatrix(count: layout.count, dimension: layout.dimension) {
      (floats, stride) throws(any Error) in
      for row in 0..<layout.count {
        if row % 4_096 == 0 { try execution.checkCancellation() }
        guard let line = try unsafe window.nextLine(), unsafe !line.allSatisfy(isSeparator) else {
          throw VectorFileError.malformed(
            path: file.path, place: .line(window.line), expected: "row \(row) of \(layout.count)", found: "no text")
        }
        // Safe: the matrix has this row, of `stride` floats.
        let floats = unsafe UnsafeMutableBufferPointer(rebasing: floats[row * stride..<(row + 1) * stride])
        try unsafe ids.add(parse(line, window, into: floats, dimension: layout.dimension))
      }
    }
    while let line = try unsafe window.nextLine() {
      guard unsafe line.allSatisfy(isSeparator) else {
        throw VectorFileError.malformed(
          path: file.path, place: .line(window.line), expected: "the end after \(layout.count) rows", found: "more text"
        )
      }
    }
    return (matrix, ids.column)
  }

  /// Parses the numbers of a line.
  ///
  /// - Returns: The token.
  @unsafe private static func parse(
    _ line: UnsafeRawBufferPointer, _ window: FileWindow, into floats: UnsafeMutableBufferPointer<Float>, dimension: Int
  ) throws(VectorFileError) -> UnsafeRawBufferPointer {
    let path = window.file.path
    let place = FilePlace.line(window.line)
    var rest = unsafe line[...]
    for component in (0..<dimension).reversed() {
      guard let field = unsafe takeLast(&rest), let value = unsafe parseFloat(field), unsafe !rest.isEmpty else {
        let found = unsafe countNumbers(line, atMost: dimension)
        throw .ragged(path: path, place: place, expected: dimension, found: found)
      }
      guard value.isFinite else { throw .notFinite(path: path, place: place, component: component) }
      unsafe floats[component] = value
    }
    unsafe trim(&rest)
    let token = unsafe UnsafeRawBufferPointer(rebasing: rest)
    // "Apollo 13" is a token. A fraction at the end of a token is one number too many.
    if let field = unsafe takeLast(&rest), unsafe !rest.isEmpty, unsafe field.contains(0x2E),
      unsafe parseFloat(field) != nil
    {
      throw .ragged(path: path, place: place, expected: dimension, found: dimension + 1)
    }
    return unsafe token
  }

  /// Counts the lines and takes the dimension of the first line.
  private static func measure(_ file: InputFile, _ execution: Execution) throws -> Header {
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    guard var header = try unsafe window.nextLine().flatMap({ unsafe dimension(ofFirst: $0) }) else {
      throw VectorFileError.malformed(
        path: file.path, place: .line(1), expected: "a token and numbers", found: "no number at the end")
    }
    while let line = try unsafe window.nextLine(), unsafe !line.isEmpty {
      header.count += 1
      if header.count % 65_536 == 0 { try execution.checkCancellation() }
    }
    return header
  }

  /// The header of one row with the numbers at the end of the first line, which must begin with a token.
  @unsafe private static func dimension(ofFirst line: UnsafeRawBufferPointer) -> Header? {
    let count = unsafe countNumbers(line, atMost: VectorLimits.dimension + 1)
    return count > 0 ? Header(count: 1, dimension: UInt64(count)) : nil
  }
}
