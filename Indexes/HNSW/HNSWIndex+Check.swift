import AkinExhaustive
import AkinSupport
import AkinVectors

extension HNSWIndex {
  /// A new check of a plan by the measurements of the build.
  ///
  /// The build measured without filters. A walk under one expands as many allowed candidates, so it finds about as much or more: a
  /// batch, which checks a sample before it answers, trusts that; single queries, of which few are checked, do not.
  func newCheck(
    _ plan: SearchPlan, _ key: RecallChecks.Key, isBatch: Bool
  ) -> RecallCheck {
    let k = key.k
    let exact = calibration?.plan(
      k: min(k, count), recall: 1, of: .nearest, isBatch: isBatch, cost: SearchCost(of: searcher.storage, .nearest))
    let families = calibration?.measurements.filter { $0.question == .nearest }.map(\.family) ?? []
    let isReal = !families.contains { $0 == .sumsOfTwo || $0 == .sumsOfFour }
    let (rows, components) = (Double(count), Double(count) * Double(dimension))
    return RecallCheck(
      plan, k: k, target: key.target, exactCost: exact?.cost ?? .infinity,
      singleCost: SearchCost(of: searcher.storage, .nearest).exact(
        rows: rows, components: components, k: k, isBatch: false),
      isTrusted: isReal && (isBatch || key.filter == nil), isTrustedAlone: isReal && key.filter == nil)
  }

  /// The check that a request belongs to.
  func key(_ request: SearchRequest, _ target: Double) -> RecallChecks.Key {
    // A filter that excludes few items changes little of a walk.
    RecallChecks.Key(k: request.k, target: target, filter: exhaustive().allowedItems(by: request.filter)?.hash)
  }

