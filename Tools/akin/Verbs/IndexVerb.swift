import AkinVectors

/// `akin index`: an index file from an embeddings file.
enum IndexVerb {
  static let verb = Verb(command, run: run)

  static let embeddings = Argument("FILE.emb", "The embeddings file")
  static let output = Option<String>.required("output", short: "o", .file, "The index file to write")

  static let metric = Option<Metric?>.optional(
    "metric", .metric, "How items are compared with a query (default as the embeddings file says)")
  static let m = Option(
    "m", .integer(in: 2...256), default: 16, "Links of an item (M in the HNSW paper); twice as many at the bottom")
  static let efConstruction = Option(
    "ef-construction", .integer(in: 1...100_000), default: 200, "Candidates kept while an item's links are chosen")

  static let command = Command(
    name: "index",
    summary: "Build an index file from an embeddings file",
    discussion: ["The index file is complete alone: items, ids and titles are in it."],
    arguments: [embeddings],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup("Graph", [metric, m, efConstruction, Common.seed]),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin index ml.emb -o ml.idx"),
      Example("akin index base.emb -o base.idx --metric euclidean --m 32"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    throw Pending(verb: command.name)
  }
}
