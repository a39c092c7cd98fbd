import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// `akin tune`: finds the best options of a model on held-out interactions.
enum TuneVerb {
  static let verb = Verb(command, run: run)

  static let grid = Option<[TuneAxis]>(
    "grid", .axes, default: [], "A model option and the values to try; may be repeated",
    described: "values around the defaults of the model")
  static let search = Option(
    "search", .choice("WAY", TuneSearch.Way.allCases.map { ($0.rawValue, $0) }), default: .grid,
    "Search method: every combination in full, or successive halving, all for a few epochs and the best third "
      + "for longer", described: "grid, without --grid halving"
  )
  static let metric = Option(
    "metric", .tuneMetric, default: .ranking(.ndcg, k: 10), "Metric to optimise",
    described: "ndcg@10, of mf and two-tower without --grid rmse, of two-tower with sampled-softmax ndcg@10")
  static let budget = Option<Double?>.optional(
    "budget", .duration, "Time limit; the best combination so far is printed")
  static let state = Option<String?>.optional(
    "state", .state, "File of completed trials, from which the search continues")

  static let command = Command(
    name: "tune",
    summary: "Find the best model options on held-out interactions",
    discussion: [
      "Trains the model with each combination of the given values and measures it like 'akin evaluate'. Training stops "
        + "early when the metric no longer improves, so --epochs is the limit. Prints the trials, best first, and the "
        + "'akin train' command line of the best. Without --grid it tries values around the model's defaults.",
      "The metric of the best trial is biased upwards. Measure the best combination on other held-out "
        + "interactions, for "
        + "example with another --seed or with --test.",
    ],
    arguments: [EvaluateVerb.interactions],
    options: [OptionGroup("Search", [grid, search, metric, budget, state])] + EvaluateVerb.inputOptions
      + EvaluateVerb.modelOptions + [OptionGroup("Run", [Common.threads, Common.json, Common.quiet])],
    examples: [
      Example("akin tune clicks.tsv --model contrastive", "The values that matter most"),
      Example("akin tune ratings.csv --threshold 4 --split strong --grid lambda=0.01,0.05 --grid dimensions=32,64"),
      Example(
        "akin tune plays.csv --model contrastive --weighting value --age interactions --split leave-out --order last",
        "Half-lives, too"),
      Example(
        "akin tune clicks.tsv --grid lambda=0.003,0.01,0.03,0.1 --grid alpha=1,3,10 --search halving --budget 10m "
          + "--state clicks.tune"),
    ],
    hints: ["k": "--metric ndcg@20", "top-k": "--metric ndcg@20", "topk": "--metric ndcg@20"])

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let space = try TuneSpace(arguments)
    let (metric, way) = (chosenMetric(arguments), chosenWay(arguments))
    // Checks all values before the first trial.
    let others = try space.points.dropFirst().map { try space.trainer($0, epochs: nil) }
    let first = try console.working(quiet: arguments[Common.quiet]) {
      try space.trainer(space.points[0], epochs: nil, execution: $0)
    }
    let allowsNegative = first.allowsNegativeValues && others.allSatisfy(\.allowsNegativeValues)
    let unit = HalfLifeOptions.unit(of: [first] + others)
    if way == .halving, space.axes.contains(where: { $0.name == ModelOptions.epochs.name }) {
      throw arguments.error(.conflict("--grid \(ModelOptions.epochs.name)", "--search halving"))
    }
    if way == .halving, !arguments[Common.quiet], let rungs = try rungs(space) {
      console.say("akin: note: \(rungs)")
    }
    let started = monotonicSeconds()
    var interrupted = false
    let result = try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      let input = try EvaluateInput(
        arguments, allowsNegative: allowsNegative, readsLabels: first.learnsLabels, halvesBy: unit,
        execution: execution.staged("read"))
      if ModelOptions.chosen(arguments) == .mf, let note = ValueScale.nothingForMF(input.values) {
        execution.notice?(Notice("\(arguments[EvaluateVerb.interactions]): \(note)", isWarning: true))
      }
      try FeatureOptions.check(first.features, arguments, interactions: input.training, execution: execution)
      var state = try TuneState(path: arguments[state], setting: setting(arguments, space, input))
      let trials = TuneTrials(
        input: input, space: space, metric: metric,
        deadline: arguments[budget].map { started + $0 } ?? .infinity, execution: execution)
      if !arguments[Common.quiet] { try tellCost(of: trials, way: way, splits: input.count) }
      let isComplete: Bool
      do {
        isComplete = try complete(&state, trials, way: way)
      } catch is Cancelled where !state.trials.isEmpty {
        interrupted = true
        isComplete = false
      }
      let ranked = state.trials.filter { space.points.contains($0.point) }.ranked(by: metric, order: space.points)
      return (ranked, isComplete)
    }
    guard let best = result.0.first else {
      throw TuneError.nothingDone(seconds: arguments[budget] ?? monotonicSeconds() - started)
    }
    let line = try commandLine(arguments[EvaluateVerb.interactions], space, best)
    try console.show(
      result.0, space: space, metric: metric, isComplete: result.1, bestLine: line, asJSON: arguments[Common.json])
    if !result.1 {
      console.say(
        "akin: note: \(interrupted ? "interrupted" : "time limit reached") after "
          + "\(Numbers.counted(result.0.count, "trials")); the search is incomplete"
          + (arguments[state] == nil ? "" : "; the same command continues it"))
    }
    return interrupted ? .cancelled : .done
  }

  /// The metric: that of the command line; for models of ratings without a grid their error.
  private static func chosenMetric(_ arguments: Arguments) -> TuneMetric {
    let model = ModelOptions.chosen(arguments)
    let ofRatings = model == .mf || model == .twoTower && arguments[ModelOptions.loss] != .softmax
    return !arguments.has(metric) && !arguments.has(grid) && ofRatings ? .rmse : arguments[metric]
  }

  /// The search method: that of the command line; without a grid halving.
  private static func chosenWay(_ arguments: Arguments) -> TuneSearch.Way {
    arguments.has(search) || arguments.has(grid) ? arguments[search] : .halving
  }

  /// Says what the search may cost. One epoch is trained and measured for it, whose result counts for nothing.
  private static func tellCost(of trials: TuneTrials, way: TuneSearch.Way, splits: Int) throws {
    let space = trials.space
    let limits = try space.points.map { try space.trainer($0, epochs: nil).epochs }
    let search = try search(space, way: way, epochs: limits.compactMap { $0 }.max() ?? 1)
    let cost = TuneCost(search, limits: limits.map { $0 ?? 1 }, splits: splits)
    var seconds: Double?
    if limits[0] != nil {
      do {
        seconds = try trials.run(space.points[0], limit: 1, stage: "one epoch").seconds / Double(splits)
      } catch is TuneDeadline {}
    }
    trials.execution.notice?(Notice(cost.sentence(combinations: space.points.count, secondsPerEpoch: seconds)))
  }

  /// The order of trials of a command line.
  private static func search(_ space: TuneSpace, way: TuneSearch.Way, epochs: Int) throws -> TuneSearch {
    // A grid over optimisers needs as many epochs as the slowest.
    let least = try space.points.map { try space.trainer($0, epochs: nil).leastEpochs }.max() ?? 1
    return TuneSearch(points: space.points, way: way, epochs: epochs, least: least)
  }

  /// A sentence about the rungs of a halving; `nil` for one rung of few combinations.
  private static func rungs(_ space: TuneSpace) throws -> String? {
    let epochs = try space.points.compactMap { try space.trainer($0, epochs: nil).epochs }.max() ?? 1
    let search = try search(space, way: .halving, epochs: epochs)
    let order = "with fewer than \(search.least), settings of this model are not in the order of their full trainings"
    guard search.limits.count > 1 else {
      return search.isShort ? "one rung of \(epochs) epochs, as a grid has it: \(order)" : nil
    }
    let limits = spoken(search.limits.map { String($0) }, last: "and")
    return "rungs of \(limits) epochs"
      + (search.limits[0] == search.least && search.least > 1 ? ": \(order)" : "")
  }

  /// Runs the missing trials; returns false when the time runs out first.
  private static func complete(_ state: inout TuneState, _ trials: TuneTrials, way: TuneSearch.Way) throws -> Bool {
    let space = trials.space
    var epochs: [Int] = []
    for point in space.points { epochs.append(try space.trainer(point, epochs: nil).epochs ?? 1) }
    // A grid over epochs gives each combination its own limit.
    let search = try search(space, way: way, epochs: epochs.max() ?? 1)
    for number in search.limits.indices {
      let rung = search.rung(number) { limit in
        state.trials.filter { $0.limit == limit && space.points.contains($0.point) }
          .ranked(by: trials.metric, order: space.points)
      }
      for (place, point) in rung.points.enumerated() {
        let own = way == .grid ? epochs[place] : rung.limit
        if state.trial(point, limit: own) != nil { continue }
        let stage = "trial \(place + 1) of \(rung.points.count)" + (search.limits.count > 1 ? ", \(own) epochs" : "")
        do {
          try state.add(trials.run(point, limit: own, stage: stage))
        } catch is TuneDeadline {
          return false
        }
      }
    }
    return true
  }

  /// The common setting of all trials.
  private static func setting(
    _ arguments: Arguments, _ space: TuneSpace, _ input: EvaluateInput
  ) -> [String: String] {
    var setting = Dictionary(input.facts.map { ($0.label.lowercased(), $0.value) }, uniquingKeysWith: { a, _ in a })
    setting["digest"] = input.digest
    setting["metric"] = chosenMetric(arguments).name
    setting["options"] = space.fixedText
    setting["grid"] = space.axes.map(\.name).joined(separator: ",")
    return setting
  }

  private static func commandLine(_ path: String, _ space: TuneSpace, _ best: TuneTrial) throws -> String {
    let trainer = try space.trainer(best.point, epochs: nil)
    let words = space.words(best.point).filter { !$0.hasPrefix("--\(ModelOptions.epochs.name)=") }
    return
      (["akin train", Shell.word(path)] + words.map { $0.replacingFirstEquals }
      + (trainer.epochs != nil ? ["--epochs \(best.epochs)"] : [])
      // What was stopped early is the beginning of a longer cycle.
      + (trainer.hasCycle && !words.contains { $0.hasPrefix("--\(ModelOptions.cycle.name)=") }
        ? ["--cycle \(best.limit)"] : []) + ["-o model.emb"])
      .joined(separator: " ")
  }
}

