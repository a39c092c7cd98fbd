import AkinSupport

/// A program of several commands: what help shows of it, and the choice of the command that a command line names.
struct Program: Sendable {
  /// The version of the program.
  let version: String
  /// The purpose of the program, as one phrase.
  let summary: String
  /// The commands under their headings, in the order of help.
  let chapters: [Chapter]

  /// All commands.
  var verbs: [Verb] { chapters.flatMap(\.verbs) }

  /// Runs one command line (without the program's name).
  ///
  /// - Throws: `UsageError` for a command line that cannot be parsed, and the errors of the command.
  func dispatch(_ words: [String], _ console: Console) throws -> ExitCode {
    guard let first = words.first else { return try showHelp(nil, console) }
    switch first {
    case "--version", "-V":
      try console.print("akin \(version)\n")
      return .done
    case "--help", "-h":
      return try showHelp(nil, console)
    case "help":
      return try showHelp(words.dropFirst().first, console)
    case _ where first.hasPrefix("-"):
      throw UsageError(
        .unknownOption(first, nearest: nearest(to: first, among: ["--help", "--version"])), verb: nil)
    default:
      let verb = try verb(named: first)
      switch try Parser.parse(Array(words.dropFirst()), for: verb.command) {
      case .help: return try showHelp(first, console)
      case .run(let arguments):
        try verb.command.checkFiles(arguments)
        return try verb.run(arguments, console, self)
      }
    }
  }

  private func verb(named name: String) throws(UsageError) -> Verb {
    guard let verb = verbs.first(where: { $0.command.name == name }) else {
      if let instead = Hints.missing[name] { throw UsageError(.missingVerb(name, instead: instead), verb: nil) }
      let near = Hints.verbs[name] ?? nearest(to: name, among: verbs.map(\.command.name))
      throw UsageError(.unknownVerb(name, nearest: near), verb: nil)
    }
    return verb
  }

  private func showHelp(_ name: String?, _ console: Console) throws -> ExitCode {
    let help = Help(width: console.output.terminal?.width, style: console.output.style)
    try console.print(try name.map { help.page(of: try verb(named: $0).command) } ?? help.page(of: self))
    return .done
  }
}

/// Commands under one heading in the help of the program.
struct Chapter: Sendable {
  /// The heading.
  let heading: String
  /// The commands.
  let verbs: [Verb]

  /// Creates a chapter.
  init(_ heading: String, _ verbs: [Verb]) {
    self.heading = heading
    self.verbs = verbs
  }
}
