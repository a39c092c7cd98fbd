import AkinSupport
import AkinVectors

/// Word vectors as text: an optional line `N D`, then one line per row with a token and `D` numbers.
///
/// A token may contain spaces, so the numbers are the last `D` fields of a line.
enum WordVectors {
  /// Detects the format of a text: word vectors, or a matrix without tokens; `nil` for other texts.
  ///
  /// Lines of numbers alone are a matrix if ids come from elsewhere, or if a first field is no whole number.
  ///
  /// - Throws: ``VectorFileError`` for whole numbers before fractions between commas: no word vectors have commas, and a matrix of
  ///   fractions hardly has a column of whole numbers.
  static func detect(_ file: InputFile, hasIDs: Bool, _ execution: Execution) throws -> VectorFormat? {
    let beginning = try beginning(of: file)
    if case .known(let format) = beginning { return format }
    guard beginning != .other else { return nil }
    let startsWithNumbers = beginning == .numbers
    guard let shape = try TextMatrix.shape(file, execution) else { return startsWithNumbers ? .glove : nil }
    if !hasIDs, !shape.hasFraction, !startsWithNumbers, shape.hasLaterFraction {
      throw VectorFileError.unsupported(
        path: file.path, place: .line(1), found: "a whole number before fractions, which may be an id or a component",
        advice: "if it is an id: tr ',;' '  ' < \(file.path) > vectors.txt; if it is a component: --format matrix")
    }
    if !hasIDs, !shape.hasFraction, !startsWithNumbers {
      execution.notice?(
        Notice(
          "\(file.path): every line holds whole numbers alone; the first of each is taken as a component (if it is an id: "
            + "tr ',;' '  ' < \(file.path) > vectors.txt)", isWarning: true))
    }
    guard hasIDs || shape.hasFraction || !startsWithNumbers else {
      execution.notice?(
        Notice(
          "\(file.path): every line holds numbers alone; the first of each is taken as the id (for a matrix without ids: "
            + "--format matrix)", isWarning: true))
      return .glove
    }
    if shape.firstCounts, shape.dimension > 2, shape.hasFraction || shape.hasLaterFraction {
      execution.notice?(
        Notice(
          "\(file.path): the first line counts from 0, and is a vector; if it names columns, as pandas does: "
            + "tail -n +2 \(file.path) > vectors.txt", isWarning: true))
    }
    return .matrix
  }

  /// What the first lines of a file are.
  private enum Beginning: Equatable {
    case known(VectorFormat)
    /// A line with numbers at its end, or another line of text.
    case numbers, text
    /// No text, or a line longer than lines of word vectors.
    case other
  }

  private static func beginning(of file: InputFile) throws(VectorFileError) -> Beginning {
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    guard let first = try unsafe line(window), unsafe isText(first) else { return .other }
    let beginning: Beginning = unsafe dimension(ofFirst: first) == nil ? .text : .numbers
    let hasTab = unsafe first.contains(0x09)
    guard let header = unsafe Header(first) else { return beginning }
    // Two numbers with a tab between may be a row of two components.
    if hasTab {
      guard let second = try unsafe line(window), let dimension = Int(exactly: header.dimension), dimension > 0,
        unsafe countNumbers(second, atMost: dimension + 1) == dimension
      else { return beginning }
      return .known(.word2vec)
    }
    guard header.count > 0, let dimension = Int(exactly: header.dimension) else { return .known(.word2vec) }
    if try isText(file) { return .known(.word2vec) }
    guard let second = try unsafe line(window) else { return .known(.word2vecBinary) }
    let isRow = unsafe isText(second) && countNumbers(second, atMost: dimension) == dimension
    return .known(isRow ? .word2vec : .word2vecBinary)
  }

  /// The next line; `nil` at the end, and for a line that is too long.
  @unsafe private static func line(_ window: FileWindow) throws(VectorFileError) -> UnsafeRawBufferPointer? {
    do throws(VectorFileError) {
      return try unsafe window.nextLine()
    } catch {
      if case .malformed = error { return nil }
      throw error
    }
  }

  /// Whether the first bytes of a file are UTF-8 without control characters other than tabs and line ends.
  private static func isText(_ file: InputFile) throws(VectorFileError) -> Bool {
    var head = try file.bytes(at: 0, count: Int(min(file.byteCount, 1 << 16)))
    guard head.allSatisfy({ $0 >= 0x20 || (0x09...0x0D).contains($0) }) else { return false }
    // The last character may be cut.
    if UInt64(head.count) < file.byteCount {
      var cut = 0
      while cut < 3, let last = head.last, last & 0xC0 == 0x80 {
        head.removeLast()
        cut += 1
      }
      if let last = head.last, last >= 0xC0 { head.removeLast() }
    }
    return String(validating: head, as: UTF8.self) != nil
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
        let token = try unsafe parse(line, window, into: floats, dimension: layout.dimension)
        if unsafe !hasHeader && endsWithNumber(token) { longer += 1 }
        try unsafe ids.add(token)
      }
    }
    if longer > 0, 2 * longer >= layout.count { throw try firstIsShort(file, dimension: layout.dimension) }
    while let line = try unsafe window.nextLine() {
      guard unsafe line.allSatisfy(isSeparator) else {
        throw VectorFileError.malformed(
          path: file.path, place: .line(window.line), expected: "the end after \(layout.count) rows", found: "more text"
        )
      }
    }
    if let number = ids.numberAboveWords {
      execution.notice?(
        Notice(
          "\(file.path): the token of row 0 is '\(number)', a number, where all others are words: if its token is missing, the row has lost "
            + "its first component", isWarning: true))
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

  /// The header of one row with the numbers at the end of the first line, which must begin with a token.
  @unsafe private static func dimension(ofFirst line: UnsafeRawBufferPointer) -> Header? {
    let count = unsafe countNumbers(line, atMost: VectorLimits.dimension + 1)
    return count > 0 ? Header(count: 1, dimension: UInt64(count)) : nil
  }
}
