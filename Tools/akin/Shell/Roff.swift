/// A roff document. All text is escaped, so no text becomes a request.
struct Roff {
  /// The document so far.
  private(set) var text = ""

  /// A request with its arguments, quoted unless they are plain words or dates.
  mutating func macro(_ name: String, _ arguments: String...) {
    let words = arguments.map { argument in
      let isPlain = !argument.isEmpty && argument.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      return isPlain ? argument : "\"" + Roff.escaped(argument) + "\""
    }
    text += ([".\(name)"] + words).joined(separator: " ") + "\n"
  }

  /// A section.
  mutating func section(_ title: String) { macro("SH", title) }

  /// Plain text, in lines of at most 80 bytes where its words allow it. Readers fill their own lines.
  mutating func prose(_ plain: String) {
    for one in Roff.escaped(plain).lines(ofWidth: 78) { line(one) }
  }

  /// A line of plain text that stays one line between `.nf` and `.fi`.
  mutating func verbatim(_ plain: String) { line(Roff.escaped(plain)) }

  /// A line of escaped text.
  mutating func line(_ escaped: String) { text += Roff.guarded(escaped) + "\n" }

  /// An escaped term and, below it, its plain meaning.
  mutating func entry(_ term: String, _ meaning: String) {
    macro("TP")
    line(term)
    prose(meaning)
  }

  /// Plain text in bold.
  static func bold(_ plain: String) -> String { "\\fB" + escaped(plain) + "\\fR" }

  /// Plain text in italics, which most terminals underline.
  static func italic(_ plain: String) -> String { "\\fI" + escaped(plain) + "\\fR" }

  /// Plain text, escaped so that roff prints these characters: a hyphen that can be pasted, straight quotes, and other
  /// characters outside ASCII by number. A line break becomes a space.
  static func escaped(_ plain: String) -> String {
    var text = ""
    for scalar in plain.unicodeScalars {
      switch scalar {
      case "\\": text += "\\e"
      case "-": text += "\\-"
      case "'": text += "\\(aq"
      case "\"": text += "\\(dq"
      case "`": text += "\\(ga"
      case "^": text += "\\(ha"
      case "~": text += "\\(ti"
      case "\n", "\r", "\t": text += " "
      case _ where scalar.isASCII: text.unicodeScalars.append(scalar)
      default:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        text += "\\[u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "]"
      }
    }
    return text
  }

  /// The line, protected if its first character would start a request.
  private static func guarded(_ line: String) -> String {
    line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" + line : line
  }
}
