import AkinVectors

/// `akin query`: many raw vectors at once, the answers to files.
enum QueryVerb {
  static let verb = Verb(command, run: run)

  static let index = Argument("FILE.idx", "The index file")
  static let vectors = Option<String>.required(
    "vectors", .file, "The queries: vectors of the items' dimension, in any format of akin import")
  static let output = Option<String>.required(
    "output", short: "o", .file, "Where the answers go: an .npy of int64 positions, queries × k, -1 where fewer")
  static let scores = Option<String?>.optional("scores", .file, "Where the scores go: an .npy of float32, queries × k")
  static let ids = Option<Bool>.flag("ids", "Write the items' ids in place of positions (text ids: one line a query)")
  static let ef = Option("ef", .integers(in: 1...1_000_000), default: [64], "Candidates the search keeps: one run each")
  static let repeats = Option("repeat", .integer(in: 1...10_000), default: 1, "Searches to time; the fastest counts")
  static let threads = Option(
    "threads", .integer(in: 0...1024), default: 0, "Threads to search on; 0 means all processors")

  static let command = Command(
    name: "query",
    summary: "Answer a batch of vectors, and time it",
    discussion: [
      "With several values of --ef the names of the outputs must hold {ef}, which becomes the value, or 'exact'. The "
        + "report has one row a setting; its time is that of searching alone."
    ],
    arguments: [index],
    options: [
      OptionGroup("Input and output", [vectors, output, scores, ids, Common.force]),
      OptionGroup("Search", [Common.k, ef, Common.exact]),
      OptionGroup("Run", [threads, repeats, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin query base.idx --vectors q.npy -o ids.npy --exact"),
      Example("akin query base.idx --vectors q.npy -o 'ids-{ef}.npy' --ef 16,32,64 --threads 1 --repeat 3 --json"),
    ])

  /// One search of the whole batch, and where its answers go.
  struct Setting: Equatable {
    let effort: Effort
    let output: String
    let scores: String?
  }

  /// The settings that a command line asks for, checked before any file is opened.
  static func settings(_ arguments: Arguments) throws -> [Setting] {
    try arguments.refuse(ef, with: Common.exact)
    let k = arguments[Common.k]
    if arguments[Common.exact] { return [setting(.exact, "exact", arguments)] }
    let efs = arguments.has(ef) ? arguments[ef] : [max(Common.defaultEffort, k)]
    if let low = efs.first(where: { $0 < k }) { throw SearchError.effortBelowCount(ef: low, k: k) }
    for (option, name) in [(output as any AnyOption, arguments[output]), (scores, arguments[scores] ?? "{ef}")]
    where efs.count > 1 && !name.contains("{ef}") {
      throw arguments.error(
        .oneOutputForMany(
          option: option.usage.split(separator: " ").first.map(String.init) ?? option.spelling, count: efs.count,
          of: ef.spelling, name: name, example: "\(option.name == output.name ? "ids" : "scores")-{ef}.npy"))
    }
    return efs.map { setting(.graph(ef: $0), String($0), arguments) }
  }

  private static func setting(_ effort: Effort, _ word: String, _ arguments: Arguments) -> Setting {
    Setting(
      effort: effort, output: replacing("{ef}", by: word, in: arguments[output]),
      scores: arguments[scores].map { replacing("{ef}", by: word, in: $0) })
  }

  private static func replacing(_ place: String, by word: String, in text: String) -> String {
    var out = ""
    var rest = Substring(text)
    while !rest.isEmpty {
      if rest.hasPrefix(place) {
        out += word
        rest = rest.dropFirst(place.count)
      } else {
        out.append(rest.removeFirst())
      }
    }
    return out
  }

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    _ = try settings(arguments)
    throw Pending(verb: command.name)
  }
}
