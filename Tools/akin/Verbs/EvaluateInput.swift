import AkinSupport
import AkinTraining

/// The interactions, the split and the positives of an evaluation, from the command line.
struct EvaluateInput {
  /// The source of the splits: one table with a rule, or a predefined split in several files.
  enum Source {
    case whole(Interactions, SplitRule)
    case parts(Split)
  }

  let source: Source
  let threshold: Float?
  /// The largest number of test users a split; 0 for all.
  let sample: Int
  let seed: UInt64
  /// Whether lists may hold only held-out items.
  let asksOnlyHeldOut: Bool
  /// The evaluation protocol, for reports: label and value.
  let facts: [(label: String, value: String)]
  /// The range of all values.
  let values: ClosedRange<Float>?
  let digest: String

  /// The splits, by their names on the command line.
  enum Kind: String, CaseIterable { case folds, leaveOut = "leave-out", time, strong, coldItems = "cold-items" }

  /// The candidates of lists.
  enum Candidates: String, CaseIterable { case all, heldOut = "held-out" }

  /// Reads the files that a command line names.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - allowsNegative: Whether values may be below 0, as every model that is trained allows.
  ///   - readsLabels: Whether a model takes a value of 0 for a label.
  ///   - unit: What ages count where values halve; `nil` where they do for no model.
  ///   - execution: Progress; notices; cancellation.
  /// - Throws: `UsageError` for options that do not fit together, and errors of reading.
  init(
    _ arguments: Arguments, allowsNegative: Bool, readsLabels: Bool, halvesBy unit: TimeDecay.Age?, execution: Execution
  ) throws {
    let rule = try EvaluateInput.rule(arguments)
    var format = try EvaluateInput.format(arguments, rule)
    format.allowsNegativeValues = allowsNegative
    format.readsLabels = readsLabels
    let path = arguments[EvaluateVerb.interactions]
    threshold = arguments[EvaluateVerb.threshold].map { Float($0) }
    sample = arguments[EvaluateVerb.sample]
    seed = arguments[Common.seed]
    asksOnlyHeldOut = arguments[EvaluateVerb.candidates] == .heldOut
    let whole = try HalfLifeOptions.read(path, format, halvesBy: unit, execution: execution)
    let limited = try LimitOptions.Limited(whole, arguments, path, execution)
    let read = limited.interactions
    if let testPath = arguments[EvaluateVerb.testFile] {
      let test = try Interactions.read(path: testPath, format: format, execution: execution)
      func swapped() -> String? {
        Meeting.hintOfSwap((test.userIDs, test.itemIDs), in: (read.userIDs, read.itemIDs))
      }
      try execution.note(
        Meeting("items", of: test.itemIDs, in: read.itemIDs, called: path, hint: swapped()), of: testPath)
      if !arguments.has(EvaluateVerb.knownFile) {
        let users = Meeting("users", of: test.userIDs, in: read.userIDs, called: path, hint: swapped())
        if users.isEmpty { throw InteractionError(path: testPath, .noneMeet(users)) }
      }
      let known = try arguments[EvaluateVerb.knownFile].map { [format] knownPath in
        let known = try HalfLifeOptions.read(knownPath, format, halvesBy: unit, execution: execution)
        try execution.note(Meeting("items", of: known.itemIDs, in: read.itemIDs, called: path), of: knownPath)
        return known
      }
      let split = try Split(train: read, known: known, test: test)
      source = .parts(split)
      digest = [read.digest, known?.digest ?? "", test.digest].joined(separator: "+")
      values = [read.valueRange, known?.valueRange, test.valueRange].compactMap { $0 }.reduce(nil) { all, next in
        min(
          all?.lowerBound ?? next.lowerBound, next.lowerBound)...max(
            all?.upperBound ?? next.upperBound, next.upperBound)
      }
    } else {
      source = .whole(read, rule)
      digest = read.digest
      values = read.valueRange
    }
    if let threshold, let values, values.upperBound < threshold {
      throw EvaluateError.noPositives(threshold: threshold, largest: values.upperBound)
    }
    if case .whole(_, .leaveOut(let count, .last)) = source {
      execution.note(ties: read.tiedAtLast(count), of: path)
    }
    facts =
      EvaluateInput.facts(arguments, rule, read) + (limited.leftOut.map { [("Left out", $0.description)] } ?? [])
  }

  /// The interactions before the split, or the training part of a predefined split.
  var training: Interactions {
    switch source {
    case .whole(let interactions, _): interactions
    case .parts(let split): split.train
    }
  }

  /// The split rule; `nil` for a predefined split.
  var rule: SplitRule? { if case .whole(_, let rule) = source { rule } else { nil } }

  /// The number of splits.
  var count: Int {
    switch source {
    case .whole(_, let rule): rule.count
    case .parts: 1
    }
  }

