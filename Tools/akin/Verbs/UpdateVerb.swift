import AkinFiles
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin update`: new users, items and interactions, without a training.
enum UpdateVerb {
  static let verb = Verb(command, run: run)

  static let embeddings = Argument("FILE.emb", "The embeddings file to start from", completion: .files("emb"))
  static let interactions = Argument(
    "NEW", "CSV or TSV file of the interactions that have come since", completion: .anyFile)
  static let output = Option<String>.required(
    "output", short: "o", .file(usually: "emb"), "The embeddings file to write")

  static let command = Command(
    name: "update",
    summary: "Fold new interactions into embeddings, without training",
    discussion: [
      "First users with something new, new ones too, are solved with the items as they are; then items that had no "
        + "interaction before, with the users as they are; then these users once more, of all they have. Items in --items that "
        + "nobody has touched get the mean of their categories. Every other vector stays as it is. A pair that was known gets "
        + "the new value, or with --duplicates sum the sum.",
      "Items that were known do not learn of new interactions: that takes a training. How much there would be to learn is "
        + "told: by how much one half-step of training over these items would move all scores, as a share of their size.",
      "An index is built from one embeddings file: build it again for the new one.",
    ],
    arguments: [embeddings, interactions],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup(
        "Input",
        [
          TrainVerb.items, TrainVerb.userColumn, TrainVerb.itemColumn, TrainVerb.valueColumn, TrainVerb.header,
          TrainVerb.delimiter, TrainVerb.duplicates,
        ]),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin update ml.emb today.csv -o ml-today.emb"),
      Example("akin update ml.emb today.csv --items movies.csv -o ml.emb --force", "in place"),
    ])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let source = try EmbeddingFile(path: arguments[embeddings])
    let (updated, report) = try console.working(
      threads: arguments[Common.threads], quiet: arguments[Common.quiet]
    ) { execution in
      let catalogue = try arguments[TrainVerb.items].map { try ItemCatalogue.read(path: $0, execution: execution) }
      let new = try Interactions.read(
        path: arguments[interactions], format: TrainVerb.format(arguments), execution: execution)
      let result = try Update.folding(
        new, into: try source.embeddings(execution: execution), catalogue: catalogue,
        adding: arguments[TrainVerb.duplicates] == .sum, source: source.digest.description, execution: execution)
      try result.embeddings.write(to: path, overwrite: arguments[Common.force], execution: execution)
      return result
    }
    if !arguments[Common.quiet] { for line in report.sentences { console.say("akin: \(line)") } }
    try console.show(
      WrittenFile(
        path: path, content: updated.sentence, facts: updated.facts.merging(report.json) { first, _ in first },
        seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    return .done
  }
}

extension UpdateReport {
  /// What was done, and how far it is from a training, in lines.
  fileprivate var sentences: [String] {
    func share(_ part: Int, _ whole: Int) -> String {
      Numbers.fixed(100 * Double(part) / Double(max(whole, 1)), decimals: 1) + " %"
    }
    func percent(_ value: Double) -> String { Numbers.fixed(100 * value, decimals: 2) + " %" }
    var lines = [
      "folded in: \(Numbers.counted(newUsers, "new users")), \(Numbers.counted(changedUsers, "known users")) solved again, "
        + "\(Numbers.counted(foldedItems, "items")); \(Numbers.counted(newInteractions, "new interactions")) of "
        + "\(Numbers.grouped(interactions)), \(Numbers.grouped(changedInteractions)) changed"
    ]
    if categoryItems + unknownItems > 0 {
      lines.append(
        "new items without interactions: \(Numbers.grouped(categoryItems)) by their categories, "
          + "\(Numbers.grouped(unknownItems)) of which nothing is known (zero vectors)")
    }
    lines.append(
      "how far from a training: known items have not learned of \(share(unlearned, interactions)) of all interactions; a "
        + "half-step of training over them would move scores by \(percent(residual)) (\(percent(residualBefore)) before)"
    )
    return lines
  }
}
