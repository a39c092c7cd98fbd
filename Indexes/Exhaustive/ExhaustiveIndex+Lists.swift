import AkinSupport
import AkinVectors

// The approximate scan: the lists nearest to each query, in place of all items. Its owner checks its recall.

extension ExhaustiveIndex {
  /// Queries that pay for each list: dividing the items takes about as long as so many queries scan all codes.
  private static let queriesPerList = 2

  /// The lists of the items, once so many queries have asked for them that they pay; `nil` before, and where lists cannot serve.
  ///
  /// - Parameter queries: The queries that ask.
  package func lists(for queries: Int, _ execution: Execution) throws -> ItemLists? {
    let asked = askedOfLists.add(queries, ordering: .relaxed).newValue
    let summary = try normSummary(execution)
    return try listed.withLock { made in
      if let made { return made }
      guard ItemLists.canServe(self), asked >= Self.queriesPerList * ItemLists.number(of: count) else { return nil }
      let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
      let lists = try ItemLists(of: self, summary, quiet)
      made = .some(lists)
      return lists
    }
  }

  /// For each query, the rank of the list of each item of its answer: a scan of so many nearest lists finds it.
  ///
  /// - Parameters:
  ///   - queries: Finite components, one query a row.
  ///   - answers: One answer a query.
  package func ranks(
    of answers: [ArraySlice<Neighbor>], to queries: EmbeddingMatrix, in lists: ItemLists, _ execution: Execution
  ) throws -> [[Int]] {
    let summary = try normSummary(execution)
    let block = unsafe ListBlock(
      of: self, lists, queries: queries, range: 0..<queries.count, allowed: nil, mask: nil, summary, k: 1)
    unsafe block.compareCentres()
    return answers.enumerated().map { query, answer in
      answer.map { found in
        position(of: found.row.index).map { unsafe block.rank(of: $0, for: query) } ?? lists.count
      }
    }
  }

  /// Answers each query by the lists nearest to it: the best of their items, by their float64 scores.
  ///
  /// - Parameters:
  ///   - queries: Finite components, one query a row.
  ///   - request: The request for every query, whatever its effort.
  ///   - filter: Returns a further filter of a query, or `nil`; see ``nearest(toEach:_:filter:execution:)``.
  ///   - number: How many lists a query visits.
  package func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    in lists: ItemLists, number: Int, execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    let (k, summary) = (min(request.k, count), try normSummary(execution))
    let mask = allowedItems(by: request.filter)?.mask
    let least = request.minimumScore ?? -.infinity
    return try NeighborTable(queryCount: queries.count, k: k, execution: execution) { range, answer in
      let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: k)
      defer { unsafe keys.deallocate() }
      let size = unsafe ListBlock.groupSize(lists, k: k)
      for first in stride(from: range.lowerBound, to: range.upperBound, by: size) {
        let part = first..<min(first + size, range.upperBound)
        let allowed = try part.map { query in
          (try checked(filter?(query)).map { request.narrowed(by: $0) } ?? request).allowedRows()
        }
        let block = unsafe ListBlock(
          of: self, lists, queries: queries, range: part, allowed: { allowed[$0 - first] }, mask: mask, summary, k: k)
        try unsafe block.scan(nearest: number, execution)
        for query in part {
          let found = unsafe block.finish(query - first, into: keys)
          let best = unsafe UnsafeBufferPointer(start: keys, count: found).map(RankKey.neighbor)
          answer(query, Array(best.prefix { $0.score >= least }))
        }
      }
    }
  }
}