  /// One split.
  func split(_ fold: Int) throws -> Split {
    switch source {
    case .whole(let interactions, let rule): try interactions.split(rule, fold: fold, seed: seed)
    case .parts(let split): split
    }
  }

  /// What a model learns from, all or the positives only: training interactions, and known interactions of held-out users.
  func learned(by trainer: Trainer, from split: Split) throws -> (train: Interactions, known: InteractionTable) {
    try split.learned(
      atLeast: trainer.subset == .positives ? threshold : nil, halfLife: trainer.aging?.halfLife,
      age: trainer.aging?.age ?? .days, of: trainer.agingPart)
  }

  private static func rule(_ arguments: Arguments) throws -> SplitRule {
    let verb = EvaluateVerb.self
    if arguments.has(verb.testFile) {
      try arguments.refuse(verb.testFile, with: verb.split)
      for option in LimitOptions.all { try arguments.refuse(verb.testFile, with: option) }
    } else if arguments.has(verb.knownFile) {
      throw arguments.error(.lonely(verb.knownFile.spelling, needs: verb.testFile.spelling))
    }
    let kind = arguments[verb.split]
    let own: [(option: any AnyOption, kinds: [Kind])] = [
      (verb.folds, [.folds, .strong, .coldItems]), (verb.candidates, [.coldItems]), (verb.held, [.leaveOut]),
      (verb.order, [.leaveOut]), (verb.share, [.time]),
      (verb.known, [.strong]),
    ]
    for (option, kinds) in own where arguments.has(option) && (!kinds.contains(kind) || arguments.has(verb.testFile)) {
      let needed = spoken(kinds.map { "--split \($0.rawValue)" }, last: "or")
      throw arguments.error(.lonely(option.spelling, needs: needed))
    }
    return switch kind {
    case .folds: .folds(count: arguments[verb.folds])
    case .leaveOut: .leaveOut(count: arguments[verb.held], order: arguments[verb.order])
    case .time: .time(share: arguments[verb.share])
    case .strong: .strong(folds: arguments[verb.folds], known: arguments[verb.known])
    case .coldItems: .coldItems(folds: arguments[verb.folds])
    }
  }

  private static func format(_ arguments: Arguments, _ rule: SplitRule) throws(UsageError) -> InteractionFormat {
    var format = try InputOptions.interactions(arguments)
    format.readsTimes = rule.needsTimes && !arguments.has(EvaluateVerb.testFile)
    // Of lists, the last items of each can be held out by their order alone.
    if case .leaveOut = rule { format.takesPlacesForTimes = true }
    return format
  }

  private static func facts(
    _ arguments: Arguments, _ rule: SplitRule, _ read: Interactions
  ) -> [(label: String, value: String)] {
    func percent(_ share: Double) -> String {
      "\(Numbers.fixed(share * 100, decimals: share * 100 == (share * 100).rounded() ? 0 : 1)) %"
    }
    let split =
      if arguments.has(EvaluateVerb.testFile) {
        "predefined files: training, \(arguments.has(EvaluateVerb.knownFile) ? "fold-in, " : "")test"
      } else {
        switch rule {
        case .folds(let count): "\(count) random folds of interactions, each held out once"
        case .leaveOut(let count, let order):
          "the \(order == .last ? "last \(count) in time" : "\(count) at random") of each user held out"
        case .time(let share): "the latest \(percent(share)) of all interactions held out"
        case .coldItems(let folds):
          "items in \(folds) random folds, each held out whole once; only features of held-out items are known"
        case .strong(let folds, let known):
          "strong generalisation: users in \(folds) random folds, each held out whole once; \(percent(known)) of the "
            + "interactions of a held-out user are known, the others held out"
        }
      }
    return [
      (
        "Data",
        "\(Numbers.counted(read.count, "interactions")) of \(Numbers.counted(read.userIDs.count, "users")) with "
          + Numbers.counted(read.itemIDs.count, "items")
      ),
      ("Split", split),
      (
        "Positives",
        arguments[EvaluateVerb.threshold].map { "values of at least \(JSONValue.number($0).text)" }
          ?? "every interaction"
      ),
      (
        "Candidates",
        arguments[EvaluateVerb.candidates] == .heldOut
          ? "the held-out items" : "the whole catalogue except the known items of the user"
      ),
      (
        "Users",
        arguments[EvaluateVerb.sample] == 0
          ? "all" : "at most \(Numbers.counted(arguments[EvaluateVerb.sample], "users")) of each split, drawn at random"
      ),
      ("Seed", String(arguments[Common.seed])),
    ]
      + (arguments[HalfLifeOptions.halfLife].map {
        [("Half-life of values", "\(JSONValue.number($0).text) \(arguments[HalfLifeOptions.age].rawValue)")]
      } ?? [])
  }
}
