import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining
import AkinVectors

/// `akin evaluate`: measures a model and baselines on held-out interactions.
enum EvaluateVerb {
  static let verb = Verb(command, run: run)

  static let interactions = Argument(
    "INTERACTIONS", "CSV or TSV file of user, item and optional value", completion: .anyFile, isStream: true)

  static let split = Option(
    "split", .choice("HOW", EvaluateInput.Kind.allCases.map { ($0.rawValue, $0) }), default: .folds,
    "Held-out part: folds of interactions, some interactions of each user, the latest in time, whole users (strong "
      + "generalisation: some of their interactions are known), or whole items")
  static let folds = Option(
    "folds", .integer(in: 2...1000), default: 5, "Number of folds for --split folds, strong or cold-items")
  static let held = Option(
    "held-out", .integer(in: 1...1_000_000), default: 1, "Held-out interactions of each user, for --split leave-out")
  static let order = Option(
    "order", .choice("WHICH", SplitRule.LeaveOutOrder.allCases.map { ($0.rawValue, $0) }), default: .random,
    "Choice of the interactions that --split leave-out holds out: at random, or the last in time")
  static let share = Option(
    "test-share", .number(in: 0...1), default: 0.2, "Held-out share of interactions, for --split time")
  static let known = Option(
    "known", .number(in: 0...1), default: 0.8, "Known share of the interactions of a held-out user, for --split strong")
  static let candidates = Option(
    "candidates", .choice("WHICH", EvaluateInput.Candidates.allCases.map { ($0.rawValue, $0) }), default: .all,
    "Candidates of lists, for --split cold-items: all items, or only held-out items")
  static let testFile = Option<String?>.optional(
    "test", .stream, "Predefined split: train on INTERACTIONS, test on this file")
  static let knownFile = Option<String?>.optional(
    "fold-in", .stream, "Known interactions of users who are not in INTERACTIONS, for --test")

  static let threshold = Option<Double?>.optional(
    "threshold", .number(in: -1e30...1e30), "Smallest value of a positive", default: "every interaction is positive")
  static let k = Option(
    "k", short: "k", .integers(in: 1...10_000), default: [10, 20], "Lengths of the measured lists")
  static let sample = Option(
    "sample", .integer(in: 0...100_000_000), default: 10_000,
    "Test users of each split, drawn by the seed; 0 takes all")
  static let html = Option<String?>.optional(
    "html", .output(usually: "html"), "Also write an HTML report with charts")
  static let lists = Option<String?>.optional(
    "lists", .output, "Also write the lists of the model: fold, user, rank, item, score, relevant")
  static let baselines = Option<[EvaluateBaseline]>(
    "baselines", .baselines, default: EvaluateBaseline.allCases,
    "Baselines to measure; bias where values differ, ease where users or items are at most \(EASE.sizeLimit)",
    described: "all")
  static let withoutArea = Option<Bool>.flag("no-auc", "Omit AUC, which scores the whole catalogue for every user")

  /// The model options of `akin train`.
  static let modelOptions = ModelOptions.groups
  /// The options of input and split.
  static let inputOptions = [
    OptionGroup(
      "Split", [split, folds, held, order, share, known, candidates, testFile, knownFile, threshold, sample]),
    OptionGroup("Input", InputOptions.ofInteractions + HalfLifeOptions.all), LimitOptions.group,
  ]

  static let command = Command(
    name: "evaluate",
    summary: "Measure models and baselines on held-out interactions",
    discussion: [
      "Splits the interactions, trains on one part and tests on the other: measures ranked lists, and predicted values "
        + "where a model predicts them. Baselines: 'popular' (one list for all users), 'random', for ratings 'bias' "
        + "(mean + user + item), 'item-knn' (items like those of the history, by cosine) and 'ease' (the linear model of "
        + "items in closed form). A useful model beats them.",
      "With several models (--model wals,spectral) all are measured on the same questions, and the differences to the best "
        + "are taken user by user.",
      "With --threshold, mf and two-tower of ratings learn from all values, and so do bpr, logistic, contrastive and two-tower "
        + "with --loss sampled-softmax with --positive-from; other models learn only from positives.",
    ] + ModelOptions.discussion,
    arguments: [interactions],
    options: inputOptions + [OptionGroup("Metrics", [k, withoutArea, baselines])] + EvaluateModels.groups
      + [
        OptionGroup("Output", [html, lists, Common.force]),
        OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
      ],
    examples: [
      Example("akin evaluate ratings.csv --threshold 4 --split strong --html report.html"),
      Example("akin evaluate u1.base --test u1.test", "A predefined split"),
      Example("akin evaluate ratings.csv --split time --dimensions 32 --lambda 0.1 -k 20"),
      Example(
        "akin evaluate ratings.csv --split cold-items --item-features movies.csv", "Items without interactions"),
      Example("akin evaluate ratings.csv --model mf", "Rating predictions, with RMSE and MAE"),
      Example("akin evaluate clicks.tsv --model wals,spectral,contrastive --html models.html", "Several models"),
    ])

