/// Comments above the rows of a text, with the marks of programs and not of tables: `; made by x`, `// made by x`, `-- made by x`.
package enum CommentLine {
  /// The mark of a first line that is a comment; `nil` if it is none, or if all lines are like it.
  ///
  /// A space follows the mark: `;name` begins with an empty field.
  ///
  /// - Parameter start: The first bytes of a file.
  package static func mark(_ start: some Collection<UInt8>) -> String? {
    guard let mark = [";", "//", "--"].first(where: { start.starts(with: ($0 + " ").utf8) }) else { return nil }
    let lines = start.split { $0 == 0x0A || $0 == 0x0D }
    return lines.count > 1 && !lines.allSatisfy { $0.starts(with: mark.utf8) } ? mark : nil
  }
}
