import AkinSupport

/// Parses the words of a command line by a command's table.
///
/// `--name value`, `--name=value`, `-n value`, `-nvalue`; flags without values, joined flag letters (`-qh`); options
/// and arguments in any order; `--` ends the options. A value that begins with a dash and is not a number needs `=`.
struct Parser {
  private let command: Command
  private var texts: [String: String] = [:]
  private var spellings: [String: String] = [:]
  private var positions: [String] = []

  /// The result of parsing.
  enum Outcome {
    case help
    case run(Arguments)
  }

  /// Parses the words after the command.
  static func parse(_ words: [String], for command: Command) throws(UsageError) -> Outcome {
    var parser = Parser(command)
    return try parser.parse(words)
  }

  private init(_ command: Command) { self.command = command }

  private mutating func parse(_ words: [String]) throws(UsageError) -> Outcome {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positions += rest
        break
      } else if word.hasPrefix("--") {
        try readLong(word, &rest)
      } else if word.hasPrefix("-"), word != "-" {
        try readShort(word, &rest)
      } else {
        positions.append(word)
      }
      if texts[Command.help.name] != nil { return .help }
    }
    return .run(try arguments())
  }

  private mutating func readLong(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = command.allOptions.first(where: { $0.name == name }) else {
      throw unknown("--" + name)
    }
    let inline = parts.count > 1 ? String(parts[1]) : nil
    if option.placeholder == nil {
      if let inline { throw error(.needlessValue(option: option.spelling, value: inline)) }
      try keep("", for: option, spelled: option.spelling)
    } else {
      let text = if let inline { inline } else { try value(of: option, option.spelling, &rest) }
      try keep(text, for: option, spelled: option.spelling)
    }
  }

  private mutating func readShort(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      let spelling = "-\(letter)"
      guard let option = command.allOptions.first(where: { $0.short == letter }) else { throw unknown(word) }
      if option.placeholder == nil {
        try keep("", for: option, spelled: spelling)
      } else {
        let text = letters.isEmpty ? try value(of: option, spelling, &rest) : String(letters)
        try keep(text, for: option, spelled: spelling)
        return
      }
    }
  }

  /// Takes the next word as the value of an option, unless the word looks like another option.
  private func value(
    of option: any AnyOption, _ spelling: String, _ rest: inout ArraySlice<String>
  ) throws(UsageError) -> String {
    let missing = error(.missingValue(option: spelling, placeholder: option.placeholder ?? ""))
    guard let next = rest.first else { throw missing }
    // No option begins with a digit or a point: `-10,10` is a range.
    let isNumber = Double(next) != nil || next.dropFirst().first.map { $0.isNumber || $0 == "." } ?? false
    // Nor with a sign: `->` separates fields.
    let isSign = next.drop { $0 == "-" }.first.map { !$0.isLetter } ?? false
    if next.hasPrefix("-"), next != "-", !isNumber, !isSign { throw missing }
    rest.removeFirst()
    return next
  }

  private mutating func keep(_ text: String, for option: any AnyOption, spelled: String) throws(UsageError) {
    if let before = texts[option.name] {
      guard option.isList else { throw error(.repeated(option: spelled)) }
      texts[option.name] = before + "," + text
    } else {
      texts[option.name] = text
    }
    spellings[option.name] = spelled
  }

  /// Converts the texts to values; throws for missing and for extra arguments.
  private func arguments() throws(UsageError) -> Arguments {
    var values: [String: any Sendable] = [:]
    var streams: [String] = []
    // The path of the stream, so that readers and messages need no second name for it.
    func path(_ text: String, _ name: String, isStream: Bool) throws(UsageError) -> String {
      guard text == "-", isStream else { return text }
      streams.append(name)
      if streams.count > 1 { throw error(.oneStream(streams[0], streams[1])) }
      return "/dev/stdin"
    }
    var named: [String: String] = [:]
    for (argument, text) in zip(command.arguments, positions) {
      named[argument.name] = try path(text, argument.name, isStream: argument.isStream)
    }
    for option in command.allOptions {
      if let typed = texts[option.name] {
        let text = try path(typed, option.spelling, isStream: option.isStream)
        guard let value = option.value(of: text) else {
          throw error(
            .badValue(
              option: spellings[option.name] ?? option.spelling, expected: option.expected, found: text,
              nearest: nearest(to: text, among: option.choices)))
        }
        values[option.name] = value
      }
    }
    if let missing = command.arguments.dropFirst(positions.count).first, !missing.isOptional {
      throw error(.missingArgument(missing.name, meaning: missing.summary))
    }
    if positions.count > command.arguments.count, command.arguments.last?.isRepeated != true {
      throw error(.extraArgument(positions[command.arguments.count]))
    }
    for option in command.allOptions where option.isRequired && values[option.name] == nil {
      throw error(.missingOption(usage: option.usage, meaning: option.summary))
    }
    return Arguments(
      verb: command.name, values: values, positions: named, further: Array(positions.dropFirst(command.arguments.count))
    )
  }

  private func unknown(_ found: String) -> UsageError {
    // The comparison ignores dashes: they are often the mistake, and they make unrelated names look close.
    let bare = String(found.drop { $0 == "-" })
    // A letter may have its value behind it: -k20.
    let letter = found.hasPrefix("--") ? bare : String(bare.prefix(1))
    if let hint = command.hints[bare] ?? command.hints[letter] ?? Hints.options[bare], command.accepts(hint) {
      return error(.unknownOption(found, nearest: hint))
    }
    if command.allOptions.contains(where: { $0.short.map { String($0) } == bare }) {
      return error(.unknownOption(found, nearest: "-" + bare))
    }
    let near = nearest(to: bare, among: command.allOptions.map(\.name))
    return error(.unknownOption(found, nearest: near.map { "--" + $0 }))
  }

  private func error(_ problem: UsageError.Problem) -> UsageError { UsageError(problem, verb: command.name) }
}
