import AkinSupport
import AkinVectors

/// A matrix as text: lines of numbers alone, as `numpy.savetxt` and the Embedding Projector's `vectors.tsv` have them.
///
/// Fields stand between spaces, tabs, commas or semicolons, with or without spaces. Lines that begin with `#` are comments.
enum TextMatrix {
  /// What a scan of all lines found.
  struct Shape {
    var count: UInt64 = 0
    var dimension: UInt64 = 0
    /// Whether a first field is no whole number: it is no id then.
    var hasFraction = false
    /// Whether a field behind the first is no whole number.
    var hasLaterFraction = false
    /// Whether every first field is a word, `inf` or `nan`, and others are none: tokens.
    var firstAreWords = true
    /// Whether the first line counts from 0, as pandas names columns.
    var firstCounts = true
  }

  /// The shape of a text whose lines hold numbers alone; `nil` for another text. Lines may differ in length: reading tells.
  static func shape(_ file: InputFile, _ execution: Execution) throws -> Shape? {
    let window = FileWindow(file)
    var shape = Shape()
    do throws(VectorFileError) {
      try window.skipByteOrderMark()
      while let line = try unsafe window.nextLine() {
        if window.line % 65_536 == 0, execution.cancellation?.isCancelled ?? false { break }
        if unsafe isSkipped(line) { continue }
        var count: UInt64 = 0
        var areNumbers = true
        unsafe forEachField(line) { field in
          areNumbers = unsafe areNumbers && parseFloat(field) != nil
          if shape.count == 0, shape.firstCounts {
            unsafe shape.firstCounts = String(decoding: field, as: UTF8.self) == String(count)
          }
          // A number has a digit.
          let isWord = unsafe !field.contains { (0x30...0x39).contains($0) }
          if isWord != (count == 0) { shape.firstAreWords = false }
          if unsafe !field.allSatisfy({ (0x30...0x39).contains($0) }) {
            if count == 0 { shape.hasFraction = true } else { shape.hasLaterFraction = true }
          }
          count += 1
          return areNumbers
        }
        guard areNumbers, count > 0 else { return nil }
        if shape.count == 0 { shape.dimension = count }
        shape.count += 1
      }
    } catch {
      // A line that is longer than lines of numbers.
      if case .malformed = error { return nil }
      throw error
    }
    try execution.checkCancellation()
    return shape.count > 0 ? shape : nil
  }

