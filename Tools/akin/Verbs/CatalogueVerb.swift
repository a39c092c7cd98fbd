import Akin
import AkinSupport

/// `akin catalogue`: makes a catalogue that changes, and shows what it holds.
enum CatalogueVerb {
  static let verb = Verb(command, run: run)

  /// What to do with the catalogue.
  enum Action: String, CaseIterable { case create, info, verify, history }

  static let action = Argument(
    "ACTION", "create, info, verify or history", completion: .words(Action.allCases.map(\.rawValue)))
  static let directory = Argument("DIR", "The directory of the catalogue", completion: .directories)
  static let embeddings = Argument(
    "FILE.emb", "The items to create it of", isOptional: true, completion: .files("emb"))
  static let force = Option<Bool>.flag(
    "force", short: "f", "Replace all items of a catalogue that is there, as its next generation")
  static let generation = Option<Int?>.optional(
    "generation", .integer(in: 1...Int.max), "With info: this generation", default: "the newest")

  static let command = Command(
    name: "catalogue",
    summary: "Make a catalogue that items are added to and deleted from",
    discussion: [
      "A catalogue is a directory of index files that never change (segments), and of a small file for each generation, which "
        + "says what segments it has and which of their items are deleted. Every command that asks an index takes the directory "
        + "in its place. Users and histories stay in the embeddings file: akin recommend DIR --users FILE.emb USER.",
      "create makes it of the items of an embeddings file. info shows the newest generation, history all that are there. verify "
        + "checks every byte of every file, and exits with 1 for damage. See also akin add, akin delete and akin compact.",
    ],
    arguments: [action, directory, embeddings],
    options: [
      OptionGroup("Create", [IndexVerb.m, IndexVerb.efConstruction, Common.seed, force]),
      OptionGroup("Run", [generation, Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin catalogue create shop ml.emb"),
      Example("akin catalogue create shop new-model.emb --force", "Replace all items by those of another model"),
      Example("akin catalogue history shop"),
      Example("akin catalogue verify shop"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    guard let wanted = Action(rawValue: arguments[action]) else {
      throw arguments.error(
        .badValue(
          option: action.name, expected: spoken(Action.allCases.map(\.rawValue), last: "or"), found: arguments[action],
          nearest: nearest(to: arguments[action], among: Action.allCases.map(\.rawValue))))
    }
    if wanted == .create {
      guard let path = arguments[ifGiven: embeddings] else {
        throw arguments.error(.missingArgument(embeddings.name, meaning: embeddings.summary))
      }
      return try create(from: path, arguments, console)
    }
    if let extra = arguments[ifGiven: embeddings] { throw arguments.error(.extraArgument(extra)) }
    let path = arguments[directory]
    switch wanted {
    case .create, .info:
      let catalogue = try CatalogueIndex(path: path, generation: arguments[generation].map { UInt64($0) })
      CatalogueOptions.say(catalogue, console)
      try CatalogueReports.info(catalogue, arguments, console)
      return .done
    case .verify: return try CatalogueReports.verify(path, arguments, console)
    case .history:
      try CatalogueReports.history(path, arguments, console)
      return .done
    }
  }

  private static func create(from path: String, _ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let options = HNSWBuildOptions(
      m: arguments[IndexVerb.m], efConstruction: arguments[IndexVerb.efConstruction], seed: arguments[Common.seed])
    try options.check()
    let source = try EmbeddingFile(path: path)
    let (writer, change) = try console.working(
      threads: arguments[Common.threads], quiet: arguments[Common.quiet]
    ) { execution in
      try CatalogueWriter.create(
        at: arguments[directory], from: source, options: options, replacing: arguments[force], execution: execution)
    }
    try CatalogueReports.changes([change], of: writer, since: start, arguments, console)
    return .done
  }
}
