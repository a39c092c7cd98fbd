import AkinSupport
import AkinVectors
import CAkinKernels

extension HNSWIndex {
  /// Searches that one thread has under way at a time.
  ///
  /// By inner product most of a search is a sweep over the largest items, which are in cache: it gains nothing.
  private var lanes: Int { storage.seeds > 0 ? 1 : 4 }

  /// Answers a range of queries on this thread, several at a time; each as ``search(_:by:from:k:ef:excluding:)`` would.
  ///
  /// - Parameter answer: Gets what was found for a query, and the work that took.
  func search(
    _ queries: EmbeddingMatrix, _ range: Range<Int>, k: Int, ef: Int,
    _ answer: (_ query: Int, _ neighbors: [Neighbor], _ work: SearchWork) -> Void
  ) {
    guard k > 0 else { return range.forEach { answer($0, [], SearchWork()) } }
    guard storage.entry != nil else {
      return withContext { context in
        for query in range {
          unsafe context.query.update(from: queries.base + query * queries.stride, count: dimension)
          answer(query, exact(context, by: metric, k: k, excluding: nil), SearchWork())
        }
      }
    }
    let breadth = SearchWidth(ef: ef, k: k, excluded: 0, of: self)
    if storage.seeds > 0, range.count > TopNormItems.block {
      // Queries that are swept together; their candidates stay in cache.
      for first in stride(from: range.lowerBound, to: range.upperBound, by: TopNormItems.block) {
        search(queries, first..<min(first + TopNormItems.block, range.upperBound), k: k, ef: ef, answer)
      }
      return
    }
    let beginnings = unsafe beginnings(
      of: queries.base + range.lowerBound * queries.stride, stride: queries.stride, number: range.count, by: metric,
      at: nil, breadth, k: k)
    withContexts(min(lanes, range.count)) { contexts in
      walkInLanes(contexts, count: range.count) { place, context in
        // Safe: the query lies inside the matrix.
        unsafe context.query.update(
          from: queries.base + (range.lowerBound + place) * queries.stride, count: dimension)
        begin(context, by: metric, at: beginnings[place], breadth)
      } advance: {
        advance($0)
      } fetch: {
        fetch($0)
      } absorb: {
        absorb($0)
      } end: { place, context in
        let found = finish(context, by: metric, k: k, excluding: nil)
        answer(range.lowerBound + place, found, context.work)
      }
    }
  }
}

/// Runs `count` walks on this thread, several at a time, each in the first context that is free.
///
/// A walk waits for memory: for each hop's links, then for their vectors. Each turn of one ends with a request to the memory,
/// and while that is on its way the others compute.
///
/// - Parameters:
///   - begin: Makes a context ready for a walk.
///   - advance: The first half of a context's next hop; `false` when its walk is over.
///   - fetch: Asks the memory for what the second half will read.
///   - absorb: The second half.
///   - end: Takes what a walk found.
@inline(__always)
func walkInLanes(
  _ contexts: [SearchContext], count: Int, begin: (Int, SearchContext) -> Void, advance: (SearchContext) -> Bool,
  fetch: (SearchContext) -> Void, absorb: (SearchContext) -> Void, end: (Int, SearchContext) -> Void
) {
  var busy = contexts.indices.map { $0 < count ? $0 : -1 }
  var next = min(contexts.count, count)
  var done = 0
  for lane in contexts.indices where busy[lane] >= 0 { begin(lane, contexts[lane]) }
  // Safe: the array holds the contexts for as long as this runs. To count references at each turn takes 3 % of a search.
  let lanes = unsafe contexts.map { unsafe Unmanaged.passUnretained($0) }
  while done < count {
    for lane in contexts.indices where busy[lane] >= 0 {
      unsafe lanes[lane]._withUnsafeGuaranteedRef { context in
        if context.fresh > 0 {
          absorb(context)
        } else if advance(context) {
          fetch(context)
        } else {
          end(busy[lane], context)
          done += 1
          busy[lane] = next < count ? next : -1
          if next < count { begin(next, context) }
          next += 1
        }
      }
    }
  }
  withExtendedLifetime(contexts) {}
}
