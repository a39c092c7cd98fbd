import AkinFiles
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin train`: trains embeddings from interactions.
enum TrainVerb {
  static let verb = Verb(command, run: run)

  static let interactions = Argument(
    "INTERACTIONS", "CSV or TSV file of user, item and optional value", completion: .anyFile, isStream: true)
  static let output = Option<String>.required(
    "output", short: "o", .output(usually: "emb"), "The embeddings file to write")

  static let command = Command(
    name: "train",
    summary: "Train embeddings from interactions",
    discussion: [
      "Learns a vector for each user and each item from interactions, such that their inner product predicts the "
        + "interaction. Reads MovieLens ratings.csv without conversion."
    ] + ModelOptions.discussion,
    arguments: [interactions],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup(
        "Input",
        InputOptions.ofInteractions + HalfLifeOptions.all + InputOptions.ofItems
          + [SideFeatureOptions.categories]), LimitOptions.group,
    ] + ModelOptions.groups + [
      TrainValidation.group, AutoTraining.group,
      OptionGroup("Run", [Common.threads, Common.json, Common.verbose, Common.quiet]),
    ],
    examples: [
      Example("akin train ratings.csv --items movies.csv -o ml.emb"),
      Example("akin train clicks.tsv -o clicks.emb --dimensions 128 --duplicates sum"),
      Example("akin train ratings.csv --items movies.csv --category-features -o ml.emb", "New films get vectors too"),
      Example("akin train clicks.tsv -o clicks.emb --auto --budget 2m", "Model and options by held-out users"),
      Example("akin train ratings.csv -o ratings.emb --model mf"),
      Example(
        "akin train ratings.csv -o towers.emb --model two-tower --user-features users.csv --item-features movies.csv"),
      Example("akin train clicks.tsv -o clicks.emb --epochs 50 --validate --on-interrupt best"),
    ])

  /// The command line that some options make, each one word, without an input and an output of its own.
  static func arguments(_ words: [String]) throws(UsageError) -> Arguments {
    let parsed = try Parser.parse(["INTERACTIONS", "--output=F.emb"] + words, for: command)
    guard case .run(let arguments) = parsed else { preconditionFailure("the words hold no --help") }
    return arguments
  }

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    try SideFeatureOptions.check(arguments)
    var input = try InputOptions.interactions(arguments)
    input.allowsNegativeValues = ModelOptions.chosen(arguments).allowsNegativeValues
    input.readsLabels = ModelOptions.chosen(arguments).learnsLabels
    let features = try console.working(quiet: arguments[Common.quiet]) {
      try FeatureOptions.read(arguments, execution: $0)
    }
    let method = try ModelOptions.method(arguments, features: features)
    try method.check()
    try HalfLifeOptions.check(arguments, method)
    let validation = try TrainValidation(arguments, method)
    _ = try AutoTraining(arguments)
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let trained = try console.working(
      threads: arguments[Common.threads], quiet: arguments[Common.quiet], verbose: arguments[Common.verbose]
    ) { [input] in
      try train(arguments, input, method, validation, features, execution: $0)
    }
    if let collapse = trained.model.collapse { console.say("akin: warning: \(collapse)") }
    if !arguments[Common.quiet] {
      for note in trained.model.notes { console.say("akin: note: \(note)") }
    }
    try console.show(
      WrittenFile(
        path: path, content: trained.embeddings.sentence, facts: trained.facts,
        seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    return trained.wasInterrupted ? .cancelled : .done
  }

  /// A trained model and its embeddings, which have been written.
  private struct Trained {
    let model: TrainedModel
    let embeddings: Embeddings
    let seconds: Double
    let wasInterrupted: Bool
    /// The measurements of the validation, or `nil`.
    let measured: JSONValue?
    /// What the limits left out, or `nil`.
    let leftOut: JSONValue?
    /// What `--auto` tried, or `nil`.
    let chosen: JSONValue?

    /// The facts of the report.
    var facts: [String: JSONValue] {
      var facts = embeddings.facts
      facts["interactions"] = .integer(Int64(embeddings.history?.rows.count ?? 0))
      facts["loss"] = model.losses.last.map { .number($0.total) }
      facts["validation"] = measured
      facts["leftOut"] = leftOut
      facts["auto"] = chosen
      facts["model"] = .string(model.objective.model.name)
      facts["trainSeconds"] = Cell.seconds(seconds).json
      facts["secondsPerEpoch"] = Cell.seconds(model.medianSecondsPerEpoch).json
      return facts
    }
  }

  /// Reads the files of a command line, trains the model and writes its embeddings.
  private static func train(
    _ arguments: Arguments, _ input: InteractionFormat, _ method: any TrainingMethod, _ validation: TrainValidation?,
    _ features: FeatureOptions.Features, execution: Execution
  ) throws -> Trained {
    let read = try HalfLifeOptions.read(
      arguments[interactions], input, halvesBy: HalfLifeOptions.unit(arguments), execution: execution)
    let trained = try train(arguments, on: read, method, validation, features, execution: execution)
    var execution = execution
    // Ctrl-C has stopped the training; the file is written whole.
    if trained.wasInterrupted { execution.cancellation = nil }
    try trained.embeddings.write(to: arguments[output], overwrite: arguments[Common.force], execution: execution)
    return trained
  }

  /// Trains a model on interactions, with the other files of a command line.
  private static func train(
    _ arguments: Arguments, on interactions: Interactions, _ method: any TrainingMethod,
    _ validation: TrainValidation?, _ features: FeatureOptions.Features, execution: Execution
  ) throws -> Trained {
    let catalogue = try InputOptions.catalogue(arguments, for: interactions, execution: execution)
    if let catalogue, let path = arguments[InputOptions.items] {
      var items = Meeting("items", of: catalogue.ids, in: interactions.itemIDs)
      if items.isEmpty, Meeting("titles", of: .texts(catalogue.titles), in: interactions.itemIDs).met > 0 {
        items.hint = "the titles occur in the interactions: name their column: --id-column COLUMN"
      }
      try execution.note(items, of: path)
    }
    try FeatureOptions.check(features, arguments, interactions: interactions, execution: execution)
    let limited = try LimitOptions.Limited(interactions, arguments, arguments[self.interactions], execution)
    let aged = try arguments[HalfLifeOptions.halfLife].map {
      try limited.interactions.decayed(
        halfLife: $0, age: arguments[HalfLifeOptions.age], of: HalfLifeOptions.part(of: method))
    }
    var read = aged?.interactions ?? limited.interactions
    // By interactions, most values of long histories count next to nothing, and may.
    if let aged, aged.decay.age == .days {
      let (before, after) = (limited.interactions.byUser.values, aged.interactions.byUser)
      // Weights begin at 1.
      HalfLifeOptions.warn(
        after.weights.map { $0.map { _ in 1 } } ?? before, aged: after.weights ?? after.values, execution: execution)
    }
    // Times have decided between rows of one pair, and made old values smaller; no model reads them itself.
    read.times = nil
    // The catalogue may hold items without interactions. It does not bring back what the limits leave out, unless its
    // categories make vectors.
    let isWhole = arguments[SideFeatureOptions.categories]
    let known = try catalogue.map { try read.including($0) { !isWhole && limited.isLeftOut($0) } } ?? read
    // So may the features, users and items.
    let all = try known.including(users: features.users?.ids, items: features.items?.ids)
    var (method, validation) = (method, validation)
    var sides = try SideFeatureOptions.described(&method, &validation, catalogue, arguments)
    let choice = try AutoTraining(arguments)?.choose(
      all, timed: limited.interactions, features: features, execution: execution)
    if let choice { (method, sides) = (choice.method, nil) }
    let start = monotonicSeconds()
    let result = try validation?.train(all, execution: execution)
    var model = try result?.model ?? method.train(all, execution: execution)
    // A file of zeros would answer every question with nothing.
    if model.objective.model == .wals, model.largestProduct == 0 {
      throw TrainingError.collapsed(epoch: model.losses.last?.epoch ?? 0, side: model.losses.last?.side ?? "items")
    }
    if model.objective.model == .mf, all.count > 1, let note = ValueScale.nothingForMF(all.valueRange) {
      model.notes.append(note)
    }
    let seconds = monotonicSeconds() - start
    if let note = sides?.note(on: all) { model.notes.append(note) }
    if let choice { model.notes.append(choice.note) }
    var embeddings = model.embeddings(for: all, catalogue: catalogue)
    embeddings.provenance["leftOut"] = limited.leftOut?.json
    embeddings.provenance[TimeDecay.fact] = aged?.decay.json
    embeddings.provenance["auto"] = choice?.facts
    return Trained(
      model: model, embeddings: embeddings, seconds: seconds, wasInterrupted: result?.wasInterrupted ?? false,
      measured: result?.measured, leftOut: limited.leftOut?.json, chosen: choice?.facts)
  }

  /// Trains embeddings from interactions in memory.
  ///
  /// - Parameters:
  ///   - arguments: A command line; its interactions and its output name no files.
  ///   - make: Makes the interactions by the rules of the command line.
  ///   - execution: Threads, progress, notices and cancellation.
  static func embeddings(
    _ arguments: Arguments, execution: Execution, making make: (InteractionFormat) throws -> Interactions
  ) throws -> Embeddings {
    try SideFeatureOptions.check(arguments)
    var input = try InputOptions.interactions(arguments)
    input.allowsNegativeValues = ModelOptions.chosen(arguments).allowsNegativeValues
    input.readsLabels = ModelOptions.chosen(arguments).learnsLabels
    let features = try FeatureOptions.read(arguments, execution: execution)
    let method = try ModelOptions.method(arguments, features: features)
    try method.check()
    try HalfLifeOptions.check(arguments, method)
    let validation = try TrainValidation(arguments, method)
    let trained = try train(arguments, on: make(input), method, validation, features, execution: execution)
    if let collapse = trained.model.collapse { execution.notice?(Notice(collapse, isWarning: true)) }
    for note in trained.model.notes { execution.notice?(Notice(note)) }
    return trained.embeddings
  }
}