  /// Lengths of lists in charts, besides the requested ones.
  private static let chartLengths = [1, 2, 5, 10, 20, 50, 100]

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let trainers = try console.working(quiet: arguments[Common.quiet]) {
      try EvaluateModels.trainers(arguments, execution: $0)
    }
    let outputs = [html, lists].compactMap { arguments[$0] }
    for path in outputs { try AtomicFile.checkTarget(path, overwrite: arguments[Common.force]) }
    let ks = Array(Set(arguments[k])).sorted()
    let report = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      let input = try EvaluateInput(
        arguments, allowsNegative: trainers.allSatisfy(\.allowsNegativeValues),
        readsLabels: trainers.contains(where: \.learnsLabels), halvesBy: HalfLifeOptions.unit(of: trainers),
        execution: execution.staged("read"))
      for trainer in trainers {
        try FeatureOptions.check(trainer.features, arguments, interactions: input.training, execution: execution)
      }
      let baselines = EvaluateBaselines(
        arguments[baselines], users: input.training.userIDs.count, items: input.training.itemIDs.count,
        hasRatings: input.values.map { $0.lowerBound < $0.upperBound } ?? false)
      if let notice = baselines.notice { execution.notice?(notice) }
      let run = EvaluateRun(
        input: input, trainers: trainers, baselines: baselines, ks: ks + (arguments.has(html) ? chartLengths : []),
        withArea: !arguments[withoutArea], execution: execution)
      var lines = arguments.has(lists) ? ListsFile(namesModels: trainers.count > 1) : nil
      let models = try run.models { lines?.add($0, fold: $1, $2, $3, $4, k: ks[ks.count - 1]) }
      let report = EvaluationReport(
        title: "\(trainers.map(\.name).joined(separator: ", ")) on \(fileName(arguments[interactions]))",
        protocolFacts: input.facts + facts(of: models)
          + (baselines.fact.isEmpty ? [] : [("Baselines", baselines.fact)]) + [("Model", options(arguments))],
        models: models, ks: ks)
      if let path = arguments[lists], let lines {
        try lines.write(to: path, overwrite: arguments[Common.force])
      }
      if let path = arguments[html] {
        var file = try AtomicOutput(path: path, overwrite: arguments[Common.force])
        try file.write(report.html)
        try file.commit()
      }
      return report
    }
    if arguments[Common.json] {
      try console.show(report.json)
    } else {
      try console.show(report, isNarrated: console.tableWidth != nil)
    }
    if !arguments[Common.quiet] { for path in outputs { console.say("wrote \(path)") } }
    return .done
  }

  /// The numbers of tested and skipped users.
  private static func facts(of models: [EvaluationReport.Model]) -> [(label: String, value: String)] {
    guard let ranking = models.first?.ranking else { return [] }
    let asked = "\(Numbers.counted(ranking.users.count, "users")), \(Numbers.counted(ranking.questions, "lists"))"
    let skipped =
      ranking.skipped > 0 ? "; \(Numbers.grouped(ranking.skipped)) skipped without a known or a held-out positive" : ""
    return [("Evaluated", asked + skipped)]
  }

  /// The model options of the command line, as typed.
  static func options(_ arguments: Arguments) -> String {
    let given = EvaluateModels.groups.flatMap(\.options).compactMap { $0.typed(in: arguments) }
    let model =
      arguments.has(EvaluateModels.models)
      ? [] : ["--model \(arguments[ModelOptions.preset] != nil ? Objective.Model.mf.name : Objective.Model.wals.name)"]
    return (model + given).joined(separator: " ")
  }

  static func fileName(_ path: String) -> String { path.split(separator: "/").last.map { String($0) } ?? path }
}
