/// `akin demo`: the whole way, on a generated catalogue or on MovieLens.
enum DemoVerb {
  static let verb = Verb(command, run: run)

  static let movielens = Option<String?>.optional(
    "movielens", .directory, "Use the ratings.csv and movies.csv of MovieLens in this directory")
  static let out = Option("out", short: "o", .directory, default: "akin-demo", "Where the files go")

  static let command = Command(
    name: "demo",
    summary: "Go the whole way on a generated catalogue, or on MovieLens",
    discussion: [
      "Trains, indexes, asks and measures, says how long each step took, and shows the commands to try next."
    ],
    options: [
      OptionGroup("Options", [movielens, out, Common.threads, Common.force, Common.quiet])
    ],
    examples: [
      Example("akin demo"),
      Example("akin demo --movielens ml-latest-small --out ml"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    throw Pending(verb: command.name)
  }
}
