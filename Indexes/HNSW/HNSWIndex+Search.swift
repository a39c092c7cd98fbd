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
  ///   - ef: How many candidates the search follows the links of: a larger `ef` misses fewer of the true nearest and
  ///     takes longer, roughly in proportion. Less than `k` is possible, where a low recall will do.
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
      search(queries, range, k: min(k, count), ef: min(ef, count)) { query, found, _ in answer(query, found) }
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
    guard ef >= 1 else { throw .badEffort(ef: ef) }
  }

  /// Searches for `context.query` by a metric, from a node of the graph or from the top.
  func search(
    _ context: SearchContext, by metric: Metric, from node: UInt32?, k: Int, ef: Int, excluding excluded: RowSet?
  ) -> [Neighbor] {
    // Whoever asks for more than there are wants all that there are.
    let (k, ef) = (min(k, count), min(ef, count))
    guard k > 0 else { return [] }
    guard storage.entry != nil else { return exact(context, by: metric, k: k, excluding: excluded) }
    let breadth = SearchWidth(ef: ef, k: k, excluded: excluded?.count ?? 0, of: self)
    let beginnings = unsafe beginnings(
      of: UnsafePointer(context.query), stride: dimension, number: 1, by: metric, at: node, breadth,
      k: min(k + (excluded?.count ?? 0), count))
    begin(context, by: metric, at: beginnings[0], breadth)
    while advance(context) { absorb(context) }
    return finish(context, by: metric, k: k, excluding: excluded)
  }

  /// What the walks for `number` queries begin with.
  ///
  /// - Parameter node: The node to begin at, or `nil` for whatever is near the query.
  @unsafe func beginnings(
    of queries: UnsafePointer<Float>, stride: Int, number: Int, by metric: Metric, at node: UInt32?,
    _ breadth: SearchWidth, k: Int
  ) -> EntryPoints {
    let coordinates = unsafe codeAxes()?.turn(queries, stride: stride, number: number, kernels: kernels.pointee)
    // A copy has no links of its own: the way from the top leads to the first of its chain.
    if let node, storage.ground.hasLinks(node) { return EntryPoints(coordinates: coordinates, at: node) }
    guard metric == storage.metric else { return EntryPoints(coordinates: coordinates) }
    if let largest = largestItems() {
      return unsafe EntryPoints(
        coordinates: coordinates,
        sweeps: largest.sweep(
          queries, stride: stride, number: number,
          rows: storage.swept(following: breadth.asked), kept: breadth.kept, k: min(k, breadth.kept), of: storage,
          kernels: kernels.pointee))
    }
    guard let landmarks = landmarks() else { return EntryPoints(coordinates: coordinates) }
    let nearest =
      unsafe coordinates.map { turned in
        unsafe landmarks.nearest(
          to: turned.matrix.base, stride: turned.matrix.stride, dimension: turned.matrix.dimension, number: number,
          kernels: kernels.pointee)
      }
      ?? landmarks.nearest(
        to: queries, stride: stride, dimension: dimension, number: number, kernels: kernels.pointee)
    return EntryPoints(coordinates: coordinates, at: nearest, each: Landmarks.starts)
  }

  /// Makes a context ready to walk for its query.
  func begin(_ context: SearchContext, by metric: Metric, at beginning: EntryPoints.One, _ breadth: SearchWidth) {
    let probe = coded(
      probe(for: context, by: metric), for: context, by: metric, coordinates: beginning.coordinates)
    context.probe = probe
    context.breadth = breadth
    let kept = breadth.kept
    context.level = 0
    context.isComplete = false
    context.end = .max
    context.cursor = 0
    context.fresh = 0
    context.work = SearchWork()
    let ground = storage.ground
    if let (found, pool) = beginning.sweep {
      context.start(from: found, pool, ef: kept)
    } else if beginning.nodes.first ?? Layer.noNode < count {
      context.start(at: beginning.nodes, on: ground, probe, ef: kept)
    } else {
      let point = storage.entry?.point ?? 0
      context.level = storage.upper.count
      context.start(at: point, on: layer(context.level), probe, ef: context.level == 0 ? kept : 1)
    }
  }

  private func layer(_ level: Int) -> Layer { level == 0 ? storage.ground : storage.upper[level - 1] }

  /// The first half of a context's next hop, on whatever layer it is; `false` when its walk is over.
  @inline(__always)
  func advance(_ context: SearchContext) -> Bool {
    if context.isComplete { return false }
    while true {
      if context.advance(layer(context.level)) { return true }
      guard context.level > 0, let probe = context.probe else { return false }
      // The nearest point of a layer is where the next one begins.
      let point = layer(context.level).below(unsafe Candidate.node(context.pool[0]))
      context.forget()
      context.level -= 1
      context.cursor = 0
      context.start(
        at: point, on: layer(context.level), probe, ef: context.level == 0 ? context.breadth.kept : 1)
    }
  }

  /// The second half.
  @inline(__always)
  func absorb(_ context: SearchContext) {
    guard let probe = context.probe else { return }
    context.absorb(layer(context.level), probe, ef: context.level == 0 ? context.breadth.kept : 1)
  }

  /// Asks the memory for what the second half will read.
  @inline(__always)
  func fetch(_ context: SearchContext) {
    guard let probe = context.probe else { return }
    context.fetch(layer(context.level), probe)
  }

  /// The answer of a context whose walk is over.
  func finish(_ context: SearchContext, by metric: Metric, k: Int, excluding excluded: RowSet?) -> [Neighbor] {
    context.forget()
    var isExact = false
    if context.probe?.codes != nil {
      let length =
        metric == .euclidean ? 1 : unsafe kernels.pointee.dot(context.query, context.query, dimension).squareRoot()
      let doubt = storage.codeError.bias + storage.codeError.spread * certainty(context.breadth.expanded, k)
      var probe = probe(for: context, by: metric)
      // The walk is over: the code's place is free.
      unsafe probe.codes = storage.bytes?.probe(context.query, context.code, kernels: kernels.pointee)
      isExact = probe.codes != nil
      context.settle(probe, k: k, doubt: doubt * length)
    }
    let found = rank(context, by: metric, isExact: isExact, k: k, excluding: excluded)
    let eligible = count - (excluded?.count ?? 0)
    return found.count < min(k, eligible) ? exact(context, by: metric, k: k, excluding: excluded) : found
  }

  func exact(_ context: SearchContext, by metric: Metric, k: Int, excluding excluded: RowSet?) -> [Neighbor] {
    // Safe: the context's query has `dimension` floats and is this thread's alone.
    let query = unsafe Span(_unsafeStart: UnsafePointer(context.query), count: dimension)
    return (try? exhaustive(by: metric).nearest(to: query, k: k, excluding: excluded)) ?? []
  }

  private func probe(for context: SearchContext, by metric: Metric) -> NodeScorer {
    let (gather, rule, column): (NodeScorer.Gather, NodeScorer.Rule, UnsafePointer<Float>?) =
      switch metric {
      case .euclidean: unsafe (kernels.pointee.squared_euclidean_gather, .plain, nil)
      case .cosine: unsafe (kernels.pointee.dot_gather, .divided, storage.norms)
      case .innerProduct:
        unsafe (kernels.pointee.dot_gather, storage.biases == nil ? .negated : .biased, storage.biases)
      }
    return unsafe NodeScorer(
      query: UnsafePointer(context.query), base: storage.items.base, stride: storage.items.stride,
      dimension: dimension, gather: gather, rule: rule, column: column, merge: kernels.pointee.beam_insert, codes: nil)
  }

  /// The same probe by codes, where the index has them.
  private func coded(
    _ probe: NodeScorer, for context: SearchContext, by metric: Metric, coordinates: QueryCoordinates.Row?
  ) -> NodeScorer {
    guard let codes = unsafe storage.codes else { return probe }
    // Under cosine the codes are of vectors of length 1: nothing is left to divide by.
    let rule: NodeScorer.Rule = storage.metric == .cosine ? .negated : probe.rule
    return unsafe NodeScorer(
      query: probe.query, base: probe.base, stride: probe.stride, dimension: probe.dimension, gather: probe.gather,
      rule: rule, column: probe.column, merge: probe.merge,
      codes: context.codeProbe(codes, by: metric, coordinates: coordinates, kernels: kernels.pointee))
  }

  /// Scores the pool's candidates in float64, nearest first, until no other can be among the best `k`, and returns those
  /// that are not excluded, copies among them.
  ///
  /// The pool was measured in float32: a candidate is left out only when it is farther from the `k`-th best than that can be
  /// wrong.
  ///
  /// - Parameter isExact: Whether the pool's distances are scores already.
  private func rank(
    _ context: SearchContext, by metric: Metric, isExact: Bool, k: Int, excluding excluded: RowSet?
  ) -> [Neighbor] {
    let scorer = unsafe CanonicalScorer(
      metric: metric, query: context.query, dimension: dimension, kernels: kernels)
    let scale = metric == .cosine ? Float(scorer.queryNorm) : 1
    let doubt = metric == .euclidean ? 0 : Float(scorer.queryNorm) * storage.normBound * 0x1p-18
    context.reserve(best: k)
    let (base, stride, bytes) = unsafe (storage.items.base, storage.items.stride, 4 * dimension)
    var size = 0
    var limit = Float.infinity
    defer { context.forget() }
    for place in 0..<context.poolCount {
      let candidate = unsafe context.pool[place]
      if Candidate.distance(candidate) > limit { break }
      if !isExact && place + 2 < context.poolCount {
        var next = Candidate.node(unsafe context.pool[place + 2])
        unsafe akin_prefetch_table(base, 4 * stride, bytes, &next, 1)
      }
      var node: UInt32? = Candidate.node(candidate)
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
        let score =
          unsafe isExact
          ? -Candidate.distance(candidate) : scorer.score(base + Int(current) * stride, bias: bias)
        guard !score.isNaN else { continue }
        context.keepBest(RankKey.make(score: score, row: row), size: &size, limit: k)
        copies += 1
      }
      if size == k {
        let kth = -(unsafe RankKey.score(context.best[k - 1])) * scale
        limit = kth + doubt + kth.magnitude * 0x1p-18
      }
    }
    return (0..<size).map { RankKey.neighbor(unsafe context.best[$0]) }
  }

  /// Standard deviations of a code's error that count as likely: more for whoever looks at more candidates.
  private func certainty(_ effort: Int, _ k: Int) -> Float {
    2 + 0.5 * Float(log(max(1, Double(effort) / Double(k))) / log(2))
  }
}
