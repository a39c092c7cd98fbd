import AkinSupport
import AkinVectors

/// Word vectors as text: an optional line `N D`, then one line per row with a token and `D` numbers.
///
/// A token may contain spaces, so the numbers are the last `D` fields of a line.
enum WordVectors {
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
    var longer = 0
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
        let token: UnsafeRawBufferPointer
        do throws(VectorFileError) {
          unsafe token = try unsafe parse(line, window, into: floats, dimension: layout.dimension)
        } catch {
          throw try !hasHeader && row > 0 && isLonger(error) && firstIsMisspelled(file, dimension: layout.dimension)
            ? firstIsShort(file, dimension: layout.dimension) : error
        }
        if unsafe !hasHeader && endsWithNumber(token) { longer += 1 }
        try unsafe ids.add(token)
      }
    }
    if longer > 0, 2 * longer >= layout.count { throw try firstIsShort(file, dimension: layout.dimension) }
    while let line = try unsafe window.nextLine() {
      guard unsafe line.allSatisfy(isSeparator) else {
        throw VectorFileError.malformed(
          path: file.path, place: .line(window.line),
          expected: "the end after \(layout.count) rows" + (hasHeader ? ", as the first line says" : ""),
          found: "more text"
        )
      }
    }
    if let number = ids.numberAboveWords(hasHeader: hasHeader) {
      execution.notice?(
        Notice(
          "\(file.path): the token of row 0 is '\(number)', a number, where all others are words: if its token is missing, the row has lost "
            + "its first component; if it is a header, leave it out: tail -n +2 \(file.path) > vectors.txt",
          isWarning: true))
    }
    if let mark = ids.commonMark {
      execution.notice?(
        Notice("\(file.path): every token \(mark.what), which belongs to it, like \(mark.example)", isWarning: true))
    }
    if layout.dimension == 1, layout.count > 2,
      (0..<layout.count).allSatisfy({ matrix[Row($0)][0] == matrix[Row($0)][0].rounded() })
    {
      execution.notice?(
        Notice("\(file.path): every vector is one whole number: are these words and their counts?", isWarning: true))
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
        throw unsafe badLine(line, place, path, dimension)
      }
      guard value.isFinite else { throw .notFinite(path: path, place: place, component: component) }
      unsafe floats[component] = value
    }
    if unsafe floats[..<dimension].allSatisfy({ $0 == 0 }), let component = unsafe firstNonzero(line, dimension) {
      throw .vanished(path: path, place: place, component: component)
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

  /// The error of a line without a token and `dimension` numbers behind it.
  @unsafe private static func badLine(
    _ line: UnsafeRawBufferPointer, _ place: FilePlace, _ path: String, _ dimension: Int
  ) -> VectorFileError {
    if let byte = unsafe line.first(where: { $0 < 0x20 && $0 != 0x09 }) {
      return .malformed(path: path, place: place, expected: "text", found: "the control character \(byte)")
    }
    // A field that some programs take as a number, where a number must be.
    var rest = unsafe line[...]
    var component = dimension - 1
    while component >= 0, let field = unsafe takeLast(&rest), unsafe !rest.isEmpty {
      if unsafe parseFloat(field) == nil {
        let text = unsafe String(decoding: field.prefix(40), as: UTF8.self)
        let digits = text.utf8.contains { (0x30...0x39).contains($0) }
        if digits, text.contains(",") || text.lowercased().contains("0x") {
          return .notANumber(path: path, place: place, found: text, component: component)
        }
        break
      }
      component -= 1
    }
    let found = unsafe countNumbers(line, atMost: dimension)
    if found == dimension - 1, let first = unsafe firstField(line), unsafe parseFloat(first) != nil {
      return .malformed(
        path: path, place: place, expected: "a token and \(dimension) numbers",
        found: "\(dimension) numbers: the token or a number is missing")
    }
    return .ragged(path: path, place: place, expected: dimension, found: found)
  }

  /// The first field of a line.
  @unsafe private static func firstField(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    let rest = unsafe line.drop(while: isSeparator)
    let end = unsafe rest.firstIndex(where: isSeparator) ?? rest.endIndex
    return unsafe rest.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: rest[..<end])
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
}
