import AkinExhaustive
import AkinSupport
import AkinVectors
import CAkinKernels

extension HNSWIndex {
  /// Chooses how to answer so that recall@k is at least `recall`, as far as the index measured itself when it was
  /// built.
  ///
  /// The cheapest way that was measured to be good enough (``MeasuredRecall/assured``); the exact scan for a recall of 1,
  /// where no measured `ef` reaches it, for a `k` beyond those measured, and for an index without measurements. A larger
  /// `recall` never gets a plan with a smaller one. An answer that ties with a true one counts as found. What it
  /// promises holds for queries like those that were measured (see ``QueryFamily``).
  ///
  /// - Parameters:
  ///   - k: At least 1.
  ///   - recall: Above 0, at most 1.
  ///   - question: What will be asked.
  ///   - isBatch: Whether many queries are asked in one call, which the exact scan answers faster than one by one.
  /// - Complexity: O(measurements), at most some hundreds; the first call reads them.
  public func plan(
    k: Int, recall: Double, question: Question = .nearest, isBatch: Bool = false
  ) throws(SearchError) -> SearchPlan {
    guard k >= 1 else { throw .badCount(k: k) }
    guard recall > 0, recall <= 1 else { throw .badRecall(recall) }
    guard count > 0, let certificate else { return .unmeasured }
    // Where likeness and score are one metric, a search for related items starts at its goal: no harder than any other.
    let measured = relatedMetric == metric ? .nearest : question
    return certificate.plan(
      k: min(k, count), recall: recall, of: measured, isBatch: isBatch, cost: searchCost(measured))
  }

  /// Returns `k` items with the best scores, best first, by the way that ``plan(k:recall:question:isBatch:)`` chooses.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - recall: The share of the true `k` best that the answer shall hold on average over many queries: above 0, at most
  ///     1, which is exact.
  ///   - excluded: Embeddings rows that must not be in the result, or `nil`.
  public func nearest(
    to query: Span<Float>, k: Int, recall: Double, excluding excluded: RowSet? = nil
  ) throws(SearchError) -> [Neighbor] {
    switch try plan(k: k, recall: recall).way {
    case .exact: try exhaustive().nearest(to: query, k: k, excluding: excluded)
    case .graph(let ef): try nearest(to: query, k: k, ef: ef, excluding: excluded)
    }
  }

  /// Answers each row of `queries`; see ``nearest(to:k:recall:excluding:)``. The answers do not depend on the threads.
  ///
  /// The table has `min(k, count)` places a query.
  public func nearest(
    toEach queries: EmbeddingMatrix, k: Int, recall: Double, execution: Execution = Execution()
  ) throws -> NeighborTable {
    switch try plan(k: k, recall: recall, isBatch: true).way {
    case .exact: try exhaustive().nearest(toEach: queries, k: k, execution: execution)
    case .graph(let ef): try nearest(toEach: queries, k: k, ef: ef, execution: execution)
    }
  }

  /// Returns the `k` items most like one of the index's own, without itself, by ``relatedMetric``.
  ///
  /// - Parameter row: The item's embeddings row. An item without a direction (a zero vector) is like nothing.
  public func related(
    to row: Row, k: Int, recall: Double, excluding excluded: RowSet? = nil
  ) throws(SearchError) -> [Neighbor] {
    switch try plan(k: k, recall: recall, question: .related).way {
    case .graph(let ef): return try related(to: row, k: k, ef: ef, excluding: excluded)
    case .exact:
      guard let vector = vector(of: row) else { return [] }
      var excluded = excluded ?? RowSet(capacity: count)
      excluded.insert(row)
      return try exhaustive(by: relatedMetric).nearest(to: vector.span, k: k, excluding: excluded)
    }
  }

  /// What a query of this index costs.
  func searchCost(_ question: Question) -> SearchCost {
    SearchCost(
      dimension: dimension, codeWidth: unsafe storage.codes?.book.width ?? 0,
      seeds: question == .nearest ? storage.seeds : 0, links: storage.ground.width, items: count,
      rates: unsafe kernels.pointee.level == AKIN_AVX512 ? .wide : .narrow)
  }

  /// Answers a range of a measurement's queries.
  ///
  /// - Parameter answer: Gets what was found for a query, and the work that took.
  func search(
    _ set: QuerySet, _ range: Range<Int>, k: Int, ef: Int,
    _ answer: (_ query: Int, _ neighbors: [Neighbor], _ work: SearchWork) -> Void
  ) {
    guard let nodes = set.nodes else { return search(set.vectors, range, k: k, ef: ef, answer) }
    withContext { context in
      for query in range {
        unsafe context.query.update(from: set.vectors.base + query * set.vectors.stride, count: dimension)
        let found = search(
          context, by: relatedMetric, from: nodes[query], k: k, ef: ef,
          excluding: RowSet([Row(nodes[query])], capacity: count))
        answer(query, found, context.work)
      }
    }
  }
}
