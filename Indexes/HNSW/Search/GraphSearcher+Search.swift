import AkinExhaustive
import AkinQuantization
import AkinVectors

// A query's way: width → entry points → walk → rerank → rescore. `HNSWIndex+Search` says how a request gets here.

/// What is asked of a graph: by which metric, for how many items, how widely, and which rows count.
struct GraphQuery {
  var metric: Metric
  /// How many items to return, at most as many as there are.
  var k: Int
  /// How many of the nearest candidates are expanded, at most as many as there are.
  var ef: Int
  /// Which rows may be in the answer; `nil` lets all in.
  var filter: RowFilter?

  /// Clamps `k` and `ef` to `count`.
  init(by metric: Metric, k: Int, ef: Int, filter: RowFilter? = nil, count: Int) {
    self.metric = metric
    self.k = min(k, count)
    self.ef = min(ef, count)
    self.filter = filter
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
    unsafe context.query.update(from: query, count: dimension)
    context.work = SearchWork()
    guard asked.k > 0 else { return [] }
    guard storage.entry != nil else { return exact(context, asked) }
    let width = SearchWidth(ef: asked.ef, k: asked.k, excluded: asked.filter?.excludedCount ?? 0, of: storage)
    let entryPoints = unsafe entryPoints(
      for: UnsafePointer(context.query), stride: dimension, number: 1, asked, at: node, width)
    begin(context, asked, at: entryPoints[0], width)
    context.walk()
    return answer(context, asked)
  }

  /// Finds where the walks for `number` queries begin.
  ///
  /// - Parameter node: The node to begin at, or `nil` for whatever is near the query.
  @unsafe func entryPoints(
    for queries: UnsafePointer<Float>, stride: Int, number: Int, _ asked: GraphQuery, at node: UInt32?,
    _ width: SearchWidth
  ) -> EntryPoints {
    let coordinates = unsafe codeAxes()?.rotate(queries, stride: stride, number: number)
    // A copy has no links of its own: the way from the entry leads to the first of its chain.
    if let node, storage.baseLayer.hasLinks(node) {
      return EntryPoints(coordinates: coordinates, .nodes([node], each: 1))
    }
    guard asked.metric == storage.metric else { return EntryPoints(coordinates: coordinates, .entry) }
    if let topNorm = topNormItems() {
      let k = min(asked.k + (asked.filter?.excludedCount ?? 0), count)
      let scan = unsafe topNorm.scan(
        queries, stride: stride, number: number, rows: storage.prefix(ef: width.requestedEf),
        capacity: width.capacity, k: min(k, width.capacity), of: storage)
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

  /// Makes a context ready to walk layer 0 for its query.
  func begin(_ context: SearchContext, _ asked: GraphQuery, at entryPoint: EntryPoints.One, _ width: SearchWidth) {
    let scorer = unsafe NodeScorer(UnsafePointer(context.query), by: asked.metric, in: storage)
      .byCodes(of: storage, metric: asked.metric, coordinates: entryPoint.coordinates, context)
    switch entryPoint.start {
    case .scan(let scan, let candidates):
      context.begin(on: storage.baseLayer, scorer, width)
      context.start(from: scan, candidates)
    case .nodes(let nodes) where nodes.first ?? Layer.noNode < count:
      context.begin(on: storage.baseLayer, scorer, width)
      context.start(at: nodes)
    case .nodes, .entry:
      let start = context.descend(
        from: storage.entry?.slot ?? 0, on: storage.upperLayers.count, to: 0, scorer, layer: storage.layer)
      context.begin(on: storage.baseLayer, scorer, width)
      context.start(at: [start])
    }
  }

  /// The answer of a context whose walk is over: its candidates reranked by the vectors, then rescored in float64. Where
  /// these are fewer than `k` though more items are left, the exact scan answers.
  func answer(_ context: SearchContext, _ asked: GraphQuery) -> [Neighbor] {
    context.visited.removeAll()
    let isScored = rerank(context, asked)
    let found = rescore(context, asked, isScored: isScored)
    let left = min(asked.k, asked.filter?.allowedCount ?? count)
    return found.count < left ? exact(context, asked) : found
  }

  /// The exact answer for a context's query.
  func exact(_ context: SearchContext, _ asked: GraphQuery) -> [Neighbor] {
    // Safe: the context's query has `dimension` floats and is this thread's alone.
    let query = unsafe Span(_unsafeStart: UnsafePointer(context.query), count: dimension)
    let request = SearchRequest(k: asked.k, effort: .exact, filter: asked.filter)
    return (try? exhaustive(by: asked.metric).nearest(to: query, request)) ?? []
  }
}
