import Akin
import AkinSupport

/// The `akin` program: its commands, and the messages and exit codes of its errors.
package enum Tool {
  /// The version of the program and of the library.
  package static let version = "0.1.0"

  /// The program.
  static let program: Program = Program(
    version: version, summary: "recommendations from embeddings, with recall you can measure", chapters: chapters)

  /// The commands, in the order of help.
  static let chapters: [Chapter] = [
    Chapter("Start here", [DemoVerb.verb, SampleVerb.verb]),
    Chapter(
      "Make files",
      [TrainVerb.verb, UpdateVerb.verb, ImportVerb.verb, ExportVerb.verb, EmbedVerb.verb, IndexVerb.verb]),
    Chapter("Change", [CatalogueVerb.verb, AddVerb.verb, DeleteVerb.verb, CompactVerb.verb]),
    Chapter(
      "Ask",
      [
        RelatedVerb.verb, RecommendVerb.verb, AudienceVerb.verb, PredictVerb.verb, AskVerb.verb, QueryVerb.verb,
      ]),
    Chapter("Measure and verify", [EvaluateVerb.verb, TuneVerb.verb, RecallVerb.verb, InfoVerb.verb, VerifyVerb.verb]),
    Chapter("Set up", [CompletionsVerb.verb, ManualVerb.verb]),
  ]

  /// All commands.
  static var verbs: [Verb] { program.verbs }

  /// Connects the program to the process, and runs its command line.
  package static func main() -> Never {
    let cancellation = Cancellation()
    Signals.prepare(cancellation)
    MappingFault.prepare()
    exit(run(Array(CommandLine.arguments.dropFirst()), console: .standard(cancellation: cancellation)))
  }

  /// Runs one command line (without the program's name) and returns the exit code of the process.
  static func run(_ words: [String], console: Console) -> Int32 {
    HNSWIndex.registerFormat()
    CatalogueIndex.registerFormat()
    return finish(console) {
      try Kernels.checkEnvironment()
      return try program.dispatch(words, console)
    }
  }

  /// Runs `work`, turns an error into a message, and returns the exit code of the process.
  static func finish(_ console: Console, _ work: () throws -> ExitCode) -> Int32 {
    let code: ExitCode
    do {
      code = try work()
      try console.output.flush()
    } catch StreamError.readerGone {
      return ExitCode.done.rawValue
    } catch {
      // Output from before the error is written first; a second error here would hide the first.
      try? console.output.flush()
      return explain(error, console).rawValue
    }
    return code.rawValue
  }

  /// Prints the error and returns its exit code, which depends only on the kind of error.
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
