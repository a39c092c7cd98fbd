import AkinHNSW
import AkinSupport
import AkinVectors
import Synchronization

// Every part answers by itself; the answers merge exactly, because a score does not depend on who computes it.

extension CatalogueIndex {
  /// Returns the items with the best scores for a vector, best first; equal scores come in order of arrival.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: `SearchError` for an invalid request or query.
  /// - Complexity: That of a search in each segment, of which neighbours without graphs are one. An `ef` is shared among the
  ///   linked segments by their sizes.
  public func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    try query.checkQuery(dimension: dimension)
    var found: [Neighbor] = []
    for part in parts {
      guard let own = own(request, in: part) else { continue }
      let answer =
        switch part.way {
        case .graph(let index): try index.nearest(to: query, own)
        case .scan(let run):
          try run.exhaustive(by: metric).nearest(
            to: query, own, reached: found.count == request.k ? found[request.k - 1].score : -.infinity)
        }
      found = merged(found, answer[...], of: part, k: request.k)
    }
    return found
  }

  /// Answers each row of `queries` as ``nearest(to:_:)`` does. The answers do not depend on the threads.
  ///
  /// The table has `min(k, count)` entries a query.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: The request for every query.
  ///   - filter: Returns a filter of a query, given its row, which holds besides that of the request; called from any
  ///     thread, once or more for each query.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Throws: `SearchError`, or `Cancelled`.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    for row in 0..<queries.count {
      try queries.withRow(Row(row)) { (query) throws(SearchError) in
        try query.checkQuery(dimension: dimension, index: row)
      }
    }
    let k = min(request.k, count)
    var done: [(part: SearchPart, answers: NeighborTable)] = []
    let mismatch = Mutex<Int?>(nil)
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var reached: [Float]?
    for part in parts {
      guard let own = own(request, in: part) else { continue }
      var ownFilter: (@Sendable (Int) -> RowFilter?)?
      if let filter {
        let count = count
        ownFilter = { query in
          guard let wanted = filter(query) else { return nil }
          guard wanted.rows.capacity == count else {
            mismatch.withLock { $0 = wanted.rows.capacity }
            return .only(RowSet(capacity: part.rows.count))
          }
          let those = wanted.rows.slice(part.rows)
          return wanted.letsIn ? .only(those) : .excluding(those)
        }
      }
      let answers: NeighborTable
      switch part.way {
      case .graph(let index): answers = try index.nearest(toEach: queries, own, filter: ownFilter, execution: quiet)
      case .scan(let run) where k > 0 && !done.isEmpty:
        let bounds = reached ?? reachedScores(done, queries: queries.count, k: k, least: request.minimumScore)
        reached = bounds
        answers = try run.exhaustive(by: metric).nearest(
          toEach: queries, k: own.k, sharing: own.filter, excluding: own.excluded, filter: ownFilter, reached: bounds,
          execution: quiet)
      case .scan(let run):
        answers = try run.exhaustive(by: metric).nearest(
          toEach: queries, own, filter: ownFilter, execution: quiet)
      }
      if let found = mismatch.withLock({ $0 }) { throw SearchError.filterMismatch(expected: count, found: found) }
      done.append((part, answers))
      execution.progress?(
        ProgressEvent(
          stage: "search", completed: queries.count * (part.number + 1) / parts.count, total: queries.count,
          unit: "queries"))
    }
    return try NeighborTable(queryCount: queries.count, k: k, execution: quiet) { [done] range, answer in
      for query in range {
        let best = best(of: query, in: done, k: k)
        answer(query, request.minimumScore.map { least in best.filter { $0.score >= least } } ?? best)
      }
    }
  }

  /// The answer to a query by some parts.
  private func best(of query: Int, in parts: [(part: SearchPart, answers: NeighborTable)], k: Int) -> [Neighbor] {
    var best: [Neighbor] = []
    for (part, answers) in parts { best = merged(best, answers[query], of: part, k: k) }
    return best
  }

  /// For each query a score that `k` items reach already, or the minimum score of the request; -∞ without one.
  private func reachedScores(
    _ parts: [(part: SearchPart, answers: NeighborTable)], queries: Int, k: Int, least: Float?
  ) -> [Float] {
    (0..<queries).map { query in
      let best = best(of: query, in: parts, k: k)
      return max(best.count == k ? best[k - 1].score : -.infinity, least ?? -.infinity)
    }
  }

  /// Returns the items most similar to an item by ``relatedMetric``, without the item itself.
  ///
  /// - Parameters:
  ///   - row: The row of the item. A zero vector under cosine has no related items, nor has an unknown or deleted row.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: `SearchError` for an invalid request.
  public func related(to row: Row, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    guard let vector = vector(of: row) else { return [] }
    if relatedMetric == .cosine, vector.span.isZero { return [] }
    var found: [Neighbor] = []
    for part in parts {
      guard let own = own(request, in: part) else { continue }
      let local = part.rows.contains(Int(row.index)) ? Row(Int(row.index) - part.rows.lowerBound) : nil
      let answer: [Neighbor]
      switch part.way {
      case .graph(let index):
        if let local {
          answer = try index.related(to: local, own)
        } else {
          answer = try index.related(toVector: vector.span, own)
        }
      case .scan(let run):
        let exact = run.exhaustive(by: relatedMetric)
        if let local {
          answer = try exact.related(to: local, own)
        } else {
          answer = try exact.nearest(to: vector.span, own)
        }
      }
      for one in answer { found.append(part.shifted(one)) }
    }
    return best(found, k: request.k)
  }

  /// Chooses the search plan of a request: that of the linked segments together, or the exact scan where none is linked.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - question: The kind of question: nearest or related items.
  ///   - isBatch: Whether one call answers many queries.
  /// - Throws: `SearchError` for an invalid request.
  public func plan(
    _ request: SearchRequest, for question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    try request.check(count: count)
    var plans: [SearchPlan] = []
    var largest: (items: Int, plan: SearchPlan)?
    for part in parts {
      guard case .graph(let index) = part.way, let own = own(request, in: part) else { continue }
      let plan = try index.plan(own, for: question, isBatch: isBatch)
      plans.append(plan)
      if index.count > largest?.items ?? -1 { largest = (index.count, plan) }
    }
    let walks = plans.filter { $0.ef != nil }
    // The largest segment has the largest ef, unless it is answered by lists, or exactly.
    if let plan = largest?.plan, case .lists = plan.way { return plan }
    guard var plan = walks.max(by: { ($0.ef ?? 0) < ($1.ef ?? 0) }) else {
      return plans.first { $0.way != .exact } ?? .exact
    }
    if case .ef(let ef) = request.resolvedEffort { plan.way = .graph(ef: ef) }
    let guesses = plans.filter { $0.way != .exact }
    plan.recall = guesses.allSatisfy { $0.recall != nil } ? guesses.compactMap(\.recall).min() : nil
    func total(_ value: (SearchPlan) -> Double?) -> Double? {
      let values = walks.compactMap(value)
      return values.count == walks.count ? values.reduce(0, +) : nil
    }
    plan.rowsPerQuery = total(\.rowsPerQuery)
    plan.hopsPerQuery = total(\.hopsPerQuery)
    plan.cost = total(\.cost)
    return plan
  }

  /// The `k` best of an answer and of that of one more part, both best first; no item is in two.
  ///
  /// - Complexity: O(*k*).
  private func merged(
    _ first: [Neighbor], _ second: ArraySlice<Neighbor>, of part: SearchPart, k: Int
  ) -> [Neighbor] {
    var all: [Neighbor] = []
    all.reserveCapacity(min(k, first.count + second.count))
    var (left, right) = (0, second.startIndex)
    while all.count < k, left < first.count || right < second.endIndex {
      let other = right < second.endIndex ? part.shifted(second[right]) : nil
      if left < first.count, other.map({ first[left] < $0 }) ?? true {
        all.append(first[left])
        left += 1
      } else if let other {
        all.append(other)
        right += 1
      }
    }
    return all
  }

  /// The `k` best of the answers of several parts, no item of which is in two.
  func best(_ found: [Neighbor], k: Int) -> [Neighbor] {
    var found = found
    found.sort()
    if found.count > k { found.removeLast(found.count - k) }
    return found
  }
}
