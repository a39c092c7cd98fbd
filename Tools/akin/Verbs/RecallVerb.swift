import Akin
import AkinEvaluation
import AkinSupport

/// `akin recall`: measures the recall and speed of the graph search against exact scoring.
enum RecallVerb {
  static let verb = Verb(command, run: run)

  /// The source of the queries.
  enum Queries: Sendable, Equatable {
    case items
    /// The users of an embeddings file; `nil` for the one inside the index.
    case users(path: String?)
    case vectors(path: String)
  }

  static let index = CatalogueOptions.index
  static let queries = Option(
    "queries",
    Reading(
      placeholder: "QUERIES", expected: "items, users, users:FILE.emb or a file of vectors",
      completion: Completion(words: ["items", "users"], files: .any), role: .input(isStream: false),
      path: { queries in
        switch queries {
        case .items: nil
        case .users(let path): path
        case .vectors(let path): path
        }
      },
      show: { queries in
        switch queries {
        case .items: "items"
        case .users(let path): path.map { "users:" + $0 } ?? "users"
        case .vectors(let path): path
        }
      },
      read: { text in
        if text == "items" { return .items }
        if text == "users" { return .users(path: nil) }
        if text.hasPrefix("users:") { return text.count > 6 ? .users(path: String(text.dropFirst(6))) : nil }
        return text.isEmpty ? nil : .vectors(path: text)
      }),
    default: Queries.items,
    "Queries: items (related items), users:FILE.emb or users (recommendations, with the users of a file or of the index), or a "
      + "file of vectors")
  static let ef = Option(
    "ef", .integers(in: 1...1_000_000), default: [16, 32, 64, 128, 256],
    "Candidates whose links the search follows: one row each",
    described: "those of 16,32,64,128,256 from k on, or k,2k,4k")
  static let recall = Option(
    "recall", .recalls, default: [], "Recall targets, for which the index chooses ef or exact: one row for each value")
  static let sample = Option(
    "sample", .integer(in: 0...100_000_000), default: 1_000, "Queries to sample, drawn by the seed; 0 takes all")
  static let threads = Option(
    "threads", .integer(in: 0...1024), default: 0,
    "Threads for the exact answers; the timed search uses one; 0 uses all processors")
  static let failUnder = Option<Double?>.optional(
    "fail-under", .number(in: 0...1), "Exit with 1 when the best measured recall is below this")

  static let command = Command(
    name: "recall",
    summary: "Measure recall and speed against exact scoring",
    discussion: [
      "For each ef: the share of the exact top k that the graph search returns, with a 95 % interval, and the speed of the "
        + "graph search and of the exact scan. With --recall, the index chooses ef or exact for each target from the recall "
        + "that it measured at build time.",
      "A mean hides the queries that a search fails: 'Low' is the share of queries whose recall is more than 0.1 below the target, or "
        + "below the mean where there is none; 'p1', 'p10' and 'p50' are the recalls that 1, 10 and 50 % of the queries do not exceed.",
    ],
    arguments: [index],
    options: [
      OptionGroup("Queries", [queries, sample, Common.seed]),
      OptionGroup("Search", [Common.k, ef, recall]),
      FilterOptions.group,
      CatalogueOptions.group,
      OptionGroup("Output", [SearchPage.html, Common.force]),
      OptionGroup("Run", [threads, failUnder, Common.json, Common.jsonLines, Common.quiet]),
    ],
    examples: [
      Example("akin recall ml.idx --queries users:ml.emb -k 10"),
      Example(
        "akin recall ml.idx --ef 64 --fail-under 0.95", "In a test: exit with 1 when recall at ef 64 is below 0.95"),
      Example("akin recall ml.idx --queries users:ml.emb --html recall.html", "Charts of what was measured"),
      Example("akin recall ml.idx --recall 0.9,0.99", "Check that the index reaches its recall targets"),
    ])

