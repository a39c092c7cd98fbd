/// `akin related`: what is like an item.
enum RelatedVerb {
  static let verb = Verb(command, run: run)

  static let index = Argument("FILE.idx", "The index file")
  static let item = Argument("ITEM", "An id, a title, or a part of one title")

  static let command = Command(
    name: "related",
    summary: "List the items most like an item",
    arguments: [index, item],
    options: [
      OptionGroup("Options", [Common.k, Common.ef, Common.exact, Common.json])
    ],
    examples: [
      Example("akin related ml.idx 'Toy Story (1995)'"),
      Example("akin related ml.idx 1 -k 20 --exact"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    _ = try Effort(arguments)
    throw Pending(verb: command.name)
  }
}
