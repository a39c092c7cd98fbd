import Akin
import AkinSupport
import AkinTraining

/// `akin demo`: the whole way, on a generated catalogue or on MovieLens.
///
/// It runs the very commands that it shows, so they are known to work when somebody copies them.
enum DemoVerb {
  static let verb = Verb(command, run: run)

  static let movielens = Option<String?>.optional(
    "movielens", .directory, "Use the ratings.csv and movies.csv of MovieLens in this directory")
  static let out = Option("out", short: "o", .directory, default: "akin-demo", "Where the files go")

  static let command = Command(
    name: "demo",
    summary: "Go the whole way on a generated catalogue, or on MovieLens",
    discussion: [
      "Makes a catalogue, trains, indexes, asks and measures; shows each command, what it says and how long it took, "
        + "and what to try next."
    ],
    options: [OptionGroup("Options", [movielens, out, Common.threads, Common.force])],
    examples: [
      Example("akin demo"),
      Example("akin demo --movielens ml-latest-small --out ml"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    // One stream, so that commands and what they say stay in order wherever they go.
    let narrated = Console(
      output: console.output, messages: console.output, cancellation: console.cancellation, isNarrated: true)
    let directory = arguments[out]
    let emb = directory + "/demo.emb"
    let idx = directory + "/demo.idx"
    let force = arguments[Common.force] ? ["--force"] : []
    let threads = arguments.has(Common.threads) ? ["--threads", String(arguments[Common.threads])] : []

    let inputs: (interactions: String, items: String)
    if let movielens = arguments[movielens] {
      inputs = (movielens + "/ratings.csv", movielens + "/movies.csv")
      for path in [inputs.interactions, inputs.items] where unsafe access(path, R_OK) != 0 {
        throw InteractionError(path: path, .system(action: "open the file", code: errno))
      }
      try makeDirectory(directory)
    } else {
      inputs = (directory + "/interactions.csv", directory + "/items.csv")
      try step(
        "A catalogue", ["sample", "--out", directory] + sizes + threads + force, narrated)
    }
    try step(
      "Interactions become embeddings",
      ["train", inputs.interactions, "--items", inputs.items, "-o", emb] + threads + force, narrated)
    try step("Embeddings become an index", ["index", emb, "-o", idx] + threads + force, narrated)
    let item = arguments[movielens] == nil ? try mostChosen(emb) : "Toy Story (1995)"
    try step("What is like an item", ["related", idx, item], narrated)
    try step("What a user should see next", ["recommend", idx, "--users", emb, "1"], narrated)
    try step(
      "How much of the exact answer the graph finds, and how fast",
      ["recall", idx, "--queries", "users:" + emb, "-k", "10"] + threads, narrated)

    let style = console.output.style
    try console.print(
      """

      \(style.bold("All of it took \(Numbers.duration(monotonicSeconds() - start)). Try next:"))
        akin related \(quoted(idx)) 2
        akin recommend \(quoted(idx)) --users \(quoted(emb)) 2 -k 20 --exact
        akin recall \(quoted(idx)) --queries items
        akin info \(quoted(emb))
        akin verify \(quoted(idx))

      """)
    return .done
  }

  /// Large enough to be worth indexing, small enough for a minute on two cores.
  private static let sizes = ["--users", "5000", "--items", "20000", "--interactions", "400000"]

  /// Shows a command and runs it.
  private static func step(_ title: String, _ words: [String], _ console: Console) throws {
    let style = console.output.style
    let line = (["akin"] + words).map(quoted).joined(separator: " ")
    try console.print("\n\(style.bold(title))\n\(style.dim("$ " + line))\n")
    try console.output.flush()
    _ = try Tool.dispatch(words, console)
    try console.output.flush()
  }

  /// The title of the item that most users have chosen, or its id.
  private static func mostChosen(_ path: String) throws -> String {
    let file = try EmbeddingFile(path: path)
    var counts = [Int](repeating: 0, count: file.itemCount)
    for user in 0..<file.userCount {
      for item in file.history(of: Row(user)) { counts[Int(item.index)] += 1 }
    }
    guard let most = counts.max(), let place = counts.firstIndex(of: most) else { return "1" }
    return file.titles?[Row(place)] ?? file.itemIDs.id(of: Row(place)).description
  }

  /// A word as a shell takes it.
  static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "-_./:,=+".utf8.contains(byte)
    }
    if isPlain, !word.isEmpty { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
