import AkinSupport
import AkinVectors
import Synchronization

// The approximate scan: the lists nearest to each query, in place of all items. Its owner checks its recall.

extension ExhaustiveIndex {
  /// Queries that pay for each list: dividing the items takes about as long as so many queries scan all codes.
  private static let queriesPerList = 2.0
  /// The same where a file tells how they are divided.
  private static let queriesPerKnownList = 0.02

  /// The lists of the items, once so many queries have asked for them that they pay; `nil` before, and where lists cannot serve.
  ///
  /// - Parameters:
  ///   - queries: The queries that ask.
  ///   - waits: Whether to wait while another thread makes them; else there are none meanwhile.
  package func lists(for queries: Int, waits: Bool = true, _ execution: Execution) throws -> ItemLists? {
    if let known = listed.withLock({ $0 }) { return known }
    let asked = askedOfLists.add(queries, ordering: .relaxed).newValue
    let perList = partition == nil ? Self.queriesPerList : Self.queriesPerKnownList
    guard ItemLists.canServe(self), Double(asked) >= perList * Double(Partition.number(of: count)) else { return nil }
    let summary = try normSummary(execution)
    func make() throws -> ItemLists? {
      if let known = listed.withLock({ $0 }) { return known }
      let quiet = Execution(threads: execution.threads, cancellation: execution.cancellation)
      let lists = try ItemLists(of: self, summary, quiet)
      listed.withLock { $0 = .some(lists) }
      return lists
    }
    return waits
      ? try listing.withLock { _ in try make() } : try listing.withLockIfAvailable { _ in try make() } ?? nil
  }

  /// Divides the items into lists, for an index file; `nil` where lists cannot serve.
  package func divided(_ execution: Execution) throws -> ItemLists? {
    ItemLists.canServe(self) ? try ItemLists(of: self, normSummary(execution), execution) : nil
  }

  /// For each ranking and query, the rank of the list of each item of its answer: a scan of so many nearest lists finds it. None for a
  /// query that visits no list: it is answered exactly.
  ///
  /// - Parameters:
  ///   - queries: Finite components, one query a row.
  ///   - answers: One answer a query.
  ///   - filter: What all queries share: only lists with an item that it allows have ranks.
  package func ranks(
    of answers: [ArraySlice<Neighbor>], to queries: EmbeddingMatrix, by filter: RowFilter? = nil, in lists: ItemLists,
    _ execution: Execution
  ) throws -> [ListRanking: [[Int]]] {
    let summary = try normSummary(execution)
    let block = unsafe ListBlock(
      of: self, lists, queries: queries, range: 0..<queries.count, allowed: nil,
      among: allowedItems(by: filter, always: true), summary, k: 1)
    var ranks: [ListRanking: [[Int]]] = [:]
    for ranking in ListRanking.allCases {
      unsafe block.compareCentres(ranking)
      ranks[ranking] = answers.enumerated().map { query, answer in
        guard unsafe block.visitsLists(query) else { return [] }
        return answer.map { found in
          position(of: found.row.index).map { unsafe block.rank(of: $0, for: query) } ?? lists.count
        }
      }
    }
    return ranks
  }

  /// How many items an exact scan compares with each query, as far as norms tell: all by distance; by inner product those of blocks
  /// that can hold an item of the answer.
  ///
  /// - Parameters:
  ///   - answers: One answer a query, of `k` items or all.
  ///   - queries: Finite components, one query a row.
  package func comparedItems(
    for answers: [ArraySlice<Neighbor>], to queries: EmbeddingMatrix, _ execution: Execution
  ) throws -> [Int] {
    guard metric == .innerProduct else { return Array(repeating: count, count: answers.count) }
    let summary = try normSummary(execution)
    return answers.enumerated().map { query, answer in
      // Safe: the query lies inside the matrix.
      let own = unsafe queries.base + query * queries.stride
      let norm = unsafe kernels.pointee.dot64(own, own, dimension).squareRoot()
      let bound = RoundingBound(metric: metric, dimension: dimension, queryNorm: norm)
      let least = answer.last.map { RoundingBound.least(roundingTo: $0.score) } ?? -.infinity
      return min(count, NormSummary.blockRows * summary.blocks.count { bound.best(in: $0) >= least })
    }
  }

  /// Answers each query by the lists nearest to it: the best of their items, by their float64 scores; fewer than `k` where they hold
  /// no more.
  ///
  /// - Parameters:
  ///   - queries: Finite components, one query a row.
  ///   - request: The request for every query, whatever its effort.
  ///   - number: How many lists a query visits.
  ///   - ranking: Which are the nearest.
  ///   - execution: Threads, progress in queries, and cancellation.
  package func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, in lists: ItemLists, number: Int,
    by ranking: ListRanking, execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    let (k, summary) = (min(request.k, count), try normSummary(execution))
    let shared = allowedItems(by: request.filter, always: true)
    let (least, allowed) = (request.minimumScore ?? -.infinity, request.allowedRows())
    let done = Atomic<Int>(0)
    return try NeighborTable(queryCount: queries.count, k: k, execution: execution) { range, answer in
      let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: k)
      defer { unsafe keys.deallocate() }
      let size = unsafe ListBlock.groupSize(lists, k: k)
      for first in stride(from: range.lowerBound, to: range.upperBound, by: size) {
        let part = first..<min(first + size, range.upperBound)
        let block = unsafe ListBlock(
          of: self, lists, queries: queries, range: part, allowed: { _ in allowed }, among: shared, summary, k: k)
        try unsafe block.scan(nearest: number, ranking, execution)
        for query in part {
          let found = unsafe block.finish(query - first, into: keys)
          let best = unsafe UnsafeBufferPointer(start: keys, count: found).map(RankKey.neighbor)
          answer(query, Array(best.prefix { $0.score >= least }))
        }
        let completed = done.add(part.count, ordering: .relaxed).newValue
        execution.progress?(
          ProgressEvent(stage: "lists", completed: completed, total: queries.count, unit: "queries"))
      }
    }
  }
}