  /// Whether the first line of a text holds numbers with decimal commas alone.
  static func hasDecimalCommas(_ start: [UInt8]) -> Bool {
    let line = start.prefix { $0 != 0x0A && $0 != 0x0D }
    let fields = line.split { $0 == 0x3B || $0 == 0x09 || $0 == 0x20 }
    return fields.count > 1 && line.contains(0x2C)
      && fields.allSatisfy { field in
        field.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2C || $0 == 0x2D } && field.count { $0 == 0x2C } <= 1
      }
  }

  /// Reads all rows.
  static func read(_ file: InputFile, _ execution: Execution) throws -> EmbeddingMatrix {
    let shape = try measure(file, execution)
    let layout = try RowLayout(
      .float32, count: shape.count, dimension: shape.dimension, offset: 0, in: file, place: .file)
    // A number has at least a digit and a separator or a line end behind it.
    let least = shape.count * 2 * shape.dimension
    guard least <= file.byteCount + 1 else {
      throw VectorFileError.wrongSize(
        path: file.path, expected: least - 1, found: file.byteCount,
        reason: "text of \(shape.count) rows × \(shape.dimension) dimensions")
    }
    try checkMemory(rows: layout.count, dimension: layout.dimension, file)
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    return try unsafe EmbeddingMatrix(count: layout.count, dimension: layout.dimension) {
      (floats, stride) throws(any Error) in
      var row = 0
      while row < layout.count, let line = try unsafe window.nextLine() {
        if row % 4_096 == 0 { try execution.checkCancellation() }
        if unsafe isSkipped(line) { continue }
        // Safe: the matrix has this row, of `stride` floats.
        let target = unsafe UnsafeMutableBufferPointer(rebasing: floats[row * stride..<(row + 1) * stride])
        try unsafe parse(line, window, into: target, dimension: layout.dimension)
        row += 1
      }
      guard row == layout.count else { throw VectorFileError.shrank(path: file.path) }
    }
  }

  /// The number of rows, and the dimension of the first.
  private static func measure(_ file: InputFile, _ execution: Execution) throws -> Shape {
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    var shape = Shape()
    while let line = try unsafe window.nextLine() {
      if window.line % 65_536 == 0 { try execution.checkCancellation() }
      if unsafe isSkipped(line) { continue }
      if shape.count == 0 {
        unsafe forEachField(line) { _ in
          shape.dimension += 1
          return shape.dimension <= UInt64(VectorLimits.dimension)
        }
      }
      shape.count += 1
    }
    return shape
  }

  @unsafe private static func parse(
    _ line: UnsafeRawBufferPointer, _ window: FileWindow, into floats: UnsafeMutableBufferPointer<Float>, dimension: Int
  ) throws(VectorFileError) {
    let place = FilePlace.line(window.line)
    let path = window.file.path
    if let byte = unsafe line.first(where: { $0 < 0x20 && $0 != 0x09 }) {
      throw .malformed(path: path, place: place, expected: "text", found: "the control character \(byte)")
    }
    var found = 0
    var problem: VectorFileError?
    unsafe forEachField(line) { field in
      if found < dimension {
        if let value = unsafe parseFloat(field) {
          if !value.isFinite { problem = .notFinite(path: path, place: place, component: found) }
          unsafe floats[found] = value
        } else {
          let text = unsafe String(decoding: field.prefix(40), as: UTF8.self)
          problem = .notANumber(path: path, place: place, found: text, component: found)
        }
      }
      found += 1
      return problem == nil
    }
    if let problem { throw problem }
    if unsafe floats[..<min(found, dimension)].allSatisfy({ $0 == 0 }) {
      var place = 0
      unsafe forEachField(line) { field in
        if unsafe problem == nil && WordVectors.hasNonzeroDigit(field) {
          problem = .vanished(path: path, place: .line(window.line), component: place)
        }
        place += 1
        return problem == nil
      }
      if let problem { throw problem }
    }
    guard found == dimension else { throw .ragged(path: path, place: place, expected: dimension, found: found) }
  }

  /// Whether a line holds nothing, or a comment.
  @unsafe private static func isSkipped(_ line: UnsafeRawBufferPointer) -> Bool {
    let text = unsafe line.drop(while: WordVectors.isSeparator)
    return unsafe text.isEmpty || text.first == UInt8(ascii: "#")
  }

  /// Calls `body` with each field until it returns false. A comma or semicolon ends a field, and so do spaces and tabs; where
  /// fields stand between spaces, tabs or semicolons, a comma belongs to its field.
  @unsafe private static func forEachField(_ line: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Bool) {
    let separator = unsafe mark(of: line)
    var place = 0
    var isAfterMark = true
    while place < line.count {
      if unsafe WordVectors.isSeparator(line[place]) {
        place += 1
      } else if unsafe line[place] == separator {
        // Two marks have an empty field between them.
        if isAfterMark, unsafe !body(UnsafeRawBufferPointer(rebasing: line[place..<place])) { return }
        isAfterMark = true
        place += 1
      } else {
        let start = place
        while place < line.count, unsafe !WordVectors.isSeparator(line[place]) && line[place] != separator {
          place += 1
        }
        if unsafe !body(UnsafeRawBufferPointer(rebasing: line[start..<place])) { return }
        isAfterMark = false
      }
    }
  }

  /// The mark that separates the fields of a line: a semicolon; or a comma, unless spaces separate numbers with decimal commas.
  @unsafe private static func mark(of line: UnsafeRawBufferPointer) -> UInt8? {
    let (comma, semicolon) = (UInt8(ascii: ","), UInt8(ascii: ";"))
    if unsafe line.contains(semicolon) { return semicolon }
    guard unsafe line.contains(comma) else { return nil }
    // In "0,5 1,5" spaces alone stand between two fields; in "0.5, 1.5" and "0.5,1.5" they do not.
    var last: UInt8?
    var hasSpaces = false
    for place in 0..<line.count {
      let byte = unsafe line[place]
      if WordVectors.isSeparator(byte) {
        hasSpaces = true
        continue
      }
      if let last, hasSpaces, last != comma, byte != comma { return nil }
      last = byte
      hasSpaces = false
    }
    return comma
  }
}
