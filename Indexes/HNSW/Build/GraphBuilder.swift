import AkinSupport
import AkinVectors

/// Inserts nodes in batches that double (ParlayANN, Manohar et al. 2023, section 3): within a batch every node searches the
/// graph as it stood before, so the result depends on no thread.
///
/// Cost: each insertion measures about `efConstruction` × 5 to 8 distances on the ground layer; with wide vectors nearly all
/// time is spent there. Benchmark: `Tools/bench/graph/run.py`, the column "build s".
struct GraphBuilder {
  let space: BuildVectors
  let draft: GraphDraft
  let efConstruction: Int
  let execution: Execution

  /// The largest batch, as a share of the nodes: small enough that batch mates rarely miss each other.
  private static let largestShare = 50

  /// Builds a graph over nodes of `space`.
  ///
  /// - Parameters:
  ///   - order: Which nodes, in what order.
  ///   - heldOut: How many of the last nodes to insert after a pause.
  ///   - pause: Gets the graph without them, its rows finished.
  /// - Complexity: about O(*n* log *n*) distance computations.
  static func build(
    space: BuildVectors, order: InsertionOrder, m: Int, options: HNSWBuildOptions, execution: Execution, heldOut: Int = 0,
    pause: (_ draft: GraphDraft) throws -> Void = { _ in }
  ) throws -> GraphDraft {
    let draft = GraphDraft(order, m: m)
    let nodes = order.nodes
    let builder = GraphBuilder(
      space: space, draft: draft, efConstruction: options.efConstruction, execution: execution)
    let first = nodes.count - heldOut
    try builder.insert(nodes, upTo: first)
    if first < nodes.count {
      try builder.finish(nodes[..<first])
      try pause(draft)
      try builder.insert(nodes, from: first, upTo: nodes.count)
    }
    try builder.finish(nodes[...])
    return draft
  }

  /// Inserts the nodes `order[start..<end]`, those before them being there.
  private func insert(_ order: [UInt32], from start: Int = 0, upTo end: Int) throws {
    guard let first = order.first else { return }
    draft.entry = first
    draft.topLevel = Int(draft.levels[Int(first)])
    let scratches = (0..<execution.threads).map { _ in Scratch(draft: draft, space: space) }
    // Finds the nearest where that is faster than a walk. Made anew after a pause, in which it would only take memory.
    let roster = CodeScan(order, of: space, candidates: efConstruction)
    let rosterScratches = unsafe roster.map { roster in
      unsafe (0..<execution.threads).map { _ in unsafe CodeScan.Scratch(roster) }
    }
    var done = max(1, start)
    let cap = max(16, order.count / GraphBuilder.largestShare)
    while done < end {
      let batch = order[done..<min(end, done + min(done, cap))]
      // Nodes stand by level, so most batches are of the ground alone.
      let isGround = draft.levels[Int(batch[batch.startIndex])] == 0
      let counts = (0...draft.topLevel).map { level in
        level == 0 ? done : order[..<done].prefix { Int(draft.levels[Int($0)]) >= level }.count
      }
      try execution.forEachChunk(of: batch.count, by: CodeScan.block) { worker, range in
        let nodes = batch[batch.startIndex + range.lowerBound..<batch.startIndex + range.upperBound]
        if let roster, let rosterScratches = unsafe rosterScratches {
          unsafe link(nodes, roster, among: counts, rosterScratches[worker], scratches[worker].selection)
        } else if isGround {
          linkOnGround(nodes, scratches[worker])
        } else {
          for node in nodes { link(node, scratches[worker]) }
        }
      }
      for level in 0...draft.topLevel {
        try ReverseLinks(of: batch, level: level, draft: draft).add(
          space: space, draft: draft, selections: scratches.map(\.selection), execution: execution)
      }
      done += batch.count
      execution.progress?(
        ProgressEvent(stage: "index", completed: done, total: order.count, unit: "items"))
    }
  }

  /// Finds a node's neighbours in the graph as it stands and writes its own rows; nobody reads them in this phase.
  private func link(_ node: UInt32, _ scratch: Scratch) {
    guard let entry = draft.entry else { return }
    let context = scratch.context
    let selection = scratch.selection
    let probe = unsafe space.probe(node, context.code)
    let level = Int(draft.levels[Int(node)])
    var near = entry
    for upper in stride(from: draft.topLevel, to: level, by: -1) {
      near = descend(from: near, level: upper, probe, context)
    }
    for level in stride(from: level, through: 0, by: -1) {
      let layer = draft.layer(level)
      context.start(at: draft.point(of: near, level: level), on: layer, probe, ef: efConstruction)
      context.walk(layer, probe, ef: efConstruction)
      context.forget()
      let count = unsafe selection.choose(
        from: context.pool, count: context.poolCount, limit: draft.limit(level), layer: layer, space: space)
      let row = draft.row(of: draft.point(of: node, level: level), level: level)
      unsafe draft.table(level).set(row, points: selection.points, count: count)
      near = layer.node(of: Candidate.node(unsafe context.pool[0]))
    }
  }

