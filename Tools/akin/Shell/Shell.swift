/// A shell that completes command lines of `akin` by a script.
///
/// The scripts are made from the verbs' tables, as help is, so they offer what the parser takes. Each of them reads the line by
/// the parser's rules: the verb is the first word, an option's value follows it or stands after `=`, `--` ends the options.
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

  /// A text between single quotes, as this shell reads them.
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

  /// What stands in the verb's place besides verbs.
  static let globalWords: [(word: String, meaning: String)] = [
    ("help", "Show the help of a verb"), ("--help", "Show the help"), ("--version", "Show the version"),
  ]
}

extension AnyOption {
  /// All ways to write the option, the short one first.
  var spellings: [String] {
    let letter = short.map { "-\($0)" }
    return spelling == letter ? [spelling] : [letter, spelling].compactMap { $0 }
  }
}
