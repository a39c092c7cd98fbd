import AkinExhaustive
import AkinQuantization
import AkinVectors

// The steps of a query: width → entry points → walk → rerank → rescore. `HNSWIndex+Search` shows the steps before.

/// A query of a graph: metric, number of items, ef, and the items that may be in the answer.
struct GraphQuery {
  var metric: Metric
  /// The number of items to return, at most `count`.
  var k: Int
  /// The number of nearest candidates to expand, at most `count`.
  var ef: Int
  /// The rows that may be in the answer, but for ``omitted``; `nil` allows all.
  var allowed: AllowedRows?
  /// The row of the item that is asked about, which is in no answer.
  var omitted: UInt32?
  /// Whether the beam has all the room that the filter may need.
  var isWide = false
  /// Whether the rows that the filter leaves out lie among the others everywhere.
  var isEven = false
  /// The items of the shared filter, by node: `nil` where it excludes few, so that each candidate is looked up.
  var items: AllowedItems?

  /// Clamps `k` and `ef` to `count`.
  init(by metric: Metric, k: Int, ef: Int, omitting omitted: UInt32? = nil, count: Int) {
    self.metric = metric
    self.k = min(k, count)
    self.ef = min(ef, count)
    self.omitted = omitted
  }

  /// The query of a request.
  init(_ request: SearchRequest, by metric: Metric, ef: Int, of searcher: GraphSearcher) {
    self.init(by: metric, k: request.k, ef: ef, count: searcher.count)
    allowed = request.allowedRows()
    isEven = request.alwaysPreparesFilter
    items = searcher.exhaustive(by: searcher.storage.metric).allowedItems(
      by: request.filter, always: request.alwaysPreparesFilter)
  }

  /// The number of items that are not allowed and that the walk does not look for by a mask.
  var excludedCount: Int {
    (items == nil ? allowed?.shared?.excludedCount ?? 0 : 0) + (allowed?.own?.excludedCount ?? 0)
      + (omitted == nil ? 0 : 1)
  }

  /// Whether a row may be in the answer.
  @inline(__always)
  func allows(_ row: UInt32) -> Bool { row != omitted && (allowed?.allows(Row(row)) ?? true) }

  /// Whether at least `least` of `count` rows may be in the answer.
  func allows(atLeast least: Int, of count: Int) -> Bool {
    let needed = least + (omitted.map { allowed?.allows(Row($0)) ?? true } ?? false ? 1 : 0)
    return allowed?.allows(atLeast: needed) ?? (count >= needed)
  }

  /// The share of the items that the shared filter allows.
  var allowedShare: Double {
    items.map { Double(max(1, $0.allowedCount)) / Double(max(1, $0.count)) } ?? 1
  }
}

extension GraphSearcher {
  /// Answers one query: `k` items while the filter lets so many in, best first.
  ///
  /// - Parameters:
  ///   - query: ``dimension`` finite components.
  ///   - node: The node to begin at, or `nil` for whatever is near the query.
  ///   - context: Nobody else's; its ``SearchContext/work`` says afterwards what the search did.
  @unsafe func search(
    _ query: UnsafePointer<Float>, _ asked: GraphQuery, from node: UInt32? = nil, _ context: SearchContext
  ) -> [Neighbor] {
    unsafe context.load(query, dimension, for: asked.metric)
    context.work = SearchWork()
    guard asked.k > 0 else { return [] }
    guard storage.entry != nil else { return exact(context, asked) }
    let width = SearchWidth(asked, of: storage)
    let entryPoints = unsafe entryPoints(
      for: UnsafePointer(context.query), stride: dimension, number: 1, asked, at: node, width)
    begin(context, asked, at: entryPoints[0], width)
    repeat { context.walk() } while context.widen()
    if context.isOpposed && width.isNarrow { return unsafe searchAgain(query, asked, from: node, context) }
    return answer(context, asked)
  }

  /// Answers a query whose beam had too little room for the filter.
  @unsafe func searchAgain(
    _ query: UnsafePointer<Float>, _ asked: GraphQuery, from node: UInt32? = nil, _ context: SearchContext
  ) -> [Neighbor] {
    var asked = asked
    asked.isWide = true
    context.visited.removeAll()
    return unsafe search(query, asked, from: node, context)
  }

