import AkinSupport
import AkinVectors

// Whether a text is word vectors or a matrix, by its first lines and, without tokens, by all.

extension WordVectors {
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
    if shape.firstAreWords, startsWithNumbers { return .glove }
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

  /// The header of one row with the numbers at the end of the first line, which must begin with a token.
  @unsafe static func dimension(ofFirst line: UnsafeRawBufferPointer) -> Header? {
    let count = unsafe countNumbers(line, atMost: VectorLimits.dimension + 1)
    return count > 0 ? Header(count: 1, dimension: UInt64(count)) : nil
  }
}
