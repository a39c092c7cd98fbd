import Akin
import AkinInterchange
import AkinSupport

/// `akin index`: builds an index file from an embeddings file.
enum IndexVerb {
  static let verb = Verb(command, run: run)

  static let embeddings = Argument("FILE.emb", "The embeddings file", completion: .files("emb"))
  static let output = Option<String>.required(
    "output", short: "o", .output(usually: "idx"), "The index file to write")

  private static let usual = HNSWBuildOptions()
  static let metric = Option<Metric?>.optional(
    "metric", .metric, "Metric between query and items", default: "the metric of the embeddings file")
  static let m = Option<Int?>.optional(
    "m", .integer(in: 2...256),
    "Links of an item, M in the HNSW paper; 2M on the base layer",
    default: "\(HNSWBuildOptions.usualM(for: .innerProduct)) for \(Metric.innerProduct.name), else "
      + "\(HNSWBuildOptions.usualM(for: .euclidean))")
  static let efConstruction = Option(
    "ef-construction", .integer(in: 2...65_536), default: usual.efConstruction,
    "Candidates for the links of an item, efConstruction in the HNSW paper; at least M")

  static let store = Option<VectorStore?>.optional(
    "store", .choice("STORE", VectorStore.allCases.map { (name: $0.name, value: $0) }),
    "How vectors are kept: as they are, or rounded, in fewer bytes; scores are then those of the rounded vectors, and akin info "
      + "says how wrong they can be. codes keeps only the byte codes of the walk, for up to 256 components",
    default: "float32, or int8 where bytes are exact and read anyway")

  static let queries = Option<String?>.optional(
    "queries", .file, "Queries like those to come, in any format of akin import: recall is measured with them",
    default: "users of the file, or items")

  static let withUsers = Option<Bool>.flag(
    "with-users",
    "Also put the embeddings file into the index file: users, histories and items are then one file, which is replaced at "
      + "once, and recommend needs no --users")

  static let command = Command(
    name: "index",
    summary: "Build an index file from an embeddings file",
    discussion: [
      "The index file is self-contained: it holds vectors, ids and titles. The same embeddings, options and "
        + "seed give the "
        + "same bytes at any number of threads."
    ],
    arguments: [embeddings],
    options: [
      OptionGroup("Output", [output, store, withUsers, Common.force]),
      OptionGroup("Graph", [metric, m, efConstruction, Common.seed, queries]),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin index ml.emb -o ml.idx"),
      Example("akin index ml.emb -o ml.idx --with-users --force", "One file to serve from, replaced at once"),
      Example(
        "akin index ml.emb -o ml.idx --store float16", "Vectors in half the bytes, scores right to some four digits"),
      Example("akin index base.emb -o base.idx --metric euclidean --m 32"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    let options = try options(arguments)
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let source = try EmbeddingFile(path: arguments[embeddings])
    let report = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      try HNSWIndex.build(
        from: source, to: path, options: options, queries: try queries(arguments, execution),
        holdsEmbeddings: arguments[withUsers], overwrite: arguments[Common.force], execution: execution)
    }
    try console.show(
      WrittenFile(path: path, content: report.sentence, facts: report.facts, seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    if let warning = ReachWarning.sentence(repaired: report.repaired, linked: report.linked) { console.say(warning) }
    return .done
  }

  /// The parameters of the graph.
  static func options(_ arguments: Arguments) throws(HNSWError) -> HNSWBuildOptions {
    let options = HNSWBuildOptions(
      metric: arguments[metric], m: arguments[m], efConstruction: arguments[efConstruction],
      seed: arguments[Common.seed], store: arguments[store])
    try options.check()
    return options
  }

  /// The queries to measure recall with, or `nil`.
  static func queries(_ arguments: Arguments, _ execution: Execution) throws -> EmbeddingMatrix? {
    try arguments[queries].map { try VectorFile.read(path: $0, execution: execution).vectors }
  }
}

extension HNSWBuildReport {
  /// The content of the index, as a phrase.
  var sentence: String {
    let asides = [
      copies > 0 ? Numbers.counted(copies, "copies") : nil,
      grouped > 0 ? Numbers.counted(grouped, "near copies") : nil,
      zeroVectors > 0 ? Numbers.counted(zeroVectors, "zero vectors") : nil,
    ].compactMap { $0 }
    return ([Numbers.counted(items, "items")] + asides).joined(separator: ", ")
      + ", \(metric.name), \(Numbers.fixed(meanDegree, decimals: 1)) links an item"
      + (StoreFacts.sentence(store, error: vectorError, metric: metric).map { "; \($0)" } ?? "")
  }

  /// The content of the index, for JSON.
  fileprivate var facts: [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "items": .integer(Int64(items)), "linked": .integer(Int64(linked)), "copies": .integer(Int64(copies)),
      "grouped": .integer(Int64(grouped)),
      "zeroVectors": .integer(Int64(zeroVectors)), "repaired": .integer(Int64(repaired)),
      "meanDegree": .number(meanDegree), "metric": .string(metric.name), "digest": .string(digest.description),
    ]
    if let stored = StoreFacts.object(store, error: vectorError, metric: metric) { facts["store"] = stored }
    return facts
  }
}
