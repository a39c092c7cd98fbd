import AkinFiles
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin train`: embeddings from interactions.
enum TrainVerb {
  static let verb = Verb(command, run: run)

  static let interactions = Argument("INTERACTIONS", "CSV or TSV file of user, item and, if there is one, value")
  static let output = Option<String>.required("output", short: "o", .file, "The embeddings file to write")

  static let items = Option<String?>.optional(
    "items", .file, "Titles and categories: CSV or TSV of item, title and categories with | between")
  static let userColumn = Option<ColumnChoice?>.optional(
    "user-column", .column, "Users' column, by name or number (default one named userId or alike, else 1)")
  static let itemColumn = Option<ColumnChoice?>.optional(
    "item-column", .column, "Items' column (default one named itemId, movieId or alike, else 2)")
  static let valueColumn = Option<ColumnChoice?>.optional(
    "value-column", .column, "Values' column (default one named rating, value or alike, else 3; without one, 1)")
  static let header = Option(
    "header", .choice("WHEN", [("auto", HeaderRule.detect), ("yes", .present), ("no", .absent)]),
    default: .detect, "Whether the first row names the columns")
  static let delimiter = Option<FieldSeparator?>.optional(
    "delimiter",
    .choice(
      "NAME",
      [("comma", FieldSeparator.comma), ("tab", .tab), ("semicolon", .semicolon), ("double-colon", .doubleColon)]),
    "What stands between fields (default as the first row shows)")
  static let duplicates = Option(
    "duplicates", .choice("RULE", DuplicateRule.allCases.map { ($0.rawValue, $0) }), default: .refuse,
    "What to do with a user and item that stand in several rows")

  private static let usual = WALSOptions()
  static let model = Option(
    "model", .choice("MODEL", [("wals", Objective.Model.wals)]), default: .wals,
    "How to learn: weighted alternating least squares")
  static let dimensions = Option(
    "dimensions", .integer(in: 1...1024), default: usual.dimensions, "Components of each vector")
  static let epochs = Option(
    "epochs", .integer(in: 1...100_000), default: usual.epochs, "How often users and items are solved")
  static let weighting = Option(
    "weighting",
    .choice("RULE", [("value", Objective.Weighting.value), ("constant", .constant), ("bm25", .bm25)]),
    default: usual.weighting, "How a value becomes a weight: alpha × value, alpha, or alpha × bm25(value)")
  static let alpha = Option("alpha", .number(in: 0...1e30), default: usual.alpha, "The factor of the observed weights")
  static let w0 = Option("w0", .number(in: 0...1e30), default: usual.w0, "The weight of a pair that was not observed")
  static let lambda = Option("lambda", .number(in: 0...1e30), default: usual.lambda, "Regularisation, above 0")
  static let nu = Option(
    "nu", .number(in: 0...2), default: usual.nu, "How regularisation grows with a row's count: 0 not, 1 in proportion")

  static let command = Command(
    name: "train",
    summary: "Train embeddings from interactions",
    discussion: [
      "Reads who interacted with what, and learns a vector for each user and each item such that their inner product "
        + "predicts the interaction. MovieLens ratings.csv is read as it is."
    ],
    arguments: [interactions],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup("Input", [items, userColumn, itemColumn, valueColumn, header, delimiter, duplicates]),
      OptionGroup("Model", [model, dimensions, epochs, weighting, alpha, w0, lambda, nu, Common.seed]),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin train ratings.csv --items movies.csv -o ml.emb"),
      Example("akin train clicks.tsv -o clicks.emb --dimensions 128 --duplicates sum"),
    ])

  /// How the file is laid out, as the command line says.
  static func format(_ arguments: Arguments) -> InteractionFormat {
    var format = InteractionFormat()
    format.separator = arguments[delimiter]
    format.header = arguments[header]
    format.user = arguments[userColumn]
    format.item = arguments[itemColumn]
    format.value = arguments[valueColumn]
    format.duplicates = arguments[duplicates]
    return format
  }

  /// What to minimise, as the command line says.
  static func options(_ arguments: Arguments) -> WALSOptions {
    var options = WALSOptions()
    options.dimensions = arguments[dimensions]
    options.epochs = arguments[epochs]
    options.weighting = arguments[weighting]
    options.alpha = arguments[alpha]
    options.w0 = arguments[w0]
    options.lambda = arguments[lambda]
    options.nu = arguments[nu]
    options.seed = arguments[Common.seed]
    return options
  }

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    let options = options(arguments)
    try options.check()
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let (model, embeddings) = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) {
      execution in
      let catalogue = try arguments[items].map { try ItemCatalogue.read(path: $0, execution: execution) }
      let read = try Interactions.read(path: arguments[interactions], format: format(arguments), execution: execution)
      // Items that nobody has touched yet belong to the catalogue too.
      let interactions = try catalogue.map { try read.including($0) } ?? read
      let model = try WALS.train(interactions, options: options, execution: execution)
      let embeddings = model.embeddings(for: interactions, catalogue: catalogue)
      try embeddings.write(to: path, overwrite: arguments[Common.force], execution: execution)
      return (model, embeddings)
    }
    var facts = embeddings.facts
    facts["interactions"] = .integer(Int64(embeddings.history?.rows.count ?? 0))
    facts["loss"] = model.losses.last.map { .number($0.total) }
    facts["secondsPerEpoch"] = Cell.seconds(model.medianSecondsPerEpoch).json
    try console.show(
      WrittenFile(path: path, content: embeddings.sentence, facts: facts, seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    return .done
  }
}

extension Reading where Value == ColumnChoice {
  /// A column of a table.
  static let column = Reading(
    placeholder: "COLUMN", expected: "the name of a column, or its number from 1",
    show: { choice in
      switch choice {
      case .name(let name): name
      case .number(let number): String(number)
      }
    },
    read: { text in
      if text.isEmpty { return nil }
      if let number = Int(text) { return number > 0 ? .number(number) : nil }
      return .name(text)
    })
}
