import AkinSupport
import AkinVectors
import CAkinKernels

extension HNSWIndex {
  /// Searches that one thread has under way at a time.
  ///
  /// A walk waits for memory: for each hop's links, then for their vectors. While one search waits, the others compute. By
  /// inner product most of a search is a sweep over the largest items, which are in cache: it gains nothing.
  private var lanes: Int { metric == .innerProduct ? 1 : 4 }

  /// Answers a range of queries on this thread, several at a time; each as ``search(_:by:from:k:ef:excluding:)`` would.
  func search(
    _ queries: EmbeddingMatrix, _ range: Range<Int>, k: Int, ef: Int,
    _ answer: (_ query: Int, _ neighbors: [Neighbor]) -> Void
  ) {
    guard k > 0 else { return range.forEach { answer($0, []) } }
    guard storage.entry != nil else {
      return withContext { context in
        for query in range {
          unsafe context.query.update(from: queries.base + query * queries.stride, count: dimension)
          answer(query, exact(context, by: metric, k: k, excluding: nil))
        }
      }
    }
    let beginnings = unsafe beginnings(
      of: queries.base + range.lowerBound * queries.stride, stride: queries.stride, number: range.count, by: metric,
      at: nil)
    withContexts(min(lanes, range.count)) { contexts in
      inLanes(contexts, range.count) { place, context in
        // Safe: the query lies inside the matrix.
        unsafe context.query.update(
          from: queries.base + (range.lowerBound + place) * queries.stride, count: dimension)
        begin(context, by: metric, at: beginnings[place], effort: max(1, ef), k: k)
      } end: { place, context in
        answer(range.lowerBound + place, finish(context, by: metric, k: k, excluding: nil))
      }
    }
  }

  /// Walks for `count` queries, each in the first context that is free. Each turn of a walk ends with a request to the
  /// memory, and the next begins with what that has brought.
  private func inLanes(
    _ contexts: [SearchContext], _ count: Int, begin: (Int, SearchContext) -> Void, end: (Int, SearchContext) -> Void
  ) {
    var busy = contexts.indices.map { $0 < count ? $0 : -1 }
    var next = min(contexts.count, count)
    var done = 0
    for lane in contexts.indices where busy[lane] >= 0 { begin(lane, contexts[lane]) }
    while done < count {
      for lane in contexts.indices where busy[lane] >= 0 {
        let context = contexts[lane]
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
}
