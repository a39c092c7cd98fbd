import AkinExhaustive
import AkinSupport
import AkinVectors
import CAkinKernels

extension HNSWIndex {
  /// The `ef` that is used where none is given.
  public static let defaultEffort = 64

  public func nearest(to query: Span<Float>, k: Int, excluding excluded: RowSet?) throws(SearchError) -> [Neighbor] {
    try nearest(to: query, k: k, ef: max(k, HNSWIndex.defaultEffort), excluding: excluded)
  }

  /// Returns `k` items with the best scores that the graph finds, best first; equal scores come in row order.
  ///
  /// Fewer than `k` only when there are no more; should the graph find too few, the exact scan answers.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - k: At least 1.
  ///   - ef: How many candidates the search keeps, at least `k`: a larger `ef` misses fewer of the true nearest and
  ///     takes longer, roughly in proportion.
  ///   - excluded: Embeddings rows that must not be in the result, or `nil`.
  /// - Complexity: About O(`ef` · M · log(`ef`)) and as many distances; at most every item once.
  public func nearest(
    to query: Span<Float>, k: Int, ef: Int, excluding excluded: RowSet? = nil
  ) throws(SearchError) -> [Neighbor] {
    try check(k: k, ef: ef)
    try query.checkQuery(dimension: dimension)
    return withContext { context in
      for component in 0..<query.count { unsafe context.query[component] = query[component] }
      return search(context, by: metric, from: nil, k: k, ef: ef, excluding: excluded)
    }
  }

  /// Answers each row of `queries`; see ``nearest(to:k:ef:excluding:)``. The answers do not depend on the threads.
  ///
  /// The table has `min(k, count)` places a query.
  public func nearest(
    toEach queries: EmbeddingMatrix, k: Int, ef: Int, execution: Execution
  ) throws -> NeighborTable {
    try check(k: k, ef: ef)
    for row in 0..<queries.count {
      try queries.withRow(Row(row)) { query throws(SearchError) in
        try query.checkQuery(dimension: dimension, index: row)
      }
    }
    return try NeighborTable(queryCount: queries.count, k: min(k, count), execution: execution) { range, answer in
      withContext { context in
        for query in range {
          unsafe context.query.update(from: queries.base + query * queries.stride, count: dimension)
          answer(query, search(context, by: metric, from: nil, k: k, ef: ef, excluding: nil))
        }
      }
    }
  }

  /// Returns the `k` items most like one of the index's own, without itself, by ``relatedMetric``.
  ///
  /// - Parameter row: The item's embeddings row. An item without a direction (a zero vector) is like nothing.
  public func related(
    to row: Row, k: Int, ef: Int, excluding excluded: RowSet? = nil
  ) throws(SearchError) -> [Neighbor] {
    try check(k: k, ef: ef)
    guard let node = storage.node(of: row.index) else { return [] }
    var excluded = excluded ?? RowSet(capacity: count)
    excluded.insert(row)
    return withContext { context in
      unsafe context.query.update(from: storage.items.base + Int(node) * storage.items.stride, count: dimension)
      return search(context, by: relatedMetric, from: node, k: k, ef: ef, excluding: excluded)
    }
  }

  private func check(k: Int, ef: Int) throws(SearchError) {
    guard k >= 1 else { throw .badCount(k: k) }
    guard ef >= k else { throw .effortBelowCount(ef: ef, k: k) }
  }

