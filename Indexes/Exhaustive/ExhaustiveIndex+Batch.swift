import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels
import Synchronization

extension ExhaustiveIndex {
  /// Answers each query exactly as ``nearest(to:_:)`` does, bit for bit, from one blocked product.
  ///
  /// The table has `min(k, count)` entries a query. Threads share the queries, or the items when there are few queries.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - request: The request for every query; every effort is exact.
  ///   - filter: Returns a filter of a query, given its row, which holds besides that of the request; called from any
  ///     thread, once or more for each query.
  ///   - execution: Threads, progress in queries, and cancellation.
  /// - Complexity: at most O(*queries* × *items* × *dimension*) arithmetic, O(*queries* × *k*) memory.
  /// - Throws: `SearchError`, or `Cancelled`.
  public func nearest(
    toEach queries: EmbeddingMatrix, _ request: SearchRequest, filter: (@Sendable (_ query: Int) -> RowFilter?)?,
    execution: Execution
  ) throws -> NeighborTable {
    try request.check(count: count)
    let least = request.minimumScore
    var table = try nearest(
      toEach: queries, k: request.k, sharing: request.filter, excluding: request.excluded, filter: filter,
      reached: least.map { [Float](repeating: $0, count: queries.count) }, execution: execution)
    if let least {
      for query in 0..<queries.count { table[query] = table[query].prefix { $0.score >= least } }
    }
    return table
  }

  /// Answers each query, given lower bounds on the scores of the answers; the search skips lesser items.
  ///
  /// - Parameters:
  ///   - queries: One query a row.
  ///   - k: The length of an answer.
  ///   - shared: The filter of all queries, which is prepared once where that pays, or `nil`.
  ///   - excluded: Rows that no answer may hold.
  ///   - filter: A further filter of each query, or `nil`.
  ///   - reached: For each query, a score that at least `k` of its allowed items reach, or a minimum score.
  ///   - isCoded: Whether many queries use codes of all items, which take a byte a component.
  ///   - execution: Threads, progress in queries, and cancellation.
  package func nearest(
    toEach queries: EmbeddingMatrix, k: Int, sharing shared: RowFilter? = nil, excluding excluded: RowSet? = nil,
    filter: (@Sendable (_ query: Int) -> RowFilter?)?, reached: [Float]?, isCoded: Bool = true, execution: Execution
  ) throws -> NeighborTable {
    guard k >= 1 else { throw SearchError.badCount(k: k) }
    guard queries.dimension == dimension else {
      throw SearchError.dimensionMismatch(expected: dimension, found: queries.dimension)
    }
    try execution.forEachChunk(of: queries.count, by: 1024) { _, range in
      for query in range {
        try queries.withRow(Row(query)) { row throws(SearchError) in
          try row.checkQuery(dimension: dimension, index: query)
        }
      }
    }
    let prepared = prepared(for: shared, queries: queries.count)
    let others = prepared?.gathered == nil ? shared : nil
    var allowed: AllowedOfQuery?
    if filter != nil || excluded != nil || others != nil {
      allowed = { query in
        guard let own = try self.checked(filter?(query)) else {
          return AllowedRows(others, and: excluded.map { .excluding($0) })
        }
        return AllowedRows(others, and: excluded.map { own.excluding($0) } ?? own)
      }
    }
    return try (prepared?.gathered ?? self).answers(
      toEach: queries, k: k, columns: min(k, count), allowed: allowed, mask: prepared?.mask, reached: reached,
      isCoded: isCoded, execution)
  }

  private typealias AllowedOfQuery = @Sendable (_ query: Int) throws -> AllowedRows?