  /// Finds where the walks for `number` queries begin.
  ///
  /// - Parameter node: The node to begin at, or `nil` for whatever is near the query.
  @unsafe func entryPoints(
    for queries: UnsafePointer<Float>, stride: Int, number: Int, _ asked: GraphQuery, at node: UInt32?,
    _ width: SearchWidth
  ) -> EntryPoints {
    // Codes are for one metric.
    let axes = asked.metric == storage.metric ? codeAxes() : nil
    let coordinates = unsafe axes?.rotate(queries, stride: stride, number: number)
    let starts = node.map { storage.starts(relatedTo: $0) } ?? []
    if !starts.isEmpty {
      return EntryPoints(coordinates: coordinates, .nodes(starts, each: starts.count))
    }
    guard asked.metric == storage.metric else { return EntryPoints(coordinates: coordinates, .entry) }
    if let topNorm = topNormItems() {
      let rows = Double(storage.prefix(ef: width.requestedEf)) / asked.allowedShare
      let scan = unsafe topNorm.scan(
        queries, stride: stride, number: number, rows: Int(min(rows, Double(count))),
        capacity: width.scanned, k: min(asked.k, width.scanned), allowed: NodeFilter(asked, of: storage), of: storage)
      return EntryPoints(coordinates: coordinates, .scan(scan))
    }
    guard let landmarks = landmarks() else { return EntryPoints(coordinates: coordinates, .entry) }
    let nearest =
      unsafe coordinates.map { rotated in
        unsafe landmarks.nearest(
          to: rotated.matrix.base, stride: rotated.matrix.stride, dimension: rotated.matrix.dimension, number: number)
      } ?? landmarks.nearest(to: queries, stride: stride, dimension: dimension, number: number)
    return EntryPoints(coordinates: coordinates, .nodes(nearest, each: Landmarks.starts))
  }

  /// Prepares a context to walk layer 0 for its query.
  func begin(_ context: SearchContext, _ asked: GraphQuery, at entryPoint: EntryPoints.One, _ width: SearchWidth) {
    context.allowed = asked.items?.mask
    let plain = unsafe NodeScorer(UnsafePointer(context.query), by: asked.metric, in: storage, context.decoded)
    if case .scan(let scan, let candidates) = entryPoint.start, scan.isComplete {
      // No walk follows, and the candidates have been scored by vectors.
      context.begin(on: storage.baseLayer, plain, width)
      return context.start(from: scan, candidates)
    }
    let scorer = plain.byCodes(
      of: storage, metric: asked.metric, coordinates: entryPoint.coordinates, context)
    switch entryPoint.start {
    case .scan(let scan, let candidates):
      context.begin(on: storage.baseLayer, scorer, width)
      context.start(from: scan, candidates)
    case .nodes(let nodes) where nodes.first ?? Layer.noNode < count:
      context.begin(on: storage.baseLayer, scorer, width)
      context.start(at: nodes)
    case .nodes, .entry:
      context.allowed = nil
      let start = context.descend(
        from: storage.entry?.slot ?? 0, on: storage.upperLayers.count, to: 0, scorer, layer: storage.layer)
      context.allowed = asked.items?.mask
      context.begin(on: storage.baseLayer, scorer, width)
      context.start(at: [start])
    }
  }

  /// The answer after a walk: candidates reranked by vectors, then rescored in float64. The exact scan answers where
  /// these are fewer than `k` but more items are allowed, or where the filter opposes the query: few of the items around it
  /// are allowed.
  func answer(_ context: SearchContext, _ asked: GraphQuery) -> [Neighbor] {
    context.visited.removeAll()
    if context.allowed != nil {
      if context.isOpposed { return exact(context, asked) }
      context.keepAllowed(storage)
    }
    let isScored = rerank(context, asked)
    let found = rescore(context, asked, isScored: isScored)
    guard found.count < asked.k, asked.allows(atLeast: found.count + 1, of: count) else { return found }
    return exact(context, asked)
  }

  /// The exact answer to the query of a context.
  func exact(_ context: SearchContext, _ asked: GraphQuery) -> [Neighbor] {
    // Safe: the query has `dimension` floats and belongs to this thread.
    let query = unsafe Span(_unsafeStart: UnsafePointer(context.query), count: dimension)
    var request = SearchRequest(k: asked.k, effort: .exact, filter: asked.allowed?.shared)
    if let own = asked.allowed?.own { request = request.narrowed(by: own) }
    if let omitted = asked.omitted { request = request.excluding(RowSet([Row(omitted)], capacity: count)) }
    return (try? exhaustive(by: asked.metric).nearest(to: query, request)) ?? []
  }
}
