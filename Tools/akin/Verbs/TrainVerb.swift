import AkinFiles
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin train`: embeddings from interactions.
enum TrainVerb {
  static let verb = Verb(command, run: run)

  static let interactions = Argument(
    "INTERACTIONS", "CSV or TSV file of user, item and, if there is one, value", completion: .anyFile)
  static let output = Option<String>.required(
    "output", short: "o", .file(usually: "emb"), "The embeddings file to write")

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

  static let command = Command(
    name: "train",
    summary: "Train embeddings from interactions",
    discussion: [
      "Reads who interacted with what, and learns a vector for each user and each item such that their inner product "
        + "predicts the interaction. MovieLens ratings.csv is read as it is."
    ] + ModelOptions.discussion,
    arguments: [interactions],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup(
        "Input",
        [items, SideFeatureOptions.categories, userColumn, itemColumn, valueColumn, header, delimiter, duplicates]),
    ] + ModelOptions.groups + [
      TrainValidation.group, OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin train ratings.csv --items movies.csv -o ml.emb"),
      Example("akin train clicks.tsv -o clicks.emb --dimensions 128 --duplicates sum"),
      Example("akin train ratings.csv --items movies.csv --category-features -o ml.emb", "New films find a place, too"),
      Example("akin train ratings.csv -o ratings.emb --model mf"),
      Example(
        "akin train ratings.csv -o towers.emb --model two-tower --user-features users.csv --item-features movies.csv"),
      Example("akin train clicks.tsv -o clicks.emb --epochs 50 --validate --on-interrupt best"),
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

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    try SideFeatureOptions.check(arguments)
    let features = try FeatureOptions.read(arguments)
    let method = try ModelOptions.method(arguments, features: features)
    try method.check()
    let validation = try TrainValidation(arguments, method)
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    var trainSeconds = 0.0
    var wasInterrupted = false
    var measured: JSONValue?
    let (model, embeddings) = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) {
      execution in
      let catalogue = try arguments[items].map { try ItemCatalogue.read(path: $0, execution: execution) }
      let read = try Interactions.read(path: arguments[interactions], format: format(arguments), execution: execution)
      // Items that nobody has touched yet belong to the catalogue too.
      let known = try catalogue.map { try read.including($0) } ?? read
      // So do users and items of whom only features are known.
      let interactions = try known.including(users: features.users?.ids, items: features.items?.ids)
      var (method, validation) = (method, validation)
      let sides = try SideFeatureOptions.described(&method, &validation, catalogue, arguments)
      try sides?.check(coverage: read)
      let trainStart = monotonicSeconds()
      var model: TrainedModel
      var execution = execution
      if let result = try validation?.train(interactions, execution: execution) {
        model = result.model
        wasInterrupted = result.wasInterrupted
        measured = result.measured
        // What Ctrl-C asked for has been done: the file is written whole.
        if wasInterrupted { execution.cancellation = nil }
      } else {
        model = try method.train(interactions, execution: execution)
      }
      trainSeconds = monotonicSeconds() - trainStart
      if let note = sides?.note(on: interactions) { model.notes.append(note) }
      let embeddings = model.embeddings(for: interactions, catalogue: catalogue)
      try embeddings.write(to: path, overwrite: arguments[Common.force], execution: execution)
      return (model, embeddings)
    }
    if !arguments[Common.quiet] {
      for note in model.notes { console.say("akin: note: \(note)") }
    }
    var facts = embeddings.facts
    facts["interactions"] = .integer(Int64(embeddings.history?.rows.count ?? 0))
    facts["loss"] = model.losses.last.map { .number($0.total) }
    facts["validation"] = measured
    facts["model"] = .string(method.model.name)
    facts["trainSeconds"] = Cell.seconds(trainSeconds).json
    facts["secondsPerEpoch"] = Cell.seconds(model.medianSecondsPerEpoch).json
    try console.show(
      WrittenFile(path: path, content: embeddings.sentence, facts: facts, seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    return wasInterrupted ? .cancelled : .done
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
