import Akin
import AkinInterchange
import AkinSupport

/// `akin query`: answers a file of query vectors.
enum QueryVerb {
  static let verb = Verb(command, run: run)

  static let index = CatalogueOptions.index
  static let vectors = Option<String?>.optional(
    "vectors", .file, "Query vectors, of the same dimension as the items, in any format of akin import")
  static let queries = Option<String?>.optional(
    "queries",
    Reading(
      placeholder: "QUERIES", expected: "users:FILE.emb, or users for those inside the index",
      completion: Completion(words: ["users"], files: .any), role: .input(isStream: false),
      path: { $0 == "users" ? nil : String($0.dropFirst(6)) }, show: { $0 },
      read: { $0 == "users" || $0.hasPrefix("users:") && $0.utf8.count > 6 ? $0 : nil }),
    "All users of a file, in its order, answered as akin recommend does: without seen items; scores include mean and biases"
  )
  static let output = Option<String>.required(
    "output", short: "o", .output(usually: "npy", "txt"),
    "Answers: an .npy of int64 positions, queries × k, padded with -1")
  static let scores = Option<String?>.optional(
    "scores", .output(usually: "npy"), "Scores: an .npy of float32, queries × k")
  static let ids = Option<Bool>.flag(
    "ids",
    "Write item ids instead of positions: int64, or uint64 padded with its largest number for ids of 2⁶³ and more; texts "
      + "as one line a query")
  static let ef = Option(
    "ef", .integers(in: 1...1_000_000), default: [SearchRequest.defaultEf],
    "Candidates whose links the search follows: one run for each value", described: Common.usualEf)
  static let recall = Option(
    "recall", .recalls, default: [],
    "Recall targets: for each, the index chooses ef or exact from its own measurements; 1 is exact")
  static let repeats = Option("repeat", .integer(in: 1...10_000), default: 1, "Timed runs; the report has the fastest")

  static let command = Command(
    name: "query",
    summary: "Answer a file of query vectors, and time it",
    discussion: [
      "With several values of --ef or --recall, output names must contain {ef}, which is replaced by the value or by "
        + "'exact'. The report has one row for each setting, and --json one object, on a line of its own; its time covers only "
        + "the search.",
      "An .npy with answers of the same size, as an earlier query has written it, is replaced. Any other file of the name is "
        + "kept, unless --force is given.",
      "--vectors asks with the vectors as they are: no item is left out, and the score is the metric's. --queries users:FILE.emb "
        + "asks as akin recommend does.",
      "--html compares the answers with those of the exact way, which is timed as well, so it takes no --min-score, --diversity "
        + "and --per-category.",
    ],
    arguments: [index],
    options: [
      OptionGroup("Input and output", [vectors, queries, output, scores, ids, SearchPage.html, Common.force]),
      OptionGroup(
        "Search",
        [
          Common.k, ef, recall, Common.exact, Common.noFallback, Common.minimumScore, Common.diversity,
          Common.perCategory, RecommendVerb.includeSeen, Common.raw,
        ]),
      FilterOptions.group,
      CatalogueOptions.group,
      OptionGroup("Run", [Common.threads, repeats, Common.json, Common.jsonLines, Common.quiet]),
    ],
    examples: [
      Example("akin query base.idx --vectors q.npy -o ids.npy --exact"),
      Example("akin query ml.idx --queries users:ml.emb --ids -o ids.npy", "Recommendations for every user"),
      Example("akin query base.idx --vectors q.npy -o 'ids-{ef}.npy' --ef 16,32,64 --repeat 3"),
      Example("akin query base.idx --vectors q.npy -o 'ids-{ef}.npy' --recall 0.9,0.99"),
      Example("akin query base.idx --vectors q.npy -o 'ids-{ef}.npy' --ef 16,32,64 --repeat 5 --html speed.html"),
      Example("akin query base.idx --vectors q.npy -o ids.npy --allow in-stock.npy", "Only items that a mask allows"),
      Example("akin query ml.idx --queries users:ml.emb -o ids.npy --where 'genre = Comedy'"),
    ],
    outputNames: { name, arguments in
      Set(words(arguments).map { replacing("{ef}", by: $0, in: name) }).sorted()
    })

