/// `akin sample`: a generated catalogue to try things on.
enum SampleVerb {
  static let verb = Verb(command, run: run)

  static let out = Option<String>.required("out", short: "o", .directory, "Where interactions.csv and items.csv go")
  static let users = Option("users", .integer(in: 1...100_000_000), default: 2_000, "How many users")
  static let items = Option("items", .integer(in: 1...100_000_000), default: 5_000, "How many items")
  static let interactions = Option(
    "interactions", .integer(in: 0...10_000_000_000), default: 100_000, "How many (user, item) pairs, all different")

  static let command = Command(
    name: "sample",
    summary: "Write a generated catalogue: interactions.csv and items.csv",
    discussion: [
      "A few items are popular and most are not, users have tastes that come in clusters, and every item has a title "
        + "and categories. The same options and seed write the same bytes."
    ],
    options: [
      OptionGroup("Output", [out, Common.force]),
      OptionGroup("Catalogue", [users, items, interactions, Common.seed]),
      OptionGroup("Run", [Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin sample --out sample"),
      Example("akin sample --out big --users 30000 --items 40000 --interactions 800000 --seed 7"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    throw Pending(verb: command.name)
  }
}
