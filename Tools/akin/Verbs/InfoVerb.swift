/// `akin info`: what a file holds and how it came to be.
enum InfoVerb {
  static let verb = Verb(command, run: run)

  static let file = Argument("FILE", "An embeddings file or an index file")

  static let command = Command(
    name: "info",
    summary: "Show what a file holds and how it came to be",
    arguments: [file],
    options: [OptionGroup("Options", [Common.json])],
    examples: [Example("akin info ml.emb"), Example("akin info ml.idx --json")])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    throw Pending(verb: command.name)
  }
}