  /// Answers each query, all of them finite, from one blocked product.
  ///
  /// - Parameters:
  ///   - columns: The entries of the table for a query, at least those that there are.
  ///   - allowed: The rows that may be in the answer to a query, or `nil` for all.
  ///   - mask: The positions that any answer may hold, or `nil` for all.
  private func answers(
    toEach queries: EmbeddingMatrix, k: Int, columns: Int,
    allowed: AllowedOfQuery?, mask: PositionMask?, reached: [Float]?, isCoded: Bool, _ execution: Execution
  ) throws -> NeighborTable {
    let kept = min(k, count)
    guard kept > 0 && queries.count > 0 else { return NeighborTable(queryCount: queries.count, k: columns) }

    let plan = BatchPlan(
      queries: queries.count, items: count, stride: items.stride, k: kept, threads: execution.threads)
    let summary = try normSummary(execution)
    // Without a known bound, the first block is scored without codes.
    let isCoded =
      unsafe isCoded && dimension <= EncodedItems.widest && (count > QueryBlock.blockRows || reached != nil)
    let pays = queries.count >= ExhaustiveIndex.fewestForCodes
    let coded = try isCoded ? pays ? codedItems(execution) : codesOfFew(execution) : nil
    if coded == nil { noteScan(rows: queries.count * count) }
    // A guess is about all items, so a slab has none; and a few queries do not pay for a sample under a mask.
    let isSampled = plan.slabs == 1 && (mask == nil || queries.count >= ExhaustiveIndex.fewestForSample)
    let sample = isSampled ? scoreSample(summary, mask) : nil
    let done = Atomic<Int>(0)
    func scan(_ range: Range<Int>, _ slab: Range<Int>, guessing sample: ScoreSample?) throws -> QueryBlock {
      let rows = try allowed.map { allowed in try range.map { try allowed($0) } }
      let block = unsafe QueryBlock(
        of: self, queries: queries, range: range, allowed: rows.map { own in { own[$0 - range.lowerBound] } },
        mask: mask,
        coded: coded, reached: reached, sample: sample, summary, k: kept)
      try unsafe block.scan(slab, summary, execution)
      return unsafe block
    }
    func report(_ group: Range<Int>) {
      let queriesDone = done.add(group.count, ordering: .relaxed).newValue / plan.slabs
      execution.progress?(
        ProgressEvent(stage: "exact", completed: queriesDone, total: queries.count, unit: "queries"))
    }

    guard plan.slabs == 1 else {
      let keys = unsafe KeyTable(slabs: plan.slabs, queries: queries.count, k: kept)
      try execution.forEachChunk(of: plan.groups * plan.slabs, by: 1) { _, task in
        let (group, slab) = (plan.group(task.lowerBound / plan.slabs), task.lowerBound % plan.slabs)
        let block = try unsafe scan(group, plan.slab(slab), guessing: nil)
        for query in group {
          unsafe keys.counts[slab * queries.count + query] =
            block.finish(query - group.lowerBound, into: keys.base(slab, query)) ?? 0
        }
        report(group)
      }
      var table = NeighborTable(queryCount: queries.count, k: columns)
      for query in 0..<queries.count { table[query] = unsafe keys.best(of: query) }
      return table
    }
    return try unsafe NeighborTable(queryCount: queries.count, k: columns) { places, counts in
      // Safe: the task of a query alone writes its places, and `columns` is at least `kept`.
      nonisolated(unsafe) let (places, counts) = unsafe (places, counts)
      try execution.forEachChunk(of: plan.groups, by: 1) { _, task in
        let group = plan.group(task.lowerBound)
        let block = try unsafe scan(group, 0..<count, guessing: sample)
        let keys = UnsafeMutablePointer<UInt64>.allocate(capacity: kept)
        defer { unsafe keys.deallocate() }
        for query in group {
          var found = unsafe block.finish(query - group.lowerBound, into: keys)
          if found == nil { found = try unsafe scan(query..<query + 1, 0..<count, guessing: nil).finish(0, into: keys) }
          let own = unsafe places + query * columns
          for place in 0..<(found ?? 0) { unsafe own[place] = RankKey.neighbor(keys[place]) }
          unsafe counts[query] = found ?? 0
        }
        report(group)
      }
    }
  }