  /// The searches to measure: the given values, or those of the default list that are at least `k`.
  static func searches(_ arguments: Arguments, k: Int) throws -> [SearchOptions] {
    try arguments.refuse(ef, with: recall)
    if arguments.has(recall) {
      return arguments[recall].map { SearchOptions(SearchRequest(k: k, effort: .recall($0.value)), target: $0) }
    }
    let able = arguments[ef].filter { $0 >= k }
    let efs = arguments.has(ef) ? arguments[ef] : able.isEmpty ? [k, 2 * k, 4 * k] : able
    return efs.map { SearchOptions(SearchRequest(k: k, effort: .ef($0))) }
  }

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    try arguments.refuse(Common.json, with: Common.jsonLines)
    _ = try searches(arguments, k: arguments[Common.k])
    try FilterOptions.check(arguments)
    if let path = arguments[SearchPage.html] {
      try AtomicFile.checkTarget(path, overwrite: arguments[Common.force])
    }
    let opened = try CatalogueOptions.open(arguments[index], arguments, console)
    let items = opened.count
    let k = console.cut(arguments[Common.k], to: opened.liveCount, quiet: arguments[Common.quiet])
    let searches = try searches(arguments, k: k)
    let (plans, measurement, exactRecall, page) = try console.working(
      threads: arguments[threads], quiet: arguments[Common.quiet]
    ) {
      execution in
      let allowed = try FilterOptions.filter(
        arguments, items: opened, attributes: opened.attributes, console, execution)
      let questions = try RecallQuestions(
        arguments[queries], on: opened, sample: arguments[sample], seed: arguments[Common.seed],
        allowed: allowed, execution: execution)
      if let store = questions.rounded, !arguments[Common.quiet] {
        console.say(
          "akin: note: recall is that among the vectors as the index keeps them (\(store.name)), which are rounded; "
            + "--queries users:FILE.emb compares with the true ones")
      }
      let truth = try questions.truth(k: k, execution: execution)
      if truth.allSatisfy(\.isEmpty) {
        let nothing = RecallError.nothingToFind(queries: truth.count, items: items)
        guard arguments[failUnder] == nil else { throw nothing }
        console.say("akin: warning: \(nothing.description)")
      }
      let plans = try searches.map { search in
        var request = search.request
        request.filter = allowed
        return try questions.index.plan(request, for: questions.question, isBatch: false)
      }
      let measurement = try RecallMeasurement(
        truth: truth, k: k, efs: plans.compactMap(\.ef), search: { try questions.graphAnswer($1, k: k, ef: $0) },
        exactSearch: { try questions.exactAnswer($0, k: k) },
        execution: Execution(threads: 1, progress: execution.progress, cancellation: execution.cancellation))
      let page = arguments.has(SearchPage.html) ? SearchPage(opened, questions.embeddings, truth: truth, k: k) : nil
      return (plans, measurement, try questions.exactRecall(truth, k: k), page)
    }
    let exactly = zip(arguments.has(recall) ? [] : searches, plans).compactMap { search, plan -> String? in
      guard case .ef(let ef) = search.request.effort, plan.way == .exact else { return nil }
      return "\(ef)"
    }
    if !exactly.isEmpty, !arguments[Common.quiet] {
      console.say(
        "akin: note: the exact scan costs less here than a walk at ef \(spoken(exactly, last: "and")), and answers in its place"
      )
    }
    let listing = listing(
      of: measurement, exactRecall: exactRecall, asked: Array(zip(searches.map(\.target), plans)), k: k)
    if arguments[Common.json] {
      try console.show(.object(["schema": .integer(1), "searches": .array(listing.objects)]))
    } else if arguments[Common.jsonLines] {
      for line in listing.objects { try console.show(line) }
    } else {
      try console.show(listing)
    }
    if let page, let path = arguments[SearchPage.html] {
      try write(
        page, measurement, exactRecall: exactRecall, searches.map(\.target), plans, to: path, arguments, console)
    }
    let means = measurement.points.map(\.recall.mean) + (plans.contains { $0.way == .exact } ? [exactRecall] : [])
    let best = means.max() ?? 1
    if let least = arguments[failUnder], best < least {
      try console.output.flush()
      console.say("akin: recall@\(k) is \(Numbers.fixed(best, decimals: 4)), below \(least)")
      return .no
    }
    return .done
  }

  /// One row for each search, and one for the exact scan, which also stands for every ef that it answers.
  private static func listing(
    of measurement: RecallMeasurement, exactRecall: Double, asked: [(target: RecallTarget?, plan: SearchPlan)], k: Int
  ) -> Listing {
    let hasTargets = asked.contains { $0.target != nil }
    var listing = Listing(
      (hasTargets ? [.init("recallTarget", "Target")] : []) + [
        .init("way", "Way"), .init("ef"), .init("k", leavesAs: 4), .init("recall", "Recall"),
        .init("recallLow", "95 % from"), .init("recallHigh", "to"),
        .init("recallTieTolerant", "With ties", leavesAs: 6),
        .init("shareBelow", "Low", leavesAs: 3), .init("recallP1", "p1", leavesAs: 2),
        .init("recallP10", "p10", leavesAs: 2), .init("recallP50", "p50", leavesAs: 1),
        .init("queries", "Queries", leavesAs: 5),
        .init("queriesPerSecond", "Queries/s"), .init("p50Microseconds", "p50 µs"), .init("p99Microseconds", "p99 µs"),
        .init("timesExact", "× exact"),
      ])
    func speed(_ latency: LatencySummary) -> [Cell] {
      [
        .integer(latency.count), .measured(latency.queriesPerSecond, decimals: 0), .measured(latency.p50, decimals: 0),
        .measured(latency.p99, decimals: 0),
      ]
    }
    func cell(_ target: RecallTarget?) -> [Cell] {
      hasTargets ? [target.map { .recall($0) } ?? .missing] : []
    }
    func exact(for target: RecallTarget?) -> [Cell]? {
      guard let latency = measurement.exact else { return nil }
      let one = Cell.number(exactRecall, decimals: 4)
      return cell(target) + [.text("exact"), .missing, .integer(k), one, .missing, .missing, one]
        + spread(nil, target: nil) + speed(latency)
        + [.number(1, decimals: 1)]
    }
    func spread(_ recall: RecallReport?, target: Double?) -> [Cell] {
      guard let recall else { return [.number(0, decimals: 4)] + (0..<3).map { _ in .number(1, decimals: 4) } }
      let distribution = recall.distribution
      return [.number(distribution.share(below: target ?? recall.mean), decimals: 4)]
        + [0.01, 0.1, 0.5].map { .number(distribution.quantile($0), decimals: 4) }
    }
    var points = measurement.points[...]
    for (target, plan) in asked {
      guard plan.way != .exact, let point = points.popFirst() else {
        if target != nil, let row = exact(for: target) { listing.append(row) }
        continue
      }
      let recall = point.recall
      listing.append(
        cell(target) + [
          .text("graph"), .integer(point.ef), .integer(k), .number(recall.mean, decimals: 4),
          .number(recall.interval.lowerBound, decimals: 4), .number(recall.interval.upperBound, decimals: 4),
          .number(recall.tieTolerantMean, decimals: 4),
        ] + spread(recall, target: target?.value) + speed(point.latency) + [
          measurement.speedup(point).map { .measured($0, decimals: 1) } ?? .missing
        ])
    }
    if let row = exact(for: nil) { listing.append(row) }
    return listing
  }
}

/// A measurement without anything to measure.
enum RecallError: AkinError, Equatable {
  /// No query has a nearest item: there are no queries, no items, or nothing that may be in an answer.
  case nothingToFind(queries: Int, items: Int)

  var kind: TroubleKind { .badInput }

  var description: String {
    switch self {
    case .nothingToFind(let queries, let items):
      "expected queries with an exact answer, to measure recall by; found none among "
        + "\(Numbers.counted(queries, "queries")) and \(Numbers.counted(items, "items"))"
    }
  }

  var help: String? { "ask with other --queries, or check the index with akin info" }
}
