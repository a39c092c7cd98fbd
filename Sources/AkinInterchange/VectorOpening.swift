import AkinSupport

/// The first lines of a text that may hold vectors, as the marks of foreign formats look at them.
struct VectorOpening {
  /// The first bytes.
  let head: [UInt8]
  /// The same as text.
  let text: String
  /// At most seven whole lines that are not empty; one that is cut stands alone.
  let lines: [Substring]
  /// The first line, and the second or nothing.
  let first: String
  let second: String

  /// - Parameter head: The first bytes of a file.
  init(_ head: [UInt8]) {
    self.head = head
    text = String(decoding: head, as: UTF8.self)
    let lines = text.split(maxSplits: 8, whereSeparator: \.isNewline).prefix(8)
    // The last line may be cut.
    self.lines = Array(lines.count > 2 ? lines.dropLast() : lines)
    first = lines.first.map(String.init) ?? ""
    second = lines.dropFirst().first.map(String.init) ?? ""
  }

  /// Whether the bytes are UTF-8 without control characters, but for a last character that may be cut. Floats without a header are not.
  var isText: Bool {
    !head.contains { $0 < 0x20 && !(0x09...0x0D).contains($0) }
      && (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
  }

  /// The fields of the first line, and of the second, between commas, semicolons, tabs and bars.
  var fields: [Substring] { VectorOpening.fields(first) }
  var fieldsBelow: [Substring] { VectorOpening.fields(second) }

  private static func fields(_ line: String) -> [Substring] { line.split { ",;\t|".contains($0) } }

  /// Whether the first line has several fields, and none is a number.
  var hasNames: Bool { fields.count > 1 && !fields.contains { Double($0) != nil } }
}

extension Collection where Element: StringProtocol {
  /// Whether all texts are numbers.
  var areNumbers: Bool { allSatisfy { Double($0) != nil } }
}
