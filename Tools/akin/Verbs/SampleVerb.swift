import AkinSupport
import AkinTraining

/// `akin sample`: writes a generated catalogue.
enum SampleVerb {
  static let verb = Verb(command, run: run)

  static let out = Option<String>.required(
    "out", short: "o", .directory, "Directory for interactions.csv and items.csv")
  static let users = Option("users", .integer(in: 1...100_000_000), default: 2_000, "Number of users")
  static let items = Option("items", .integer(in: 2...100_000_000), default: 5_000, "Number of items")
  static let interactions = Option(
    "interactions", .integer(in: 1...10_000_000_000), default: 100_000,
    "Number of interactions: at least one a user, at most half of all pairs")

  static let command = Command(
    name: "sample",
    summary: "Write a generated catalogue: interactions.csv and items.csv",
    discussion: [
      "Few items are popular, tastes of users form clusters, and every item has a title and categories. The "
        + "same options "
        + "and seed give the same bytes."
    ],
    options: [
      OptionGroup("Output", [out, Common.force]),
      OptionGroup("Catalogue", [users, items, interactions, Common.seed]),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin sample --out sample"),
      Example("akin sample --out big --users 30000 --items 40000 --interactions 800000 --seed 7"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let catalogue = try SampleCatalogue(
      users: arguments[users], items: arguments[items], interactions: arguments[interactions],
      seed: arguments[Common.seed])
    var directory = arguments[out]
    while directory.count > 1, directory.hasSuffix("/") { directory.removeLast() }
    let files = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) {
      try catalogue.write(to: directory, overwrite: arguments[Common.force], execution: $0)
    }
    let seconds = monotonicSeconds() - start
    if arguments[Common.json] {
      try console.show(
        .object([
          "schema": .integer(1), "interactions": .string(files.interactions), "items": .string(files.items),
        ]))
    } else if !arguments[Common.quiet] {
      let pairs = Numbers.counted(catalogue.interactions, "interactions")
      console.say("wrote \(files.interactions): \(pairs) of \(Numbers.counted(catalogue.users, "users"))")
      console.say("wrote \(files.items): \(Numbers.counted(catalogue.items, "items")), in \(Numbers.duration(seconds))")
    }
    return .done
  }
}
