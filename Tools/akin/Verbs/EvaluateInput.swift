import AkinSupport
import AkinTraining

/// How a command line wants interactions to be split, and which of them are positives.
struct EvaluateInput {
  /// What the splits are made of: one table, or parts that came as files.
  enum Source {
    case whole(Interactions, SplitRule)
    case parts(Split)
  }

  let source: Source
  let threshold: Float?
  /// How many users of a split are asked about at most; 0 for all.
  let sample: Int
  let seed: UInt64
  /// Whether lists may hold only items that were held out whole.
  let asksOnlyHeldOut: Bool
  /// What was asked, for reports: label and value.
  let facts: [(label: String, value: String)]
  /// The smallest and the largest value of all.
  let values: ClosedRange<Float>?
  let digest: String

  /// The names of splits on the command line.
  enum Kind: String, CaseIterable { case folds, leaveOut = "leave-out", time, strong, coldItems = "cold-items" }

  /// Which items lists may hold.
  enum Candidates: String, CaseIterable { case all, heldOut = "held-out" }

  /// Reads the files that a command line names, and makes sure that it makes sense.
  init(_ arguments: Arguments, execution: Execution) throws {
    let rule = try EvaluateInput.rule(arguments)
    let format = EvaluateInput.format(arguments, rule)
    let path = arguments[EvaluateVerb.interactions]
    threshold = arguments[EvaluateVerb.threshold].map { Float($0) }
    sample = arguments[EvaluateVerb.sample]
    seed = arguments[Common.seed]
    asksOnlyHeldOut = arguments[EvaluateVerb.candidates] == .heldOut
    let read = try Interactions.read(path: path, format: format, execution: execution)
    if let testPath = arguments[EvaluateVerb.testFile] {
      let test = try Interactions.read(path: testPath, format: format, execution: execution)
      let known = try arguments[EvaluateVerb.knownFile].map {
        try Interactions.read(path: $0, format: format, execution: execution)
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
    facts = EvaluateInput.facts(arguments, rule, read)
  }

  /// How the splits are made; `nil` for parts that came as files.
  var rule: SplitRule? { if case .whole(_, let rule) = source { rule } else { nil } }

  /// How many splits there are.
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

  /// What a model is given of some training pairs.
  func trainingPairs(for trainer: Trainer, from interactions: Interactions) -> Interactions {
    if let threshold, trainer.subset == .positives { interactions.keeping(atLeast: threshold) } else { interactions }
  }

  /// What a model is told of users who are held out.
  func known(of trainer: Trainer, in split: Split) -> InteractionTable {
    if let threshold, trainer.subset == .positives { split.known.keeping(atLeast: threshold) } else { split.known }
  }

  private static func rule(_ arguments: Arguments) throws -> SplitRule {
    let verb = EvaluateVerb.self
    if arguments.has(verb.testFile) {
      try arguments.refuse(verb.testFile, with: verb.split)
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

  private static func format(_ arguments: Arguments, _ rule: SplitRule) -> InteractionFormat {
    var format = TrainVerb.format(arguments)
    format.time = arguments[EvaluateVerb.timeColumn]
    format.readsTimes = rule.needsTimes && !arguments.has(EvaluateVerb.testFile)
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
          "items in \(folds) random folds, each held out whole once: nothing is learned of its items but their features"
        case .strong(let folds, let known):
          "strong generalisation: users in \(folds) random folds, each held out whole once; \(percent(known)) of such a "
            + "user's interactions are known, the others held out"
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
          ? "the items that were held out" : "the whole catalogue, but for what the user is known to have"
      ),
      (
        "Users",
        arguments[EvaluateVerb.sample] == 0
          ? "all" : "at most \(Numbers.counted(arguments[EvaluateVerb.sample], "users")) of each split, drawn at random"
      ),
      ("Seed", String(arguments[Common.seed])),
    ]
  }
}

/// Why an evaluation has no answer.
enum EvaluateError: AkinError, Equatable {
  /// No value reaches the threshold.
  case noPositives(threshold: Float, largest: Float)
  /// No user has both something known and something held out.
  case nobodyToTest(skipped: Int)
  /// The model cannot be asked about users whom it has not seen.
  case noFoldIn(model: String)
  /// The model predicts no values.
  case noValues(model: String)

  var kind: TroubleKind {
    switch self {
    case .noPositives, .nobodyToTest: .badInput
    case .noFoldIn, .noValues: .usage
    }
  }

  var description: String {
    switch self {
    case .noPositives(let threshold, let largest):
      "expected values of at least \(threshold), the positives, found none: the largest is \(largest)"
    case .nobodyToTest(let skipped):
      "expected users with a positive that is known and one that is held out, found none"
        + (skipped > 0 ? " among \(Numbers.counted(skipped, "users"))" : "")
    case .noFoldIn(let model):
      "the split asks about users whom training has not seen, and the model '\(model)' has no answer for them"
    case .noValues(let model): "rmse is about predicted values, and the model '\(model)' predicts none"
    }
  }

  var help: String? {
    switch self {
    case .noPositives: "lower --threshold"
    case .nobodyToTest: "lower --threshold, or split in another way"
    case .noFoldIn: "use --split folds, leave-out or time"
    case .noValues: "use a metric of lists, like ndcg@10"
    }
  }
}