  static func run(_ arguments: Arguments, _ console: Console) throws -> ExitCode {
    let settings = try settings(arguments)
    let force = arguments[Common.force]
    let outputs = settings.flatMap { [$0.output] + ($0.scores.map { [$0] } ?? []) }
    for path in outputs { try AtomicFile.checkTarget(path, overwrite: force || NpyWriter.isAnswer(path: path)) }
    if let path = arguments[SearchPage.html] { try AtomicFile.checkTarget(path, overwrite: force) }
    try arguments.refuse(Common.json, with: Common.jsonLines)
    try FilterOptions.check(arguments)
    let index = try CatalogueOptions.open(arguments[index], arguments, console)
    for path in outputs {
      guard let name = [".csv", ".tsv", ".json", ".jsonl"].first(where: { path.hasSuffix($0) }) else { continue }
      throw AnswerFileError.noText(path: path, name: name)
    }
    if arguments[ids] {
      for setting in settings { try AnswerFile.check(ids: index, path: setting.output) }
    }
    let k = console.cut(arguments[Common.k], to: index.liveCount, quiet: arguments[Common.quiet])
    var rows = report(ofTargets: arguments.has(recall))
    try console.working(threads: arguments[Common.threads], quiet: arguments[Common.quiet]) { execution in
      let allowed = try FilterOptions.filter(
        arguments, items: index, attributes: index.attributes, console, execution)
      var asked = try QueryQuestions(arguments, index, execution)
      let limit = try arguments[Common.perCategory].map { try CategoryLimit($0, of: index.attributes) }
      asked.categoryLimit = limit?.binding(k: k)
      // Users with such vectors have a note and answers of their own.
      let areOwn = asked.embeddings == nil || index.metric == .cosine
      if areOwn, let note = asked.vectors.zeroQueries(by: index.metric) {
        execution.notice?(Notice(note, isWarning: true))
      }
      func replaces(_ path: String) -> Bool {
        force || NpyWriter.isAnswer(path: path, size: (asked.vectors.count, k))
      }
      for path in outputs { try AtomicFile.checkTarget(path, overwrite: replaces(path)) }
      var page = QueryPage(k: k, queries: asked.vectors.count)
      for setting in settings {
        var search = setting.search
        search.request.k = k
        search.request.filter = allowed
        search.diversity = arguments[Common.diversity]
        search.perCategory = arguments[Common.perCategory]
        var planned = search
        planned.request = search.firstSearch(count: index.count)
        search.request = search.request.forCandidates(diversity: search.diversity)
        let before = try planned.plan(of: index, isBatch: true)
        let (table, times) = try run(
          search.request, before, on: index, asked, repeats: arguments[repeats], execution)
        let plan = try planned.plan(of: index, isBatch: true)
        let diverse = try asked.answers(table, search.request)
          .diversified(by: index, k: k, diversity: search.diversity, execution)
        var own = search.request
        own.k = k
        let answers = try asked.byPopularity(diverse, own)
        try write(answers, k: k, setting, arguments[ids] ? index : nil, replaces)
        page.add(planned, plan, table, times)
        rows.append(
          row(asked.vectors.count, k, plan, planned, threads: execution.threads, seconds: times.min() ?? 0))
        if arguments[Common.json] || arguments[Common.jsonLines], case .object(var line)? = rows.objects.last {
          line["schema"] = .integer(1)
          try console.show(.object(line))
          try console.output.flush()
        }
      }
      if let path = arguments[SearchPage.html] {
        try page.write(to: path, index, asked, filter: allowed, arguments, console, execution)
      }
    }
    if !arguments[Common.json], !arguments[Common.jsonLines] { try console.show(rows) }
    return .done
  }

  /// Answers all queries, and returns the seconds of each run.
  static func run(
    _ request: SearchRequest, _ plan: SearchPlan, on index: any ItemIndex, _ asked: QueryQuestions, repeats: Int,
    _ execution: Execution
  ) throws -> (NeighborTable, times: [Double]) {
    // No progress inside the timed search, which would add to its time.
    let silent = Execution(threads: execution.threads, cancellation: execution.cancellation)
    let stage = plan.ef.map { "ef \($0)" } ?? plan.wayName
    var times: [Double] = []
    var answers: NeighborTable?
    for number in 0..<repeats {
      let start = monotonicSeconds()
      let table = try index.nearest(
        toEach: asked.vectors, asked.search(request), under: asked.categoryLimit, filter: asked.filter,
        reaches: { asked.shown($1.score, to: $0) >= request.minimumScore ?? -.infinity }, execution: silent)
      times.append(monotonicSeconds() - start)
      if number == 0 {
        for query in 0..<asked.vectors.count {
          try asked.vectors.withRow(Row(query)) { try index.checkScores(table[query], of: $0, index: query) }
        }
      }
      answers = table
      execution.progress?(ProgressEvent(stage: stage, completed: number + 1, total: repeats, unit: "runs"))
    }
    return (answers ?? NeighborTable(queryCount: asked.vectors.count, k: request.k), times)
  }

  /// The columns of the report; benchmarks read the keys.
  ///
  /// `ef` is the requested ef; `chosenEf` is the ef that the index chose for a recall target, `checkedQueries` the number of
  /// queries that it answered exactly to check it.
  private static func report(ofTargets: Bool) -> Listing {
    let asked: [Listing.Column] =
      ofTargets
      ? [.init("recallTarget", "Target"), .init("chosenEf", "Chosen ef"), .init("checkedQueries", "Checked")]
      : [.init("ef")]
    return Listing(
      [.init("queries", "Queries"), .init("k")] + asked + [
        .init("way", "Way"), .init("threads", "Threads"), .init("seconds", "Seconds"),
        .init("queriesPerSecond", "Queries/s"),
      ])
  }

  private static func row(
    _ queries: Int, _ k: Int, _ plan: SearchPlan, _ search: SearchOptions, threads: Int, seconds: Double
  ) -> [Cell] {
    let target = search.target
    // A narrow filter is answered exactly, whatever ef is asked for.
    var requested: Int?
    if case .ef(let ef) = search.request.resolvedEffort { requested = ef }
    let ef = (target == nil ? requested : plan.ef).map { Cell.integer($0) } ?? .missing
    let checked = plan.checkedQueries.map { Cell.integer($0) } ?? .missing
    return [.integer(queries), .integer(k)] + (target.map { [.recall($0), ef, checked] } ?? [ef]) + [
      .text(plan.wayName), .integer(threads), .number(seconds, decimals: 4),
      .number(seconds > 0 ? Double(queries) / seconds : 0, decimals: 0),
    ]
  }

  private static func write(
    _ table: NeighborTable, k: Int, _ setting: Setting, _ ids: (any ItemIndex)?, _ replaces: (String) -> Bool
  ) throws {
    let (path, overwrite) = (setting.output, replaces(setting.output))
    if let ids {
      try AnswerFile.write(ids: ids, of: table, k: k, to: path, overwrite: overwrite)
    } else {
      try NpyWriter.write(table, k: k, to: path, overwrite: overwrite)
    }
    if let path = setting.scores { try NpyWriter.write(scoresOf: table, k: k, to: path, overwrite: replaces(path)) }
  }
}
