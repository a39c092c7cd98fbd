import AkinFiles
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin update`: folds in new users, items and interactions without retraining.
enum UpdateVerb {
  static let verb = Verb(command, run: run)

  static let embeddings = Argument("FILE.emb", "The embeddings file to start from", completion: .files("emb"))
  static let interactions = Argument(
    "NEW", "CSV or TSV file of new interactions", completion: .anyFile, isStream: true)
  static let output = Option<String>.required(
    "output", short: "o", .output(usually: "emb"), "The embeddings file to write")

  static let command = Command(
    name: "update",
    summary: "Fold new interactions into embeddings without retraining",
    discussion: [
      "Solves users with new interactions against the fixed items, then items without earlier interactions against the "
        + "fixed users, then the same users again with all their interactions. Items of --items without "
        + "interactions get the "
        + "mean vector of their categories. All other vectors stay unchanged. A known pair gets the new "
        + "value, or the sum "
        + "with --duplicates sum.",
      "Known items do not learn from new interactions: that requires retraining. The report says how much "
        + "they would learn: "
        + "the change of all scores by one half-step of training over these items, as a share of their size.",
      "Each index file belongs to one embeddings file: rebuild it after an update. A catalogue takes in what has changed by akin "
        + "add. An update may replace its own "
        + "embeddings file; of two at once, the second waits.",
    ],
    arguments: [embeddings, interactions],
    options: [
      OptionGroup("Output", [output, Common.force]),
      OptionGroup("Input", InputOptions.ofInteractions + InputOptions.ofItems),
      OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
    ],
    examples: [
      Example("akin update ml.emb today.csv -o ml-today.emb"),
      Example("akin update ml.emb today.csv --items movies.csv -o ml.emb --force", "Update in place"),
    ],
    replaced: embeddings)

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let start = monotonicSeconds()
    let path = arguments[output]
    try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    let lock = try lock(arguments, console)
    var input = try InputOptions.interactions(arguments)
    let source = try EmbeddingFile(path: arguments[embeddings])
    input.allowsNegativeValues = source.objective?.model.allowsNegativeValues ?? false
    if let lock, FileIdentity(path: path) != lock.identity { throw OutputError.changed(path: path) }
    let expected = lock?.identity
    let (updated, report) = try console.working(
      threads: arguments[Common.threads], quiet: arguments[Common.quiet]
    ) { [input] execution in
      // Where values have halved with age, they go on so.
      let new = try HalfLifeOptions.read(
        arguments[interactions], input, halvesBy: TimeDecay(in: source.provenance)?.age, execution: execution)
      let old = try source.embeddings(execution: execution)
      let catalogue = try InputOptions.catalogue(arguments, for: new, attributes: old.attributes, execution: execution)
      try check(new, catalogue, against: old, arguments, execution)
      if let note = otherScale(new, old) {
        execution.notice?(Notice("\(arguments[interactions]): \(note)", isWarning: true))
      }
      let result = try Update.folding(
        new, into: old, catalogue: catalogue, adding: arguments[InputOptions.duplicates] == .sum,
        source: source.digest.description, execution: execution)
      try result.embeddings.write(
        to: path, overwrite: arguments[Common.force], replacing: expected, execution: execution)
      return result
    }
    if !arguments[Common.quiet] { for line in report.sentences { console.say("akin: \(line)") } }
    try console.show(
      WrittenFile(
        path: path, content: updated.sentence, facts: updated.facts.merging(report.json) { first, _ in first },
        seconds: monotonicSeconds() - start),
      asJSON: arguments[Common.json], quiet: arguments[Common.quiet])
    withExtendedLifetime(lock) {}
    return .done
  }

  /// The lock of the embeddings, when the update replaces them: of two at once, the second waits and starts from what the
  /// first has written.
  private static func lock(_ arguments: Arguments, _ console: Console) throws -> FileLock? {
    let path = arguments[embeddings]
    guard FileIdentity(path: path) == FileIdentity(path: arguments[output]) else { return nil }
    return try FileLock(path: path, execution: Execution(cancellation: console.cancellation)) {
      console.say("akin: note: another update of \(path) is under way; this one waits for it")
    }
  }

  /// A sentence on ratings far outside of those of the training, whose scale is most likely another, or on rows without values
  /// where the training had several; `nil` for others.
  private static func otherScale(_ new: Interactions, _ old: Embeddings) -> String? {
    guard let found = new.valueRange, let known = ValueScale(of: .object(old.provenance)) else { return nil }
    let (low, high) = (Double(found.lowerBound), Double(found.upperBound))
    func shown(_ low: Double, _ high: Double) -> String {
      "from \(JSONValue.number(low).text) to \(JSONValue.number(high).text)"
    }
    if !new.hasValues, known.low < known.high {
      return "no values, so each counts as 1; the training had values \(shown(known.low, known.high))"
    }
    // Counts of a day are smaller than those of a year, and ratings keep their scale.
    let isOther =
      old.objective?.model.allowsNegativeValues == true
      ? known.isFar(low) || known.isFar(high) : known.isOtherCount(low, high)
    guard isOther else { return nil }
    return "values \(shown(low, high)), and \(shown(known.low, known.high)) in the training: is this another scale?"
  }

  /// Notes new interactions, and a catalogue, that share few ids with the embeddings.
  ///
  /// - Throws: `InteractionError` for interactions that share neither a user nor an item.
  private static func check(
    _ new: Interactions, _ catalogue: ItemTable?, against old: Embeddings, _ arguments: Arguments,
    _ execution: Execution
  ) throws {
    // What cannot be updated at all is refused by the update itself.
    guard old.objective != nil, old.history != nil else { return }
    let path = arguments[embeddings]
    let oldItems = old.itemIDs
    let items = Meeting("items", of: new.itemIDs, in: oldItems, called: path)
    let users = old.userIDs.map { Meeting("users", of: new.userIDs, in: $0, called: path) }
    // New users with known items, and new items of known users, are what an update is for.
    if users?.met ?? 0 == 0 {
      try execution.note(items, of: arguments[interactions])
    } else if items.met == 0 {
      let swapped = old.userIDs.flatMap { users in
        Meeting.hintOfSwap((new.userIDs, new.itemIDs), in: (users, oldItems)).map { "; \($0)" }
      }
      execution.notice?(
        Notice(
          "\(arguments[interactions]): 0 of \(items.sideCount) items are in \(path)\(swapped ?? "")", isWarning: true))
    }
    // A new user whose id differs from a known one by its spelling alone is most likely that user.
    if let users, let difference = users.difference, difference != .letterCase, users.examples.count == 2 {
      execution.notice?(
        Notice(
          "\(arguments[interactions]): user '\(users.examples[0])' is new, and '\(users.examples[1])' is in \(path): they differ by "
            + difference.rawValue, isWarning: true))
    }
    guard let catalogue, let source = arguments[InputOptions.items] else { return }
    let known = Meeting("items", of: catalogue.ids, in: oldItems, called: path)
    if known.met == 0 {
      try execution.note(Meeting("items", of: catalogue.ids, in: new.itemIDs, called: path), of: source)
    } else {
      try execution.note(known, of: source)
    }
  }
}

extension UpdateReport {
  /// The report in lines: the folded-in vectors, and the remaining change from retraining.
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
          + "\(Numbers.grouped(unknownItems)) without categories (zero vectors)")
    }
    lines.append(
      "retraining: known items have not learned from \(share(unlearned, interactions)) of all interactions; a "
        + "half-step of training over them would move scores by \(percent(residual)) (\(percent(residualBefore)) before)"
    )
    return lines
  }
}
