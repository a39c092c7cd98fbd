/// A shell with a completion script for `akin`.
///
/// The scripts come from the option tables, as help does, so they offer what the parser accepts. Each script reads the line
/// by the rules of the parser: the command is the first word, the value of an option follows it or stands after `=`, and
/// `--` ends the options.
enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// The completion script, which ends with a line break.
  func script(of chapters: [Chapter], version: String) -> String {
    let commands = chapters.flatMap(\.verbs).map(\.command)
    return switch self {
    case .bash: BashScript(commands: commands, version: version).text
    case .zsh: ZshScript(commands: commands, version: version).text
    case .fish: FishScript(commands: commands, version: version).text
    }
  }

  /// The text in single quotes, escaped for this shell.
  func quoted(_ text: String) -> String {
    let escaped = text.flatMap { character in
      switch (character, self) {
      case ("'", .fish): "\\'"
      case ("\\", .fish): "\\\\"
      case ("'", _): "'\\''"
      default: String(character)
      }
    }
    return "'" + String(escaped) + "'"
  }

  /// The word as a POSIX shell reads it, in quotes only if it needs them.
  static func word(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-_./:,=+".utf8.contains(byte)
    }
    return isPlain && !text.isEmpty ? text : bash.quoted(text)
  }

  /// The words in the place of the command that are not commands.
  static let globalWords: [(word: String, meaning: String)] = [
    ("help", "Show the help of a command"), ("--help", "Show the help"), ("--version", "Show the version"),
  ]
}

extension AnyOption {
  /// All spellings of the option, the short one first.
  var spellings: [String] {
    let letter = short.map { "-\($0)" }
    return spelling == letter ? [spelling] : [letter, spelling].compactMap { $0 }
  }
}