extension String {
  /// `--lambda 0.1` of `--lambda=0.1`.
  fileprivate var replacingFirstEquals: String {
    guard let place = firstIndex(of: "=") else { return self }
    return self[..<place] + " " + self[index(after: place)...]
  }
}

extension Console {
  /// Writes the trials, best first, and the command line of the best one.
  fileprivate func show(
    _ trials: [TuneTrial], space: TuneSpace, metric: TuneMetric, isComplete: Bool, bestLine: String, asJSON: Bool
  ) throws(StreamError) {
    var listing = Listing(
      space.axes.map { .init($0.name) }
        + [
          .init("epochs", "Epochs"), .init("limit", "Limit"), .init("value", metric.name), .init("standardError", "±"),
          .init("seconds", "Seconds"),
        ])
    for trial in trials {
      listing.append(
        trial.point.map { Double($0) == nil ? .text($0) : .number(Double($0) ?? 0, decimals: decimals($0)) }
          + [
            .integer(trial.epochs), .integer(trial.limit), .number(trial.value, decimals: 4),
            .number(trial.standardError, decimals: 4), .seconds(trial.seconds, decimals: 1),
          ])
    }
    if asJSON {
      return try show(
        .object([
          "schema": .integer(1), "metric": .string(metric.name), "complete": .bool(isComplete),
          "trials": .array(listing.objects), "command": .string(bestLine),
        ]))
    }
    try show(listing)
    if tableWidth != nil {
      try print("\n" + bestLine.printable + "\n")
    } else {
      say(bestLine)
    }
    try output.flush()
  }

  private func decimals(_ text: String) -> Int { text.split(separator: ".").dropFirst().first?.count ?? 0 }
}
