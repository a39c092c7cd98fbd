import AkinHNSW
import AkinSupport
import AkinVectors
import Synchronization

// Every segment answers by itself; the answers merge exactly, because a score does not depend on who computes it.

extension CatalogueIndex {
  /// Returns the items with the best scores for a vector, best first; equal scores come in order of arrival.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: `SearchError` for an invalid request or query.
  /// - Complexity: That of a search in each segment. An `ef` is shared among the linked segments by their sizes.
  public func nearest(to query: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    try request.check(count: count)
    try query.checkQuery(dimension: dimension)
    var found: [Neighbor] = []
    for segment in linkedFirst {
      guard let index = segment.index, let own = own(request, in: segment) else { continue }
      let part =
        if segment.record.isLinked {
          try index.nearest(to: query, own)
        } else {
          try index.exhaustive().nearest(
            to: query, own, reached: found.count == request.k ? found[request.k - 1].score : -.infinity)
        }
      found = merged(found, part[...], of: segment, k: request.k)
    }
    return found
  }

  /// The segments, those with graphs first: what these find bounds what the scans of the others look for.
  private var linkedFirst: [Segment] {
    segments.filter(\.record.isLinked) + segments.filter { !$0.record.isLinked }
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
    var parts: [(segment: Segment, answers: NeighborTable)] = []
    let mismatch = Mutex<Int?>(nil)
    let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
    var reached: [Float]?
    for (number, segment) in linkedFirst.enumerated() {
      guard let index = segment.index else { continue }
      guard let own = own(request, in: segment) else { continue }
      var ownFilter: (@Sendable (Int) -> RowFilter?)?
      if let filter {
        let count = count
        ownFilter = { query in
          guard let wanted = filter(query) else { return nil }
          guard wanted.rows.capacity == count else {
            mismatch.withLock { $0 = wanted.rows.capacity }
            return .only(RowSet(capacity: segment.record.rows))
          }
          let part = wanted.rows.slice(segment.rows)
          return wanted.letsIn ? .only(part) : .excluding(part)
        }
      }
      let part: NeighborTable
      if !segment.record.isLinked, k > 0, !parts.isEmpty {
        let bounds = reached ?? reachedScores(parts, queries: queries.count, k: k, least: request.minimumScore)
        reached = bounds
        part = try index.exhaustive().nearest(
          toEach: queries, k: own.k, sharing: own.filter, excluding: own.excluded, filter: ownFilter, reached: bounds,
          execution: quiet)
      } else {
        part = try index.nearest(toEach: queries, own, filter: ownFilter, execution: quiet)
      }
      if let found = mismatch.withLock({ $0 }) { throw SearchError.filterMismatch(expected: count, found: found) }
      parts.append((segment, part))
      execution.progress?(
        ProgressEvent(
          stage: "search", completed: queries.count * (number + 1) / segments.count, total: queries.count,
          unit: "queries"))
    }
    return try NeighborTable(queryCount: queries.count, k: k, execution: quiet) { [parts] range, answer in
      for query in range {
        let best = best(of: query, in: parts, k: k)
        answer(query, request.minimumScore.map { least in best.filter { $0.score >= least } } ?? best)
      }
    }
  }

  /// The answer to a query by some segments.
  private func best(of query: Int, in parts: [(segment: Segment, answers: NeighborTable)], k: Int) -> [Neighbor] {
    var best: [Neighbor] = []
    for (segment, answers) in parts { best = merged(best, answers[query], of: segment, k: k) }
    return best
  }

  /// For each query a score that `k` items reach already, or the minimum score of the request; -∞ without one.
  private func reachedScores(
    _ parts: [(segment: Segment, answers: NeighborTable)], queries: Int, k: Int, least: Float?
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
    guard let (home, local) = place(of: row), let vector = home.index?.vector(of: local) else { return [] }
    if relatedMetric == .cosine, vector.allSatisfy({ $0 == 0 }) { return [] }
    var found: [Neighbor] = []
    for segment in segments {
      guard let index = segment.index, let own = own(request, in: segment) else { continue }
      let part =
        segment.offset == home.offset
        ? try index.related(to: local, own) : try index.related(toVector: vector.span, own)
      for one in part { found.append(segment.shifted(one)) }
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
    for segment in segments where segment.record.isLinked {
      guard let index = segment.index, let own = own(request, in: segment) else { continue }
      plans.append(try index.plan(own, for: question, isBatch: isBatch))
    }
    let walks = plans.filter { $0.ef != nil }
    // The largest segment has the largest ef.
    guard var plan = walks.max(by: { ($0.ef ?? 0) < ($1.ef ?? 0) }) else { return .exact }
    if case .ef(let ef) = request.resolvedEffort { plan.way = .graph(ef: ef) }
    plan.recall = walks.allSatisfy { $0.recall != nil } ? walks.compactMap(\.recall).min() : nil
    func total(_ value: (SearchPlan) -> Double?) -> Double? {
      let values = walks.compactMap(value)
      return values.count == walks.count ? values.reduce(0, +) : nil
    }
    plan.rowsPerQuery = total(\.rowsPerQuery)
    plan.hopsPerQuery = total(\.hopsPerQuery)
    plan.cost = total(\.cost)
    return plan
  }

  /// The `k` best of an answer and of that of one more segment, both best first; no item is in two segments.
  ///
  /// - Complexity: O(*k*).
  private func merged(
    _ first: [Neighbor], _ second: ArraySlice<Neighbor>, of segment: Segment, k: Int
  ) -> [Neighbor] {
    var all: [Neighbor] = []
    all.reserveCapacity(min(k, first.count + second.count))
    var (left, right) = (0, second.startIndex)
    while all.count < k, left < first.count || right < second.endIndex {
      let other = right < second.endIndex ? segment.shifted(second[right]) : nil
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

  /// The `k` best of the answers of several segments, no item of which is in two.
  func best(_ found: [Neighbor], k: Int) -> [Neighbor] {
    var found = found
    found.sort()
    if found.count > k { found.removeLast(found.count - k) }
    return found
  }
}

extension Segment {
  /// A neighbour with its row in the catalogue.
  func shifted(_ neighbor: Neighbor) -> Neighbor {
    Neighbor(row: Row(offset + Int(neighbor.row.index)), score: neighbor.score)
  }
}
