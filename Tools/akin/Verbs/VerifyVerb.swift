/// `akin verify`: whether a file is what it was when it was written.
enum VerifyVerb {
  static let verb = Verb(command, run: run)

  static let file = Argument("FILE", "An embeddings file or an index file")

  static let command = Command(
    name: "verify",
    summary: "Check every byte and every rule of a file",
    discussion: ["Exits with 0 when the file is whole, and with 1 when it is not: each fault is named with its place."],
    arguments: [file],
    options: [OptionGroup("Options", [Common.threads, Common.json, Common.quiet])],
    examples: [Example("akin verify ml.emb"), Example("akin verify ml.idx && cp ml.idx /srv/")])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    throw Pending(verb: command.name)
  }
}
