import AkinVectors

extension HNSWIndex {
  /// Of every so many items one must be let in by a filter for the graph to be walked: the beam has places for four excluded
  /// items beside each one wanted.
  private static let leastAllowedShare = 5

  /// Chooses how a request is answered: the one place where that is decided.
  ///
  /// - `.exact` takes the exact scan.
  /// - `.ef` walks the graph; where a filter lets in less than a fifth of the items, it takes the exact scan.
  /// - `.recall` takes the cheapest way that the index measured to be good enough when it was built
  ///   (``MeasuredRecall/assured``): the exact scan for a recall of 1, where no measured `ef` reaches it, for a `k` beyond
  ///   those measured, and for an index without measurements. A larger recall never gets a plan with a smaller one. An
  ///   answer that ties with a true one counts as found. What it promises holds for queries like those that were measured
  ///   (see ``QueryFamily``).
  ///
  /// - Parameters:
  ///   - request: What is asked.
  ///   - question: Whether a vector or an item of the index is asked about.
  ///   - isBatch: Whether many queries are asked in one call, which the exact scan answers faster than one by one.
  /// - Complexity: O(measurements), at most some hundreds; the first call reads them.
  public func plan(
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
    // Where likeness and score are one metric, a search for related items starts at its goal: no harder than any other.
    let measured = relatedMetric == metric ? .nearest : question
    return calibration.plan(
      k: min(k, count), recall: recall, of: measured, isBatch: isBatch,
      cost: SearchCost(of: searcher.storage, measured))
  }
}
