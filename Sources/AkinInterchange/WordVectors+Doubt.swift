import AkinSupport
import AkinVectors

// What shows that the numbers of a text are not those that its writer meant.

extension WordVectors {
  /// Whether a token has a number behind a space: "Apollo 13".
  @unsafe static func endsWithNumber(_ token: UnsafeRawBufferPointer) -> Bool {
    var rest = unsafe token[...]
    guard let field = unsafe takeLast(&rest), unsafe !rest.isEmpty else { return false }
    return unsafe parseFloat(field) != nil
  }

  /// The error of a text whose first line has fewer numbers at its end than most lines have: a field of it is misspelled, and
  /// would make tokens of the first components of all lines.
  static func firstIsShort(_ file: InputFile, dimension: Int) throws -> VectorFileError {
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    var field = ""
    if let line = try unsafe window.nextLine() {
      var rest = unsafe line[...]
      for _ in 0..<dimension { _ = unsafe takeLast(&rest) }
      if let last = unsafe takeLast(&rest) { field = unsafe String(decoding: last.prefix(40), as: UTF8.self) }
    }
    return .unsupported(
      path: file.path, place: .line(1),
      found: "a first line with fewer numbers than most lines: '\(field)' stands before its last \(dimension)",
      advice: "write that number in digits; if tokens hold spaces and numbers, write a first line 'ROWS DIMENSION'")
  }

  /// Whether a line had more numbers than the first.
  static func isLonger(_ error: VectorFileError) -> Bool {
    if case .ragged(_, _, let expected, let found) = error { found > expected } else { false }
  }

  /// Whether the field before the numbers of the first line holds a digit, and is no token alone: `1,000.5`.
  static func firstIsMisspelled(_ file: InputFile, dimension: Int) throws -> Bool {
    let window = FileWindow(file)
    try window.skipByteOrderMark()
    guard let line = try unsafe window.nextLine() else { return false }
    var rest = unsafe line[...]
    for _ in 0..<dimension { _ = unsafe takeLast(&rest) }
    guard let field = unsafe takeLast(&rest), unsafe !rest.isEmpty else { return false }
    return unsafe field.contains { (0x30...0x39).contains($0) }
  }

  /// The first of the last `dimension` fields whose digits are not all zeros, which float32 makes zero; `nil` for none.
  @unsafe static func firstNonzero(_ line: UnsafeRawBufferPointer, _ dimension: Int) -> Int? {
    var rest = unsafe line[...]
    var found: Int?
    for component in (0..<dimension).reversed() {
      guard let field = unsafe takeLast(&rest) else { break }
      if unsafe hasNonzeroDigit(field) { found = component }
    }
    return found
  }

  /// Whether a number has a digit other than 0 before its exponent.
  @unsafe static func hasNonzeroDigit(_ field: UnsafeRawBufferPointer) -> Bool {
    let mantissa = unsafe field.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    return unsafe mantissa.contains { (0x31...0x39).contains($0) }
  }
}