  /// The plan of a recall target after what this process has checked: the exact scan until that has decided.
  func checked(_ plan: SearchPlan, _ request: SearchRequest, target: Double, isBatch: Bool) -> SearchPlan {
    guard plan.ef != nil, let check = checks[key(request, target)] else { return plan }
    guard check.state == .kept, !(isBatch && check.prefersExact && request.allowsExactFallback) else {
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

  /// Answers one query for a recall target, exactly where its turn has come to be checked; by lists where these keep the target and cost
  /// less than walks.
  func nearest(
    to query: Span<Float>, _ request: SearchRequest, target: Double, _ plan: SearchPlan
  ) throws(SearchError) -> [Neighbor] {
    let key = key(request, target)
    // What is known of lists in place of walks is known for the filter of the check.
    let byLists = mayBeListed(request) && (request.filter == nil || key.filter != nil)
    switch checks.next(key, byLists: byLists, { newCheck(plan, key, isBatch: false) }) {
    case .lists(let rowsOfWalk):
      if let found = try listed(to: query, request, target: target, insteadOf: rowsOfWalk) { return found }
      checks.setLists(key, insteadOf: nil)
      return try exhaustive().nearest(to: query, request)
    case .walk(let ef): return walk(query, request, ef: ef)
    case .exact:
      try request.checkFallback()
      if let found = try listed(to: query, request, target: target) { return found }
      return try exhaustive().nearest(to: query, request)
    case .both(let ef):
      let truth = try exhaustive().nearest(to: query, request)
      if let walkCost = checks.add(key, ef: ef, found: walk(query, request, ef: ef), truth: truth, count: count),
        byLists
      {
        try learnLists(from: query, truth, request, target: target, walkCost: walkCost)
      }
      return truth
    }
  }

  /// Adds a query to the sample of lists, where walks cost far more than the nearest list: to encode the lists takes memory.
  private func learnLists(
    from query: Span<Float>, _ truth: [Neighbor], _ request: SearchRequest, target: Double, walkCost: Double
  ) throws(SearchError) {
    let rows = SearchCost(of: searcher.storage, .nearest).rows(costing: walkCost, k: request.k)
    let rowsOfWalk = Int(min(rows, Double(count)))
    guard ItemLists.areWorth(insteadOf: rowsOfWalk / HNSWIndex.dearWalk, in: exhaustive()) else { return }
    let found = try listed(to: query, request, target: target, known: truth, insteadOf: rowsOfWalk)
    checks.setLists(key(request, target), insteadOf: found == nil ? nil : rowsOfWalk)
  }

  /// Answers a batch for a recall target: first a sample, by the graph and exactly, with a larger and larger `ef` until the
  /// target is met; then the rest by that `ef`, or exactly.
  ///
  /// The sample has up to ``RecallCheck/sample(of:)`` queries. What it says adds to what earlier batches said, unless it alone
  /// shows a shortfall. Where all that cannot decide, a trusted plan stands if the sample is near its target; otherwise the rest is
  /// answered exactly, and the next batch goes on.
  func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, target: Double, _ plan: SearchPlan,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, execution: Execution
  ) throws -> NeighborTable {
    let key = key(request, target)
    var check = checks[key] ?? newCheck(plan, key, isBatch: true)
    // Where lists have taken the place of walks, their own sample is checked.
    if check.rowsOfWalk > 0, checks.lists(listKey(request, target))?.last.isLists ?? false,
      let table = try listed(
        toEach: queries, request, target: target, insteadOf: check.rowsOfWalk, filter: filter, execution: execution)
    {
      return table
    }
    let isKnown = check.isKnown
    let order = RecallCheck.places(in: queries.count, after: check.total)
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var rows: [Int] = []
    var truth: [ArraySlice<Neighbor>] = []
    var isDecided = false
    if check.seen.queries >= RecallCheck.most { check.restart() }
    // What this batch alone shows.
    var own = check
    own.restart()
    var most = check.sample(of: queries.count)
    while check.state != .exact {
      let isShort = own.verdict == .short
      if rows.count < most, rows.isEmpty || !isShort && check.verdict == .more {
        let next = Array(order[rows.count..<min(most, max(rows.count * 2, RecallCheck.first))])
        let exact = try answers(to: queries, next, request, ef: nil, filter: filter, quiet)
        let found = try answers(to: queries, next, request, ef: check.ef, filter: filter, quiet)
        for place in next.indices {
          check.add(found: found[place], truth: exact[place])
          own.add(found: found[place], truth: exact[place])
        }
        rows += next
        truth += next.indices.map { exact[$0] }
        continue
      }
      var verdict = isShort ? .short : check.verdict
      if verdict == .more, isKnown || check.last == .kept { verdict = .kept }
      if verdict == .more { break }
      if verdict == .kept {
        check.keep()
        isDecided = true
        break
      }
      check.widen(count: count)
      if check.state == .exact { break }
      most = check.sample(of: queries.count)
      let found = try answers(to: queries, rows, request, ef: check.ef, filter: filter, quiet)
      for place in rows.indices { check.add(found: found[place], truth: truth[place]) }
      own = check
    }
    if isDecided, filter == nil { try compareCosts(&check, queries, request, quiet) }
    checks.merge(check, key)
    let prefersExact = check.prefersExact && request.allowsExactFallback
    if check.state == .exact || prefersExact,
      let table = try listed(
        toEach: queries, request, target: target, known: (rows, truth), filter: filter, execution: execution)
    {
      return table
    }
    guard isDecided, !prefersExact else {
      return try exactly(toEach: queries, request, besides: rows, truth, filter: filter, execution: execution)
    }
    if let table = try listed(
      toEach: queries, request, target: target, known: (rows, truth), insteadOf: check.rowsOfWalk, filter: filter,
      execution: execution)
    {
      return table
    }
    var table = try walk(toEach: queries, request, ef: check.ef, filter: filter, execution: execution)
    for (row, answer) in zip(rows, truth) { table[row] = answer }
    return table
  }

  /// Compares what walks and an exact scan have to do for some queries of a batch, once for each `ef`: the build counted for others. By
  /// inner product, sums of items end their walks sooner than users do, and users' answers leave more or fewer items to compare.
  ///
  /// The scores that walks find tell what an exact scan would compare.
  private func compareCosts(
    _ check: inout RecallCheck, _ queries: EmbeddingMatrix, _ request: SearchRequest, _ execution: Execution
  ) throws {
    guard check.comparedEf != check.ef, queries.count >= RecallCheck.fewest else { return }
    let (exact, k, number) = (exhaustive(), min(request.k, count), min(queries.count, RecallCheck.first))
    let places = RecallCheck.places(in: queries.count).prefix(number)
    let sample = EmbeddingMatrix(uniformRows: places.map { queries[Row($0)] }, dimension: dimension)
    var answers = [ArraySlice<Neighbor>](repeating: [], count: number)
    var work = SearchWork()
    searcher.search(sample, 0..<number, GraphQuery(request, by: metric, ef: check.ef, of: searcher)) {
      query, found, own in
      answers[query] = found[...]
      work.scored += own.scored
      work.hops += own.hops
    }
    let compared = try exact.comparedItems(for: answers, to: sample, execution)
    let allowed = exact.allowedItems(by: request.filter)?.allowedCount ?? count
    let rows = min(Double(allowed), Double(compared.reduce(0, +)) / Double(number))
    let cost = SearchCost(of: searcher.storage, .nearest)
    let walk = cost.graph(
      rows: Double(work.scored) / Double(number), hops: Double(work.hops) / Double(number), ef: check.ef, k: k)
    let scan = cost.exact(rows: rows, components: rows * Double(dimension), k: k, isBatch: true)
    check.note(
      rowsOfWalk: Int(min(cost.rows(costing: walk, k: k), Double(count))),
      prefersExact: metric == .innerProduct && scan < walk)
  }

  /// Answers a batch exactly, of which some rows are answered already.
  ///
  /// - Throws: `SearchError.recallNotPromised` where there is more to answer and the request allows no exact scan.
  func exactly(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, besides rows: [Int], _ known: [ArraySlice<Neighbor>],
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, execution: Execution
  ) throws -> NeighborTable {
    if rows.count < queries.count { try request.checkFallback() }
    if rows.isEmpty {
      return try exhaustive().nearest(toEach: queries, request, filter: filter, execution: execution)
    }
    var isKnown = [Bool](repeating: false, count: queries.count)
    for row in rows { isKnown[row] = true }
    let others = (0..<queries.count).filter { !isKnown[$0] }
    let exact = try answers(to: queries, others, request, ef: nil, filter: filter, execution)
    var table = NeighborTable(queryCount: queries.count, k: min(request.k, count))
    for (place, row) in others.enumerated() { table[row] = exact[place] }
    for (row, answer) in zip(rows, known) { table[row] = answer }
    return table
  }

  /// The answers to some rows of a batch: by the graph, or exactly where `ef` is `nil`.
  func answers(
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
