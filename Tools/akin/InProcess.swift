import Akin
import AkinInterchange
import AkinSupport
import AkinTraining

// The commands as functions, for programs that run them in their own process: rules, defaults and sentences are those of the
// command line.

extension Tool {
  /// What a command line did.
  package struct Outcome: Sendable {
    /// The exit code: 0, or 1 where the answer is no.
    package let code: Int32
    /// What the command wrote to standard output.
    package let output: String
    /// What the command wrote to standard error.
    package let messages: String
  }

  /// Runs one command line (without the program's name) with its streams in memory.
  ///
  /// - Parameters:
  ///   - words: The command line; no input is standard input.
  ///   - progress: Hears of progress, from any thread.
  ///   - cancellation: Cancels the command.
  /// - Throws: The error that the command would print.
  package static func run(
    _ words: [String], progress: @escaping @Sendable (ProgressEvent) -> Void, cancellation: Cancellation
  ) throws -> Outcome {
    HNSWIndex.registerFormat()
    CatalogueIndex.registerFormat()
    var console = Console(
      output: TextStream(inMemoryAs: "standard output"), messages: TextStream(inMemoryAs: "standard error"),
      cancellation: cancellation)
    console.input = LineInput(text: "")
    console.progress = progress
    let code = try program.dispatch(words, console)
    return Outcome(code: code.rawValue, output: console.output.collected, messages: console.messages.collected)
  }

  /// Trains embeddings from interactions in memory.
  ///
  /// - Parameters:
  ///   - options: The options of `akin train`, as an object: `{"model": "bpr", "learning_rate": 0.05}`.
  ///   - execution: Threads, progress, notices and cancellation.
  ///   - interactions: Makes the interactions, with the rule for repeated pairs and whether values may be below 0.
  /// - Throws: `UsageError`, and the errors of reading and training.
  package static func train(
    _ options: JSONValue, execution: Execution,
    on interactions: (_ duplicates: DuplicateRule, _ allowsNegativeValues: Bool) throws -> Interactions
  ) throws -> Embeddings {
    let arguments = try arguments(
      TrainVerb.command, options, before: ["interactions", "--\(TrainVerb.output.name)=embeddings"])
    return try TrainVerb.embeddings(arguments, execution: execution) { format in
      try interactions(format.duplicates, format.allowsNegativeValues)
    }
  }

  /// Builds an index over embeddings.
  ///
  /// - Parameters:
  ///   - source: The embeddings.
  ///   - path: The file to write; `nil` builds in memory.
  ///   - options: The options of `akin index`, as an object.
  ///   - execution: Threads, progress, notices and cancellation.
  /// - Throws: `UsageError`, and the errors of building.
  package static func index(
    _ source: EmbeddingFile, to path: String?, _ options: JSONValue, execution: Execution
  ) throws -> HNSWIndex {
    let arguments = try arguments(
      IndexVerb.command, options, before: ["embeddings", "--\(IndexVerb.output.name)=\(path ?? "index")"])
    let choice = try IndexVerb.options(arguments)
    let queries = try IndexVerb.queries(arguments, execution)
    guard let path else {
      return try HNSWIndex(
        from: source, options: choice, queries: queries, holdsEmbeddings: arguments[IndexVerb.withUsers],
        execution: execution)
    }
    let report = try HNSWIndex.build(
      from: source, to: path, options: choice, queries: queries, holdsEmbeddings: arguments[IndexVerb.withUsers],
      overwrite: arguments[Common.force], execution: execution)
    if let warning = ReachWarning.sentence(repaired: report.repaired, linked: report.linked) {
      execution.notice?(Notice(warning, isWarning: true))
    }
    return try HNSWIndex(path: path)
  }

  /// The parameters of a graph.
  ///
  /// - Parameter options: Options of `akin index`, as an object.
  /// - Throws: `UsageError`, `HNSWError`.
  package static func buildOptions(_ options: JSONValue) throws -> HNSWBuildOptions {
    try IndexVerb.options(arguments(IndexVerb.command, options, before: ["embeddings", "--output=index"]))
  }

  /// The values of options that an object holds; underscores in names stand for dashes.
  private static func arguments(
    _ command: Command, _ options: JSONValue, before words: [String]
  ) throws(UsageError) -> Arguments {
    guard case .object(let members) = options else {
      throw UsageError(.badOptions(found: options.text), verb: command.name)
    }
    var words = words
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let name = "--" + String(key.map { $0 == "_" ? "-" : $0 })
      switch value {
      case .null, .bool(false): continue
      case .bool(true): words.append(name)
      default:
        guard let text = value.word else { throw UsageError(.badOptions(found: value.text), verb: command.name) }
        words.append("\(name)=\(text)")
      }
    }
    guard case .run(let arguments) = try Parser.parse(words, for: command) else {
      throw UsageError(.badOptions(found: options.text), verb: command.name)
    }
    return arguments
  }
}

extension JSONValue {
  /// The value as a word of a command line, or `nil` for one that is no value of an option.
  fileprivate var word: String? {
    switch self {
    case .string(let text): return text
    case .integer, .number: return text
    case .array(let values):
      let words = values.compactMap { value -> String? in if case .array = value { nil } else { value.word } }
      return words.count == values.count ? words.joined(separator: ",") : nil
    case .null, .bool, .object: return nil
    }
  }
}
