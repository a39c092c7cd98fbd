import AkinEvaluation
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin train --auto`: picks model and options on held-out users, and says why.
struct AutoTraining: Sendable {
  static let auto = Option<Bool>.flag(
    "auto",
    "Pick model and options: train settings of wals, spectral and contrastive, and with features of two-tower, without a tenth of "
      + "the users, measure \(metric.name) on them, and train the best on all data. Takes --dimensions, --seed, --half-life (then "
      + "the newest interaction of each user is held out) and features of users and items")
  static let budget = Option(
    "budget", .duration, default: 60,
    "Work of --auto, as the seconds that it takes at 10⁹ multiply-adds a second: what is tried does not depend on a clock"
  )
  static let group = OptionGroup("Automatic choice", [auto, budget])

  private static let metric = TuneMetric.ranking(.ndcg, k: 10)
  private static let folds = 10
  private static let sample = 10_000

  let seconds: Double
  let seed: UInt64
  /// The options that all settings share.
  private let given: [String]
  /// The files of features, as options of the settings that learn from them.
  private let features: [String]
  /// The half-life and what ages count; `nil` where nothing halves.
  private let aging: (halfLife: Double, age: TimeDecay.Age)?

  /// The choice of a command line, or `nil` without `--auto`.
  ///
  /// - Throws: `UsageError` for options of one model.
  init?(_ arguments: Arguments) throws(UsageError) {
    guard arguments[AutoTraining.auto] else {
      if arguments.has(AutoTraining.budget) {
        throw arguments.error(.lonely(AutoTraining.budget.spelling, needs: AutoTraining.auto.spelling))
      }
      return nil
    }
    let shared: [any AnyOption] = [ModelOptions.dimensions, Common.seed] + HalfLifeOptions.all
    let own =
      ModelOptions.groups.flatMap(\.options) + TrainValidation.group.options
      + [SideFeatureOptions.categories]
    let taken = shared + FeatureOptions.all
    for option in own where !taken.contains(where: { $0.name == option.name }) {
      try arguments.refuse(AutoTraining.auto, with: option)
    }
    seconds = arguments[AutoTraining.budget]
    seed = arguments[Common.seed]
    given = shared.compactMap { $0.word(in: arguments) }
    features = FeatureOptions.all.compactMap { $0.word(in: arguments) }
    let files = [FeatureOptions.userFeatures, FeatureOptions.itemFeatures]
    if let one = files.first(where: { arguments.has($0) }), let other = files.first(where: { !arguments.has($0) }) {
      throw arguments.error(.lonely("\(AutoTraining.auto.spelling) with \(one.spelling)", needs: other.spelling))
    }
    aging = arguments[HalfLifeOptions.halfLife].map { ($0, arguments[HalfLifeOptions.age]) }
  }

  /// The chosen setting.
  struct Choice: Sendable {
    /// The method, limited to the best number of epochs.
    let method: any TrainingMethod
    /// Why it was chosen.
    let note: String
    /// All that was tried, for reports and provenance.
    let facts: JSONValue
  }

  /// Tries the settings of the plan.
  ///
  /// - Parameters:
  ///   - interactions: What is trained on.
  ///   - timed: The same before values have aged, with times, for a choice with a half-life.
  ///   - tables: The features of the command line.
  ///   - execution: Threads, progress and cancellation.
  func choose(
    _ interactions: Interactions, timed: Interactions, features tables: FeatureOptions.Features, execution: Execution
  ) throws -> Choice {
    let found = interactions.byUser.activeRows
    guard found >= AutoTraining.folds else { throw AutoError.tooFewUsers(needed: AutoTraining.folds, found: found) }
    let split: Split
    do throws(SplitError) {
      // What halves with age is to say what comes next.
      split =
        try aging == nil
        ? interactions.split(.strong(folds: AutoTraining.folds, known: 0.8), fold: 0, seed: seed)
        : timed.split(.leaveOut(count: 1, order: .last), fold: 0, seed: seed)
    } catch {
      throw AutoError.nobodyToTest
    }
    let round = EvaluateFold(split, threshold: nil, sample: AutoTraining.sample, seed: seed)
    guard round.test.count > 0 else { throw AutoError.nobodyToTest }
    let learned = try split.learned(halfLife: aging?.halfLife, age: aging?.age ?? .days)
    let plan = try AutoPlan(
      interactions, given: given, features: tables.users == nil ? nil : (features, tables), isAging: aging != nil,
      seconds: seconds, testedUsers: round.test.count)
    var tried: [Tried] = []
    for (number, candidate) in plan.tried.enumerated() {
      let stage = execution.staged("setting \(number + 1) of \(plan.tried.count)")
      tried.append(try measure(candidate, round, learned, execution: stage))
    }
    // Ties go to the earlier setting.
    let ranked = tried.indices.sorted { a, b in
      let (x, y) = (tried[a].value.mean, tried[b].value.mean)
      return x != y ? x > y : a < b
    }
    return choice(ranked.map { tried[$0] }, plan, users: round.test.count)
  }

  private struct Tried {
    let candidate: AutoCandidate
    let epochs: Int
    let value: Estimate
  }

  private func measure(
    _ candidate: AutoCandidate, _ round: EvaluateFold, _ learned: (train: Interactions, known: InteractionTable),
    execution: Execution
  ) throws -> Tried {
    let trainer = Trainer(candidate.method)
    // Measuring has no progress of its own, which would overwrite that of the training.
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    @Sendable func value(_ model: EvaluatedModel) throws -> Estimate? {
      var tally = RankingTally(ks: [AutoTraining.metric.k ?? 1])
      let ranker = try round.ranker(model, named: trainer.name, known: learned.known, execution: quiet)
      try tally.add(round.test, ranker, withArea: false, execution: quiet)
      return AutoTraining.metric.value(tally)
    }
    let model = try trainer.train(learned.train, { try value($0)?.mean ?? -.infinity }, execution)
    guard let best = try value(model) else { throw AutoError.nobodyToTest }
    return Tried(candidate: candidate, epochs: model.epochs, value: best)
  }

  /// The choice and its reasons, from the settings best first.
  private func choice(_ ranked: [Tried], _ plan: AutoPlan, users: Int) -> Choice {
    let best = ranked[0]
    func shown(_ one: Tried) -> String { "\(one.candidate.name) \(Numbers.fixed(one.value.mean, decimals: 4))" }
    let error = Numbers.fixed(best.value.standardError, decimals: 4)
    let rest = ranked.dropFirst().prefix(3).map(shown)
    var note =
      "chose \(shown(best)) ± \(error) of \(AutoTraining.metric.name) on "
      + (aging == nil
        ? Numbers.counted(users, "held-out users") : "the newest interaction of \(Numbers.counted(users, "users"))")
    if !rest.isEmpty { note += ", before \(spoken(rest, last: "and"))" }
    note += "; tried \(plan.tried.count) of \(plan.settingCount) settings"
    if plan.tried.count < plan.settingCount { note += ", a larger --budget tries more" }
    let facts = ranked.map { one in
      JSONValue.object([
        "options": .string(one.candidate.name), "epochs": .integer(Int64(one.epochs)), "value": .number(one.value.mean),
        "standardError": .number(one.value.standardError),
      ])
    }
    return Choice(
      method: best.candidate.method.epochLimit == nil
        ? best.candidate.method : best.candidate.method.limited(toEpochs: max(1, best.epochs)),
      note: note,
      facts: .object([
        "metric": .string(AutoTraining.metric.name), "heldOutUsers": .integer(Int64(users)), "tried": .array(facts),
        "settings": .integer(Int64(plan.settingCount)), "multiplyAdds": .number(plan.work.rounded()),
      ]))
  }
}

/// An automatic choice without anything to go by.
enum AutoError: AkinError, Equatable {
  /// Too few users to hold out a tenth.
  case tooFewUsers(needed: Int, found: Int)
  /// No held-out user has both a known and a held-out interaction.
  case nobodyToTest

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .tooFewUsers(let needed, let found):
      "--auto holds out a tenth of the users: expected at least \(needed), found \(found)"
    case .nobodyToTest:
      "--auto holds out a tenth of the users: expected one with a known and a held-out interaction, found none"
    }
  }

  var help: String? { "choose the model yourself: --model wals" }
}