  /// The same for nodes that are on the ground alone, several at a time.
  private func linkOnGround(_ nodes: ArraySlice<UInt32>, _ scratch: Scratch) {
    guard let entry = draft.entry else { return }
    let layer = draft.layer(0)
    let selection = scratch.selection
    walkInLanes(scratch.lanes, count: nodes.count) { place, context in
      let probe = unsafe space.probe(nodes[nodes.startIndex + place], context.code)
      var near = entry
      for upper in stride(from: draft.topLevel, to: 0, by: -1) {
        near = descend(from: near, level: upper, probe, context)
      }
      context.probe = probe
      context.cursor = 0
      context.fresh = 0
      context.breadth = SearchWidth(expanded: efConstruction, kept: efConstruction)
      context.start(at: near, on: layer, probe, ef: efConstruction)
    } advance: {
      $0.advance(layer)
    } fetch: { context in
      if let probe = context.probe { context.fetch(layer, probe) }
    } absorb: { context in
      if let probe = context.probe { context.absorb(layer, probe, ef: efConstruction) }
    } end: { place, context in
      context.forget()
      let count = unsafe selection.choose(
        from: context.pool, count: context.poolCount, limit: draft.limit(0), layer: layer, space: space)
      unsafe draft.ground.set(Int(nodes[nodes.startIndex + place]), points: selection.points, count: count)
    }
  }

  /// The same for nodes of any level from the nearest of all that are there.
  ///
  /// - Parameter counts: How many nodes are on each layer: as many as stand first in the order.
  private func link(
    _ nodes: ArraySlice<UInt32>, _ roster: CodeScan, among counts: [Int], _ scratch: CodeScan.Scratch,
    _ selection: NeighborSelection
  ) {
    for (level, count) in counts.enumerated() {
      let those = nodes.prefix { Int(draft.levels[Int($0)]) >= level }
      if those.isEmpty { return }
      let layer = draft.layer(level)
      unsafe roster.nearest(to: those, among: count, limit: efConstruction, scratch) { place, candidates, number in
        if level > 0 {
          // Points stand as their nodes do, so the candidates stay in order.
          for index in 0..<number {
            let candidate = unsafe candidates[index]
            unsafe candidates[index] = Candidate.pack(
              distance: Candidate.distance(candidate),
              node: draft.point(of: Candidate.node(candidate), level: level))
          }
        }
        let chosen = unsafe selection.choose(
          from: candidates, count: number, limit: draft.limit(level), layer: layer, space: space)
        let row = draft.row(of: draft.point(of: those[those.startIndex + place], level: level), level: level)
        unsafe draft.table(level).set(row, points: selection.points, count: chosen)
      }
    }
  }

  private func descend(from node: UInt32, level: Int, _ probe: NodeScorer, _ context: SearchContext) -> UInt32 {
    let layer = draft.layer(level)
    return layer.node(of: context.descend(from: draft.point(of: node, level: level), on: layer, probe))
  }

  /// Takes the slack out of every row and puts the links near to far.
  private func finish(_ nodes: ArraySlice<UInt32>) throws {
    let selections = (0..<execution.threads).map { _ in NeighborSelection() }
    try execution.forEachChunk(of: nodes.count, by: 256) { worker, range in
      for index in range {
        let node = nodes[nodes.startIndex + index]
        for level in 0...Int(draft.levels[Int(node)]) {
          draft.finish(draft.point(of: node, level: level), level, space, selections[worker])
        }
      }
    }
  }

  /// What one thread needs to insert.
  final class Scratch {
    /// What is measured and linked stays in the last cache when it takes fewer bytes.
    private static let cachedBytes = 16 << 20

    /// Walks that are under way at a time.
    let lanes: [SearchContext]
    let selection = NeighborSelection()

    var context: SearchContext { lanes[0] }

    init(draft: GraphDraft, space: BuildVectors) {
      // What is in cache is not waited for: taking turns would cost more than it brings.
      let isCached = space.bytes + draft.ground.rows * draft.ground.capacity * 4 < Scratch.cachedBytes
      lanes = (0..<(isCached ? 1 : 4)).map { _ in
        SearchContext(nodes: max(draft.nodes, draft.points), dimension: space.dimension)
      }
    }
  }
}

extension GraphDraft {
  /// Sorts a point's row near to far and, when it is over the layer's limit, keeps the selection.
  func finish(_ point: UInt32, _ level: Int, _ space: BuildVectors, _ selection: NeighborSelection) {
    selection.take(table(level), row(of: point, level: level))
    rewrite(point, level, space, selection)
  }

  /// Writes the points that a selection has merged to a point's row, near to far: all of them, or the selection when they
  /// are more than the layer's limit.
  func rewrite(_ point: UInt32, _ level: Int, _ space: BuildVectors, _ selection: NeighborSelection) {
    let layer = layer(level)
    selection.measure(from: point, layer: layer, space: space)
    var count = selection.candidates.count
    if count > limit(level) {
      count = unsafe selection.candidates.withUnsafeBufferPointer { candidates in
        guard let base = candidates.baseAddress else { return 0 }
        return unsafe selection.choose(
          from: base, count: candidates.count, limit: limit(level), layer: layer, space: space)
      }
    } else {
      for place in 0..<count { unsafe selection.points[place] = Candidate.node(selection.candidates[place]) }
    }
    unsafe table(level).set(row(of: point, level: level), points: selection.points, count: count)
  }
}
