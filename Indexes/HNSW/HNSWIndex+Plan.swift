import AkinVectors

extension HNSWIndex {
  /// The graph needs a filter that allows one item in this many: the beam has entries for four excluded items for each
  /// wanted one.
  private static let leastAllowedShare = 5

  /// Chooses the search plan of a request. All searches use this choice.
  ///
  /// - `.exact` takes the exact scan.
  /// - `.ef` walks the graph; where a filter allows less than a fifth of the items, it takes the exact scan.
  /// - `.recall` takes the cheapest plan whose recall, measured during the build, supports the target
  ///   (``MeasuredRecall/assured``): the exact scan for a recall of 1, where no measured `ef` reaches the target, for a
  ///   `k` above the measured ones, and for an index without measurements. A larger target never gets a plan of smaller
  ///   recall. An item that ties with an exact one counts as found. The target holds for queries like the measured ones
  ///   (see ``QueryFamily``); for others, searches for nearest items check it: they answer some queries exactly, too, and
  ///   use a larger `ef`, or the exact scan, where the graph found less (``SearchPlan/checkedQueries``). Single queries are
  ///   answered exactly until the check has decided, where the build knew no users.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - question: The kind of question: nearest or related items.
  ///   - isBatch: Whether one call answers many queries, which makes the exact scan faster.
  /// - Throws: `SearchError` for an invalid request.
  /// - Complexity: O(measurements), at most some hundreds; the first call reads them.
  public func plan(
    _ request: SearchRequest, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    let plan = try buildPlan(request, for: question, isBatch: isBatch)
    guard case .recall(let target) = request.resolvedEffort, question == .nearest else { return plan }
    return checked(plan, k: request.k, target: target)
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
    case .recall(let recall): plan = measuredPlan(k: request.k, recall: recall, question, isBatch: isBatch)
    }
    if let filter = request.filter, filter.allowedCount * HNSWIndex.leastAllowedShare < count { plan = .exact }
    return plan
  }

  private func measuredPlan(k: Int, recall: Double, _ question: Question, isBatch: Bool) -> SearchPlan {
    guard count > 0, let calibration else { return .exact }
    return calibration.plan(
      k: min(k, count), recall: recall, of: question, isBatch: isBatch,
      cost: SearchCost(of: searcher.storage, question))
  }
}
