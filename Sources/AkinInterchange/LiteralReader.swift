/// What had to stand somewhere in a header's text, and what stands there.
struct UnexpectedText: Error {
  var expected: String
  var found: String
}

/// Reads the text of a header left to right, piece by piece, as its caller expects it.
protocol LiteralReader {
  /// What the text is, for messages.
  static var noun: String { get }
  var bytes: [UInt8] { get }
  /// Bytes that were read.
  var position: Int { get set }
}

extension LiteralReader {
  /// Steps over a character and the white space before it, when it is next.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(UnexpectedText) {
    guard skip(character) else { throw unexpected("'\(character)'") }
  }

  mutating func expectEnd() throws(UnexpectedText) {
    skipSpace()
    guard position == bytes.count else { throw unexpected("nothing after the last brace") }
  }

  mutating func skipSpace() {
    while position < bytes.count, isSpace(bytes[position]) { position += 1 }
  }

  func unexpected(_ expected: String) -> UnexpectedText {
    guard position < bytes.count else { return UnexpectedText(expected: expected, found: "the header's end") }
    let byte = bytes[position]
    let found = (0x20..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "byte \(byte)"
    return UnexpectedText(expected: "\(expected) at byte \(position) of the \(Self.noun)", found: found)
  }
}
