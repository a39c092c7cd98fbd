import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// `akin evaluate`: how good a model is on interactions that it has not seen, beside baselines.
enum EvaluateVerb {
  static let verb = Verb(command, run: run)

  static let interactions = Argument(
    "INTERACTIONS", "CSV or TSV file of user, item and, if there is one, value", completion: .anyFile)

  static let split = Option(
    "split", .choice("HOW", EvaluateInput.Kind.allCases.map { ($0.rawValue, $0) }), default: .folds,
    "What is held out: folds of interactions, some of each user, the latest in time, whole users (strong "
      + "generalisation: part of what they have is known), or whole items")
  static let folds = Option(
    "folds", .integer(in: 2...1000), default: 5, "Folds of --split folds, strong and cold-items")
  static let held = Option(
    "held-out", .integer(in: 1...1_000_000), default: 1, "Interactions of each user that --split leave-out holds out")
  static let order = Option(
    "order", .choice("WHICH", SplitRule.LeaveOutOrder.allCases.map { ($0.rawValue, $0) }), default: .random,
    "Which of them: at random, or the last in time")
  static let share = Option(
    "test-share", .number(in: 0...1), default: 0.2, "The share of interactions that --split time holds out")
  static let known = Option(
    "known", .number(in: 0...1), default: 0.8, "The share of a held-out user's interactions that --split strong tells")
  static let candidates = Option(
    "candidates", .choice("WHICH", EvaluateInput.Candidates.allCases.map { ($0.rawValue, $0) }), default: .all,
    "What lists of --split cold-items may hold: all items, or the held-out ones alone")
  static let testFile = Option<String?>.optional(
    "test", .file, "A split that is made already: INTERACTIONS is trained on, this file is held out")
  static let knownFile = Option<String?>.optional(
    "fold-in", .file, "With --test: what is known of users who are not in INTERACTIONS")
  static let timeColumn = Option<ColumnChoice?>.optional(
    "time-column", .column,
    "Times' column, by name or number (default one named timestamp or alike, else 4)")

  static let threshold = Option<Double?>.optional(
    "threshold", .number(in: 0...1e30), "The least value of a positive (default: every interaction is one)")
  static let k = Option(
    "k", short: "k", .integers(in: 1...10_000), default: [10, 20], "Lengths of the lists that are measured")
  static let sample = Option(
    "sample", .integer(in: 0...100_000_000), default: 10_000,
    "Users of each split to make lists for, drawn by the seed; 0 means all")
  static let html = Option<String?>.optional(
    "html", .file(usually: "html"), "Also write a report with charts, one HTML page")
  static let lists = Option<String?>.optional(
    "lists", .file, "Also write the model's lists: fold, user, rank, item, score, relevant")
  static let withoutArea = Option<Bool>.flag("no-auc", "Leave out AUC, which scores the whole catalogue for every user")

  /// The options of `akin train` that say how to learn.
  static let modelOptions = ModelOptions.groups
  /// The options that say what is read and held out.
  static let inputOptions = [
    OptionGroup(
      "Split", [split, folds, held, order, share, known, candidates, testFile, knownFile, threshold, sample]),
    OptionGroup(
      "Input",
      [
        TrainVerb.userColumn, TrainVerb.itemColumn, TrainVerb.valueColumn, timeColumn, TrainVerb.header,
        TrainVerb.delimiter, TrainVerb.duplicates,
      ]),
  ]

  static let command = Command(
    name: "evaluate",
    summary: "Measure a model on held-out interactions, beside baselines",
    discussion: [
      "Splits the interactions, trains on one part, and asks for the other: how good are the lists, and the predicted "
        + "values where a model predicts them? A model says something only where it beats the rows 'popular' (one list "
        + "for everybody), 'random', and, for ratings, 'bias' (mean + user + item).",
      "With --threshold, mf still learns from every value, and so do bpr and logistic with --positive-from; other models "
        + "learn from the positives alone.",
    ] + ModelOptions.discussion,
    arguments: [interactions],
    options: inputOptions + [OptionGroup("Metrics", [k, withoutArea])] + modelOptions
      + [
        OptionGroup("Output", [html, lists, Common.force]),
        OptionGroup("Run", [Common.threads, Common.json, Common.quiet]),
      ],
    examples: [
      Example("akin evaluate ratings.csv --threshold 4 --split strong --html report.html"),
      Example("akin evaluate u1.base --test u1.test", "A split that others have used"),
      Example("akin evaluate ratings.csv --split time --dimensions 32 --lambda 0.1 -k 20"),
      Example(
        "akin evaluate ratings.csv --split cold-items --item-features movies.csv", "Items that nobody has touched yet"),
      Example("akin evaluate ratings.csv --model mf", "How well ratings are predicted, and how badly ranked"),
    ])

  /// Lengths of lists that charts show beside those that were asked for.
  private static let chartLengths = [1, 2, 5, 10, 20, 50, 100]

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let trainer = try Trainer(arguments)
    let outputs = [html, lists].compactMap { arguments[$0] }
    for path in outputs { try AtomicFile.checkTarget(path, overwrite: arguments[Common.force]) }
    if outputs.count == 2, outputs[0] == outputs[1] { throw arguments.error(.sameOutput(outputs[0])) }
    let ks = Array(Set(arguments[k])).sorted()
    let report = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      let input = try EvaluateInput(arguments, execution: execution.staged("read"))
      let run = EvaluateRun(
        input: input, trainer: trainer, ks: ks + (arguments.has(html) ? chartLengths : []),
        withArea: !arguments[withoutArea], execution: execution)
      var lines = arguments.has(lists) ? ListsFile() : nil
      let models = try run.models { lines?.add(fold: $0, $1, $2, $3, k: ks[ks.count - 1]) }
      let report = EvaluationReport(
        title: "\(trainer.name) on \(fileName(arguments[interactions]))",
        protocolFacts: input.facts + facts(of: models) + [("Model", options(arguments))], models: models, ks: ks)
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

  /// Who was asked about and who was not.
  private static func facts(of models: [EvaluationReport.Model]) -> [(label: String, value: String)] {
    guard let ranking = models.first?.ranking else { return [] }
    let asked = "\(Numbers.counted(ranking.users.count, "users")), \(Numbers.counted(ranking.questions, "lists"))"
    let skipped =
      ranking.skipped > 0 ? "; \(Numbers.grouped(ranking.skipped)) skipped, without a known or a held-out positive" : ""
    return [("Evaluated", asked + skipped)]
  }

  /// The options of the model that stood on the command line, as they would be typed.
  static func options(_ arguments: Arguments) -> String {
    let given = modelOptions.flatMap(\.options).compactMap { $0.typed(in: arguments) }
    let model = arguments.has(ModelOptions.model) ? [] : ["--model \(ModelOptions.chosen(arguments).name)"]
    return (model + given).joined(separator: " ")
  }

  static func fileName(_ path: String) -> String { path.split(separator: "/").last.map { String($0) } ?? path }
}
