import AkinSupport

/// The first lines of a text, as the marks of foreign content look at them.
struct TextOpening {
  /// The first bytes as text.
  let text: String
  /// At most twelve whole lines that are not empty, as they are.
  let raw: [String]
  /// The same without spaces around.
  let lines: [String]
  /// The first line.
  let first: String
  /// The first line in small letters.
  let words: String

  /// The bytes that are looked at; where a text has fewer, its last line is whole.
  private static let byteLimit = 500
  private static let lineLimit = 12

  /// - Parameter start: The first bytes of a file, at most 512.
  /// - Returns: `nil` for a text without a line.
  init?(_ start: [UInt8]) {
    text = String(decoding: start, as: UTF8.self)
    var raw = text.split(maxSplits: TextOpening.lineLimit, whereSeparator: \.isNewline).map(String.init)
    let isCut = start.count > TextOpening.byteLimit && start.last != newline
    if raw.count > TextOpening.lineLimit || isCut && raw.count > 1 { raw.removeLast() }
    raw.removeAll { $0.trimmed.isEmpty }
    guard !raw.isEmpty else { return nil }
    self.raw = raw
    lines = raw.map(\.trimmed)
    first = lines[0]
    words = lines[0].lowercased()
  }

  /// Whether there are two lines or more, and all have a property.
  func all(_ isOne: (String) -> Bool) -> Bool { lines.count > 1 && lines.allSatisfy(isOne) }

  /// Whether there are two lines or more, and all but the last have a property, which may be the end of something around them.
  func allButLast(_ isOne: (String) -> Bool) -> Bool { lines.count > 1 && lines.dropLast().allSatisfy(isOne) }
}