  /// Searches for `context.query` by a metric, from a node of the graph or from the top.
  func search(
    _ context: SearchContext, by metric: Metric, from node: UInt32?, k: Int, ef: Int, excluding excluded: RowSet?
  ) -> [Neighbor] {
    // Whoever asks for more than there are wants all that there are.
    let (k, ef) = (min(k, count), min(ef, count))
    guard k > 0 else { return [] }
    guard let entry = storage.entry else { return exact(context, by: metric, k: k, excluding: excluded) }
    // Excluded items take places in the pool; give them places of their own, as far as that is cheaper than a scan.
    let extra = min(excluded?.count ?? 0, 4 * ef)
    let effort = max(1, min(ef + extra, count))
    let exactly = probe(for: context, by: metric)
    let probe = coded(exactly, for: context, by: metric)
    let ground = storage.ground
    // A copy has no links of its own: the way from the top leads to the first of its chain.
    if let node, ground.hasLinks(node) {
      context.start(at: node, on: ground, probe, ef: effort)
    } else if metric == .innerProduct && storage.seeds > 0 {
      unsafe context.start(
        onFirst: min(storage.seeds, count), probe, biases: storage.biases, kernels: kernels.pointee, ef: effort)
    } else {
      var point = entry.point
      for layer in storage.upper.reversed() {
        point = context.descend(from: point, on: layer, probe)
        point = layer.below(point)
      }
      context.start(at: point, on: ground, probe, ef: effort)
    }
    context.walk(ground, probe, ef: effort)
    context.forget()
    if probe.codes != nil { context.settle(exactly) }
    let found = rank(context, by: metric, k: k, excluding: excluded)
    let eligible = count - (excluded?.count ?? 0)
    return found.count < min(k, eligible) ? exact(context, by: metric, k: k, excluding: excluded) : found
  }

  private func exact(_ context: SearchContext, by metric: Metric, k: Int, excluding excluded: RowSet?) -> [Neighbor] {
    // Safe: the context's query has `dimension` floats and is this thread's alone.
    let query = unsafe Span(_unsafeStart: UnsafePointer(context.query), count: dimension)
    return (try? exhaustive(by: metric).nearest(to: query, k: k, excluding: excluded)) ?? []
  }

  private func probe(for context: SearchContext, by metric: Metric) -> Probe {
    let (gather, rule, column): (Probe.Gather, Probe.Rule, UnsafePointer<Float>?) =
      switch metric {
      case .euclidean: unsafe (kernels.pointee.squared_euclidean_gather, .plain, nil)
      case .cosine: unsafe (kernels.pointee.dot_gather, .divided, storage.norms)
      case .innerProduct:
        unsafe (kernels.pointee.dot_gather, storage.biases == nil ? .negated : .biased, storage.biases)
      }
    return unsafe Probe(
      query: UnsafePointer(context.query), base: storage.items.base, stride: storage.items.stride,
      dimension: dimension, gather: gather, rule: rule, column: column, codes: nil)
  }

  /// The same probe by codes, where the index has them.
  private func coded(_ probe: Probe, for context: SearchContext, by metric: Metric) -> Probe {
    guard let codes = unsafe storage.codes else { return probe }
    // Under cosine the codes are of vectors of length 1: nothing is left to divide by.
    let rule: Probe.Rule = storage.metric == .cosine ? .negated : probe.rule
    return unsafe Probe(
      query: probe.query, base: probe.base, stride: probe.stride, dimension: probe.dimension, gather: probe.gather,
      rule: rule, column: probe.column, codes: context.codeProbe(codes, by: metric, kernels: kernels.pointee))
  }

  /// Scores the pool's best candidates exactly and returns the best `k` that are not excluded, copies among them.
  private func rank(_ context: SearchContext, by metric: Metric, k: Int, excluding excluded: RowSet?) -> [Neighbor] {
    let scorer = unsafe CanonicalScorer(
      metric: metric, query: context.query, dimension: dimension, kernels: kernels)
    var keys: [UInt64] = []
    keys.reserveCapacity(k + HNSWIndex.margin)
    var accepted = 0
    defer { context.forget() }
    for place in 0..<context.poolCount {
      if accepted >= k + HNSWIndex.margin { break }
      var node: UInt32? = Candidate.node(unsafe context.pool[place])
      var copies = 0
      // A node that was here before came with the rest of its chain.
      while let current = node, copies < k, context.visitNew(current) {
        node = storage.copy(after: current)
        guard let row = storage.row(of: current) else {
          context.sawDamage = true
          continue
        }
        if excluded?.contains(Row(row)) == true { continue }
        let bias = unsafe storage.biases.map { unsafe $0[Int(current)] } ?? 0
        let score = unsafe scorer.score(storage.items.base + Int(current) * storage.items.stride, bias: bias)
        guard !score.isNaN else { continue }
        keys.append(RankKey.make(score: score, row: row))
        copies += 1
      }
      accepted += copies
    }
    keys.sort(by: >)
    return keys.prefix(k).map(RankKey.neighbor)
  }

  /// Candidates scored beyond the `k`-th: float32 and float64 may disagree about the order of near ties.
  private static let margin = 8
}
