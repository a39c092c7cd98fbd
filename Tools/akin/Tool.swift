import Akin
import AkinSupport

/// The `akin` command: which verbs it has, and how what happens becomes messages and an exit code.
enum Tool {
  /// The version of the command and of the library.
  static let version = "0.1.0"

  /// What the command is for, as one phrase.
  static let summary = "recommendations from embeddings, with recall you can measure"

  /// The verbs, as the whole command's help lists them.
  static let chapters = [
    Chapter("Start here", [DemoVerb.verb, SampleVerb.verb]),
    Chapter("Make files", [TrainVerb.verb, UpdateVerb.verb, ImportVerb.verb, EmbedVerb.verb, IndexVerb.verb]),
    Chapter("Ask", [RelatedVerb.verb, RecommendVerb.verb, AskVerb.verb, QueryVerb.verb]),
    Chapter("Trust", [EvaluateVerb.verb, TuneVerb.verb, RecallVerb.verb, InfoVerb.verb, VerifyVerb.verb]),
    Chapter("Set up", [CompletionsVerb.verb, ManualVerb.verb]),
  ]

  /// All verbs.
  static var verbs: [Verb] { chapters.flatMap(\.verbs) }

  /// Runs one command line (without the program's name) and returns the exit code of the process.
  static func run(_ words: [String], console: Console) -> Int32 {
    HNSWIndex.registerFormat()
    return finish(console) { try dispatch(words, console) }
  }

  /// Does the work, turns what it throws into a message, and returns the exit code of the process.
  static func finish(_ console: Console, _ work: () throws -> ExitCode) -> Int32 {
    let code: ExitCode
    do {
      code = try work()
      try console.output.flush()
    } catch StreamError.readerGone {
      return ExitCode.done.rawValue
    } catch {
      // What was answered before the trouble goes out first; a second trouble would hide the first.
      try? console.output.flush()
      return explain(error, console).rawValue
    }
    return code.rawValue
  }

  /// Does what one command line says; throws what goes wrong.
  static func dispatch(_ words: [String], _ console: Console) throws -> ExitCode {
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
      case .run(let arguments): return try verb.run(arguments, console)
      }
    }
  }

  private static func verb(named name: String) throws(UsageError) -> Verb {
    guard let verb = verbs.first(where: { $0.command.name == name }) else {
      throw UsageError(.unknownVerb(name, nearest: nearest(to: name, among: verbs.map(\.command.name))), verb: nil)
    }
    return verb
  }

  private static func showHelp(_ name: String?, _ console: Console) throws -> ExitCode {
    let help = Help(width: console.output.terminal?.width, style: console.output.style)
    try console.print(
      try name.map { help.page(of: try verb(named: $0).command) } ?? help.page(of: chapters, version: version))
    return .done
  }

  /// Says what went wrong and chooses the exit code, which follows from the kind of trouble alone.
  private static func explain(_ error: any Error, _ console: Console) -> ExitCode {
    guard let error = error as? any AkinError else {
      console.complain("\(error)", help: nil)
      return .io
    }
    switch error.kind {
    case .cancelled:
      console.say("akin: \(error.description)")
      return .cancelled
    case .usage: return complain(error, .usage, console)
    case .badInput: return complain(error, .badInput, console)
    case .io: return complain(error, .io, console)
    }
  }

  private static func complain(_ error: any AkinError, _ code: ExitCode, _ console: Console) -> ExitCode {
    console.complain(error.description, help: error.help)
    return code
  }
}
