import AkinVectors

/// `akin recall`: how often the graph finds what exact scoring finds, and how much faster.
enum RecallVerb {
  static let verb = Verb(command, run: run)

  /// Where the questions come from.
  enum Queries: Sendable, Equatable {
    case items
    case users(path: String)
    case vectors(path: String)
  }

  static let index = Argument("FILE.idx", "The index file")
  static let queries = Option(
    "queries",
    Reading(
      placeholder: "QUERIES", expected: "items, users:FILE.emb or a file of vectors",
      show: { queries in
        switch queries {
        case .items: "items"
        case .users(let path): "users:" + path
        case .vectors(let path): path
        }
      },
      read: { text in
        if text == "items" { return .items }
        if text.hasPrefix("users:") { return text.count > 6 ? .users(path: String(text.dropFirst(6))) : nil }
        return text.isEmpty || text == "users" ? nil : .vectors(path: text)
      }),
    default: Queries.items, "What to ask: items (related items), users:FILE.emb (recommendations), or a file of vectors"
  )
  static let ef = Option(
    "ef", .integers(in: 1...1_000_000), default: [16, 32, 64, 128, 256], "Candidates the search keeps: one row each")
  static let sample = Option(
    "sample", .integer(in: 0...100_000_000), default: 1_000, "Queries to ask, drawn by the seed; 0 means all")
  static let threads = Option(
    "threads", .integer(in: 0...1024), default: 0, "Threads for the truth; the graph is timed on one")
  static let failUnder = Option<Double?>.optional(
    "fail-under", .number(in: 0...1), "Exit with 1 when the best recall of the list is below this")

  static let command = Command(
    name: "recall",
    summary: "Measure recall and speed against exact scoring",
    discussion: [
      "For each ef: the share of the true k best that the graph returns, with a 95 % interval, beside the exact scan's "
        + "own speed."
    ],
    arguments: [index],
    options: [
      OptionGroup("Questions", [queries, sample, Common.seed]),
      OptionGroup("Search", [Common.k, ef]),
      OptionGroup("Run", [threads, failUnder, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin recall ml.idx --queries users:ml.emb -k 10"),
      Example("akin recall ml.idx --ef 64 --fail-under 0.95", "In a test: exit 1 when ef 64 finds fewer than 95 %"),
    ])

  /// The efforts to measure: those given, or those of the default list that can hold `k`.
  static func efforts(_ arguments: Arguments) throws -> [Int] {
    let k = arguments[Common.k]
    let efs = arguments[ef]
    if arguments.has(ef) {
      if let low = efs.first(where: { $0 < k }) { throw SearchError.effortBelowCount(ef: low, k: k) }
      return efs
    }
    let able = efs.filter { $0 >= k }
    return able.isEmpty ? [k, 2 * k, 4 * k] : able
  }

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    _ = try efforts(arguments)
    throw Pending(verb: command.name)
  }
}
