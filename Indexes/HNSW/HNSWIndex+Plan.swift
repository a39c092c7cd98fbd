import AkinVectors

extension HNSWIndex {
  /// Chooses the search plan of a request: that of the next search, as far as what this process has learned tells.
  ///
  /// - `.exact` takes the exact scan.
  /// - `.ef` walks the graph; under a filter it takes the exact scan of the allowed items where that is likely cheaper.
  /// - `.recall` takes the cheapest plan whose recall, measured during the build, supports the target
  ///   (``MeasuredRecall/assured``): the exact scan for a recall of 1, where no measured `ef` reaches the target, for a
  ///   `k` above the measured ones, and for an index without measurements. A larger target never gets a plan of smaller
  ///   recall. An item that ties with an exact one counts as found. The target holds for queries like the measured ones
  ///   (see ``QueryFamily``); for others, searches for nearest items check it: they answer some queries exactly, too, and
  ///   use a larger `ef`, or the exact scan, where the graph found less (``SearchPlan/checkedQueries``). Single queries are
  ///   answered exactly until the check has decided, where the build knew no users. A batch may be answered exactly, or by
  ///   lists, once what this process has answered shows that this costs less; single queries by lists in place of the exact scan, or of
  ///   walks that cost far more.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - question: The kind of question: nearest or related items.
  ///   - isBatch: Whether one call answers many queries, which makes the exact scan faster.
  /// - Throws: `SearchError` for an invalid request, and `SearchError.recallNotPromised` for one without `allowsExactFallback` where
  ///   no measured `ef` supports its target, or a check has found none that does at a lower cost than the exact scan's.
  /// - Complexity: O(measurements), at most some hundreds; the first call reads them.
  public func plan(
    _ request: SearchRequest, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    let plan = try buildPlan(request, for: question, isBatch: isBatch)
    guard case .recall(let target) = request.resolvedEffort, question == .nearest else { return plan }
    if plan.ef != nil, checks[key(request, target)]?.state == .exact { try request.checkFallback() }
    let checked = checked(plan, request, target: target, isBatch: isBatch)
    let mayReplace = isBatch || checked.ef == nil || checks[key(request, target)]?.rowsOfListed != nil
    if mayReplace, let listed = listPlan(request, target: target) { return listed }
    return checked
  }

  /// The plan by the measurements of the build, before any check of this process.
  func buildPlan(
    _ request: SearchRequest, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    try request.check(count: count)
    var plan: SearchPlan
    switch request.resolvedEffort {
    case .exact: return .exact
    case .ef(let ef): plan = SearchPlan(way: .graph(ef: ef))
    case .recall(let recall):
      plan = measuredPlan(k: request.k, recall: recall, question, isBatch: isBatch)
      if !request.allowsExactFallback, plan.ef == nil, recall < 1, let calibration,
        !calibration.supports(
          k: min(request.k, count), recall: recall, of: question, cost: SearchCost(of: searcher.storage, question))
      {
        try request.checkFallback()
      }
    }
    if let ef = plan.ef, let filter = request.filter,
      isScanCheaper(allowing: filter, k: request.k, ef: ef, question)
    {
      plan = .exact
    }
    return plan
  }

  /// Whether a scan of the allowed items alone costs less than a walk until `ef` of them are expanded, where the filter has
  /// nothing to do with the query.
  private func isScanCheaper(allowing filter: RowFilter, k: Int, ef: Int, _ question: Question) -> Bool {
    let allowed = Double(filter.allowedCount)
    guard filter.allowedCount < count, allowed > 0 else { return filter.allowedCount == 0 }
    let (k, ef) = (min(k, count), min(ef, count))
    let cost = SearchCost(of: searcher.storage, question)
    let scan = cost.exact(rows: allowed, components: allowed * Double(dimension), k: k, isBatch: true)
    let hops = min(Double(ef) * Double(count) / allowed, Double(count))
    let rows = Double(searcher.storage.prefix(ef: ef)) * Double(count) / allowed
    let walk = cost.graph(
      rows: min(rows, Double(count)) + hops * Double(cost.links) * HNSWIndex.freshShare, hops: hops,
      ef: Int(hops), k: k)
    return scan < walk
  }

  /// The share of the links of an expanded node that lead to nodes not met before: 0.2 to 0.6 at `ef` 128 to 3 on clustered
  /// vectors and on Fashion-MNIST (rows and hops of `akin info --json`).
  private static let freshShare = 0.35

  private func measuredPlan(k: Int, recall: Double, _ question: Question, isBatch: Bool) -> SearchPlan {
    guard count > 0, let calibration else { return .exact }
    return plans.plan(PlanCache.Key(k: min(k, count), recall: recall, question: question, isBatch: isBatch)) { key in
      calibration.plan(
        k: key.k, recall: recall, of: question, isBatch: isBatch, cost: SearchCost(of: searcher.storage, question))
    }
  }
}