  /// The sample for guesses, of the items that a mask allows; `nil` where there are too few.
  func scoreSample(_ summary: NormSummary, _ mask: PositionMask?) -> ScoreSample? {
    if let mask { return ScoreSample(of: self, summary, mask: mask) }
    return sampled.withLock { made in
      if let made { return made }
      let sample = ScoreSample(of: self, summary)
      made = .some(sample)
      return sample
    }
  }

  /// A query's own filter, which must be over the index's rows.
  private func checked(_ filter: RowFilter?) throws(SearchError) -> RowFilter? {
    if let filter, filter.rows.capacity != count { throw .filterMismatch(expected: count, found: filter.rows.capacity) }
    return filter
  }
}

/// The division of a batch into tasks: groups of queries, and slabs of items when there are too few queries for all
/// threads.
///
/// The division affects only time: the answer to a query is the best of the answers of its slabs.
struct BatchPlan {
  /// The largest number of queries that share a packed tile: packing a tile costs about as much as 4 queries on it.
  /// Fewer for vectors so long that a group would exceed 16 MiB.
  /// Fewer also for so many candidates that those of a group would exceed 8 MiB.
  static func groupSize(stride: Int, k: Int) -> Int { max(24, min(1024, (4 << 20) / stride, (8 << 20) / (10 * k))) }

  let queries: Int
  let items: Int
  let groups: Int
  let slabs: Int

  init(queries: Int, items: Int, stride: Int, k: Int, threads: Int) {
    self.queries = queries
    self.items = items
    let size = BatchPlan.groupSize(stride: stride, k: k)
    let least = (queries + size - 1) / size
    if queries >= 32 * threads {
      groups = min(queries, (least + threads - 1) / threads * threads)
      slabs = 1
    } else {
      groups = least
      slabs = max(1, min(threads, items / 4096))
    }
  }

  func group(_ index: Int) -> Range<Int> { queries * index / groups..<queries * (index + 1) / groups }

  /// The items of a slab. Slabs start at blocks.
  func slab(_ index: Int) -> Range<Int> { edge(index)..<edge(index + 1) }

  private func edge(_ index: Int) -> Int {
    unsafe index == slabs ? items : items * index / slabs / QueryBlock.blockRows * QueryBlock.blockRows
  }
}

/// The keys of all answers: `k` entries for each slab and query, and the number of filled ones.
@unsafe private final class KeyTable: @unchecked Sendable {
  // Safe: one task writes each (slab, query); reads follow the end of all tasks.
  private let keys: UnsafeMutablePointer<UInt64>
  let counts: UnsafeMutablePointer<Int>
  private let slabs: Int
  private let queries: Int
  private let k: Int

  init(slabs: Int, queries: Int, k: Int) {
    unsafe self.slabs = slabs
    unsafe self.queries = queries
    unsafe self.k = k
    unsafe keys = .allocate(capacity: slabs * queries * k)
    unsafe counts = .allocate(capacity: slabs * queries)
    unsafe counts.initialize(repeating: 0, count: slabs * queries)
  }

  deinit {
    unsafe keys.deallocate()
    unsafe counts.deallocate()
  }

  func base(_ slab: Int, _ query: Int) -> UnsafeMutablePointer<UInt64> {
    unsafe keys + (slab * queries + query) * k
  }

  /// The answer to a query, best first.
  func best(of query: Int) -> ArraySlice<Neighbor> {
    var all: [UInt64] = []
    for slab in unsafe 0..<slabs {
      let count = unsafe counts[slab * queries + query]
      unsafe all.append(contentsOf: UnsafeBufferPointer(start: base(slab, query), count: count))
    }
    all.sort(by: >)
    return ArraySlice(unsafe all.prefix(k).map(RankKey.neighbor))
  }
}
