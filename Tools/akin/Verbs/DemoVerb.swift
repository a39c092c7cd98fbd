import Akin
import AkinSupport
import AkinTraining

/// `akin demo`: the full pipeline, on a generated catalogue or on MovieLens.
///
/// The demo runs the commands that it prints, so they work when copied.
enum DemoVerb {
  static let verb = Verb(command, run: run)

  static let movielens = Option<String?>.optional(
    "movielens", .directory, "Use the ratings.csv and movies.csv of MovieLens in this directory")
  static let out = Option(
    "out", short: "o", .directory, default: "akin-demo",
    "Directory for the files; the demo replaces its own files in the default one")

  static let command = Command(
    name: "demo",
    summary: "Run the full pipeline on a generated catalogue or on MovieLens",
    discussion: [
      "Makes a catalogue, trains embeddings, builds an index, asks for related items and recommendations, and measures "
        + "recall. Prints each command with its output and time, and commands to try next."
    ],
    options: [OptionGroup("Options", [movielens, out, Common.threads, Common.force])],
    examples: [
      Example("akin demo"),
      Example("akin demo --movielens ml-latest-small --out ml"),
    ])

  static func run(_ arguments: Arguments, _ console: Console, _ program: Program) throws -> ExitCode {
    let start = monotonicSeconds()
    // One stream keeps commands and their messages in order.
    let narrated = Console(
      output: console.output, messages: console.output, cancellation: console.cancellation, isNarrated: true)
    let directory = arguments[out]
    let emb = directory + "/demo.emb"
    let idx = directory + "/demo.idx"
    // The default directory is the demo's own.
    let force = arguments[Common.force] || !arguments.has(out) ? ["--force"] : []
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
        "Generate a catalogue", ["sample", "--out", directory] + sizes + threads + force, program, narrated)
    }
    try step(
      "Train embeddings",
      ["train", inputs.interactions, "--items", inputs.items, "-o", emb] + threads + force, program, narrated)
    try step("Build an index", ["index", emb, "-o", idx] + threads + force, program, narrated)
    let item = arguments[movielens] == nil ? try mostChosen(emb) : "Toy Story (1995)"
    try step("Find related items", ["related", idx, item], program, narrated)
    try step("Recommend items to a user", ["recommend", idx, "--users", emb, "1"], program, narrated)
    try step(
      "Measure recall and speed against exact scoring",
      ["recall", idx, "--queries", "users:" + emb, "-k", "10"] + threads, program, narrated)

    let style = console.output.style
    try console.print(
      """

      \(style.bold("Total time: \(Numbers.duration(monotonicSeconds() - start)). Next steps:"))
        akin related \(Shell.word(idx)) 2
        akin recommend \(Shell.word(idx)) --users \(Shell.word(emb)) 2 -k 20 --exact
        akin recall \(Shell.word(idx)) --queries items
        akin info \(Shell.word(emb))
        akin verify \(Shell.word(idx))

      """)
    return .done
  }

  /// Large enough for an index to pay off, small enough for a minute on two cores.
  private static let sizes = ["--users", "5000", "--items", "20000", "--interactions", "400000"]

  /// Prints a command and runs it.
  private static func step(_ title: String, _ words: [String], _ program: Program, _ console: Console) throws {
    let style = console.output.style
    let line = (["akin"] + words).map(Shell.word).joined(separator: " ")
    try console.print("\n\(style.bold(title))\n\(style.dim("$ " + line))\n")
    try console.output.flush()
    _ = try program.dispatch(words, console)
    try console.output.flush()
  }

  /// The title of the most popular item, or its id.
  private static func mostChosen(_ path: String) throws -> String {
    let file = try EmbeddingFile(path: path)
    var counts = [Int](repeating: 0, count: file.itemCount)
    for user in 0..<file.userCount {
      for item in file.history(of: Row(user)) { counts[Int(item.index)] += 1 }
    }
    guard let most = counts.max(), let place = counts.firstIndex(of: most) else { return "1" }
    return file.titles?[Row(place)] ?? file.itemIDs.id(of: Row(place)).description
  }
}
