/// One word or sign of a filter's text.
struct FilterToken: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// A word without quotes, which may be a keyword.
    case word
    /// A word in quotes.
    case quoted
    /// A comparison, a parenthesis or a comma.
    case sign
    case end
  }

  let kind: Kind
  /// The word without its quotes, or the sign.
  let text: String
  /// The byte where it starts, counted from 1.
  let column: Int

  /// Whether this is a keyword, in any case.
  func isKeyword(_ word: String) -> Bool { kind == .word && text.lowercased() == word }
  /// Whether this is a sign.
  func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }
  /// Whether this may be a name or a value.
  var isValue: Bool { kind == .quoted || (kind == .word && !FilterToken.keywords.contains(text.lowercased())) }
  /// The token in messages.
  var shown: String { kind == .end ? "the end" : "'\(text)'" }

  private static let keywords: Set<String> = ["and", "or", "not", "in", "has"]

  /// The tokens of a text, the last of kind `end`.
  ///
  /// - Complexity: O(*bytes*).
  static func all(of text: String) throws(FilterError) -> [FilterToken] {
    let bytes = Array(text.utf8)
    var tokens: [FilterToken] = []
    var place = 0
    while place < bytes.count {
      let start = place
      let byte = bytes[place]
      if isBlank(byte) {
        place += 1
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        var word: [UInt8] = []
        place += 1
        while true {
          guard place < bytes.count else { throw FilterError(text: text, column: start + 1, .unclosedQuote) }
          if bytes[place] == byte {
            place += 1
            // A quote twice is a quote of the word.
            guard place < bytes.count, bytes[place] == byte else { break }
          }
          word.append(bytes[place])
          place += 1
        }
        tokens.append(FilterToken(kind: .quoted, text: String(decoding: word, as: UTF8.self), column: start + 1))
      } else if isSign(byte) {
        place += 1
        if place < bytes.count, bytes[place] == UInt8(ascii: "="), "=!<>".utf8.contains(byte) { place += 1 }
        let sign = String(decoding: bytes[start..<place], as: UTF8.self)
        tokens.append(FilterToken(kind: .sign, text: sign, column: start + 1))
      } else {
        while place < bytes.count, !isBlank(bytes[place]), !isSign(bytes[place]) { place += 1 }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        tokens.append(FilterToken(kind: .word, text: word, column: start + 1))
      }
    }
    return tokens + [FilterToken(kind: .end, text: "", column: bytes.count + 1)]
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
  private static func isSign(_ byte: UInt8) -> Bool { "(),=!<>".utf8.contains(byte) }
}
