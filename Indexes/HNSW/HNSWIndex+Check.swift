import AkinExhaustive
import AkinSupport
import AkinVectors

extension HNSWIndex {
  /// A new check of a plan by the measurements of the build, which knew no filter: under one nothing is trusted before.
  func newCheck(_ plan: SearchPlan, _ request: SearchRequest, target: Double, isBatch: Bool) -> RecallCheck {
    let k = request.k
    let exact = calibration?.plan(
      k: min(k, count), recall: 1, of: .nearest, isBatch: isBatch, cost: SearchCost(of: searcher.storage, .nearest))
    let families = calibration?.measurements.filter { $0.question == .nearest }.map(\.family) ?? []
    return RecallCheck(
      plan, k: k, target: target, exactCost: exact?.cost ?? .infinity,
      isTrusted: filterNumber(request) == nil && !families.contains { $0 == .sumsOfTwo || $0 == .sumsOfFour })
  }

  /// The check that a request belongs to.
  func key(_ request: SearchRequest, _ target: Double) -> RecallChecks.Key {
    RecallChecks.Key(k: request.k, target: target, filter: filterNumber(request))
  }

  /// The number of the shared filter of a request; `nil` without one, or where it excludes few items.
  private func filterNumber(_ request: SearchRequest) -> Int? {
    exhaustive().allowedItems(by: request.filter)?.serial
  }

  /// The plan of a recall target after what this process has checked: the exact scan until that has decided.
  func checked(_ plan: SearchPlan, _ request: SearchRequest, target: Double) -> SearchPlan {
    guard plan.ef != nil, let check = checks[key(request, target)] else { return plan }
    guard check.state == .kept else {
      var exact = SearchPlan.exact
      exact.checkedQueries = check.total
      return exact
    }
    var plan = plan
    if let ef = plan.ef, ef != check.ef {
      plan.way = .graph(ef: check.ef)
      let share = Double(check.ef) / Double(ef)
      plan.rowsPerQuery = plan.rowsPerQuery.map { $0 * share }
      plan.hopsPerQuery = plan.hopsPerQuery.map { $0 * share }
      plan.cost = plan.cost.map { $0 * share }
    }
    plan.recall = target
    plan.checkedQueries = check.total
    if check.total > 0 { plan.basis = .checkedQueries }
    return plan
  }

  /// Answers one query for a recall target, exactly where its turn has come to be checked.
  func nearest(
    to query: Span<Float>, _ request: SearchRequest, target: Double, _ plan: SearchPlan
  ) throws(SearchError) -> [Neighbor] {
    let key = key(request, target)
    switch checks.next(key, { newCheck(plan, request, target: target, isBatch: false) }) {
    case .walk(let ef): return walk(query, request, ef: ef)
    case .exact:
      try request.checkFallback()
      return try exhaustive().nearest(to: query, request)
    case .both(let ef):
      let truth = try exhaustive().nearest(to: query, request)
      checks.add(key, ef: ef, found: walk(query, request, ef: ef), truth: truth, count: count)
      return truth
    }
  }

  /// Answers a batch for a recall target: first a sample, by the graph and exactly, with a larger and larger `ef` until the
  /// target is met; then the rest by that `ef`, or exactly.
  ///
  /// The sample has 64 to 256 queries, fewer once a process has checked the target: one in 256. A batch too small to decide
  /// is answered exactly where its sample fell short, or where the plan is not trusted; it changes no plan.
  func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, target: Double, _ plan: SearchPlan,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, execution: Execution
  ) throws -> NeighborTable {
    let key = key(request, target)
    var check = checks[key] ?? newCheck(plan, request, target: target, isBatch: true)
    let isKnown = check.state == .kept && check.total >= RecallCheck.most
    let most = isKnown ? max(1, queries.count / RecallCheck.most) : min(queries.count, RecallCheck.most)
    // Every sample is spread over the batch; the first part is, too.
    let parts = 4
    let order = (0..<parts).flatMap { part in stride(from: part, to: most, by: parts).map { $0 * queries.count / most }
    }
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var rows: [Int] = []
    var truth: [ArraySlice<Neighbor>] = []
    if !isKnown || check.seen.queries >= RecallCheck.most { check.restart() }
    while check.state != .exact {
      if rows.count < most, rows.isEmpty || check.verdict == .more {
        let next = Array(order[rows.count..<min(most, max(rows.count * 2, RecallCheck.first))])
        let exact = try answers(to: queries, next, request, ef: nil, filter: filter, quiet)
        let found = try answers(to: queries, next, request, ef: check.ef, filter: filter, quiet)
        for place in next.indices { check.add(found: found[place], truth: exact[place]) }
        rows += next
        truth += next.indices.map { exact[$0] }
        continue
      }
      var verdict = check.verdict
      if verdict == .more, isKnown || check.last == .kept { verdict = .kept }
      if verdict == .more {
        return try exhaustive().nearest(toEach: queries, request, filter: filter, execution: execution)
      }
      if verdict == .kept {
        check.keep()
        break
      }
      check.widen(count: count)
      if check.state == .exact { break }
      let found = try answers(to: queries, rows, request, ef: check.ef, filter: filter, quiet)
      for place in rows.indices { check.add(found: found[place], truth: truth[place]) }
    }
    checks[key] = check
    guard check.state == .kept else {
      try request.checkFallback()
      return try exhaustive().nearest(toEach: queries, request, filter: filter, execution: execution)
    }
    var table = try walk(toEach: queries, request, ef: check.ef, filter: filter, execution: execution)
    for (row, answer) in zip(rows, truth) { table[row] = answer }
    return table
  }

  /// The answers to some rows of a batch: by the graph, or exactly where `ef` is `nil`.
  private func answers(
    to queries: EmbeddingMatrix, _ rows: [Int], _ request: SearchRequest, ef: Int?,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, _ execution: Execution
  ) throws -> NeighborTable {
    let sample = EmbeddingMatrix(uniformRows: rows.map { queries[Row($0)] }, dimension: queries.dimension)
    var own: (@Sendable (_ query: Int) -> RowFilter?)?
    if let filter { own = { filter(rows[$0]) } }
    guard let ef else {
      return try exhaustive().nearest(toEach: sample, request, filter: own, execution: execution)
    }
    return try walk(toEach: sample, request, ef: ef, filter: own, execution: execution)
  }
}
