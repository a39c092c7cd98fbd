/// An error in the text of a header: the expected text, and the found one.
struct UnexpectedText: Error {
  var expected: String
  var found: String
}

/// A pull parser of a header's text: the caller reads the expected tokens.
protocol LiteralReader {
  /// The name of the text in errors.
  static var noun: String { get }
  /// The text.
  var bytes: [UInt8] { get }
  /// The offset of the next byte.
  var position: Int { get set }
}

extension LiteralReader {
  /// Skips white space, and a character if it is next.
  ///
  /// - Returns: Whether the character was next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  /// Skips white space and a character, which must be next.
  mutating func expect(_ character: Unicode.Scalar) throws(UnexpectedText) {
    guard skip(character) else { throw unexpected("'\(character)'") }
  }

  /// Skips white space up to the end.
  mutating func expectEnd() throws(UnexpectedText) {
    skipSpace()
    guard position == bytes.count else { throw unexpected("nothing after the last brace") }
  }

  /// Skips white space.
  mutating func skipSpace() {
    while position < bytes.count, isSpace(bytes[position]) { position += 1 }
  }

  /// The error at the current offset.
  func unexpected(_ expected: String) -> UnexpectedText {
    guard position < bytes.count else { return UnexpectedText(expected: expected, found: "the end of the header") }
    let byte = bytes[position]
    let found = (0x20..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    return UnexpectedText(expected: "\(expected) at byte \(position) of the \(Self.noun)", found: found)
  }
}
