import AkinSupport

/// Inserts nodes in batches that double (ParlayANN, Manohar et al. 2023, section 3). Every node of a batch searches the
/// graph as it was before the batch, so the result does not depend on threads.
///
/// Cost: each insertion computes about `efConstruction` × 5 to 8 distances on layer 0, which take nearly all time with
/// wide vectors. Benchmark: `Tools/bench/graph/run.py`, the column "build s".
struct GraphBuilder {
  let vectors: BuildVectors
  let draft: GraphDraft
  let nearest: KNNGraphDraft
  let efConstruction: Int
  let execution: Execution

  /// The largest batch, as a share of the nodes: small enough that nodes of a batch rarely miss each other.
  private static let largestShare = 50

  /// Builds a graph over nodes of `vectors`.
  ///
  /// - Parameters:
  ///   - order: The nodes in the order of insertion.
  ///   - heldOut: The number of last nodes to insert after a pause.
  ///   - pause: Receives the graph without these nodes, its rows finished.
  /// - Returns: The graph, and the k-nearest-neighbour graph of its nodes.
  /// - Complexity: about O(*n* log *n*) distance computations.
  static func build(
    vectors: BuildVectors, order: InsertionOrder, m: Int, options: HNSWBuildOptions, execution: Execution,
    heldOut: Int = 0,
    pause: (_ draft: GraphDraft) throws -> Void = { _ in }
  ) throws -> (draft: GraphDraft, nearest: KNNGraphDraft) {
    let draft = GraphDraft(order, m: m)
    let nearest = KNNGraphDraft(nodes: draft.nodes)
    let nodes = order.nodes
    let builder = GraphBuilder(
      vectors: vectors, draft: draft, nearest: nearest, efConstruction: options.efConstruction, execution: execution)
    let first = nodes.count - heldOut
    try builder.insert(nodes, upTo: first)
    if first < nodes.count {
      try builder.finish(nodes[..<first])
      try pause(draft)
      try builder.insert(nodes, from: first, upTo: nodes.count)
    }
    try builder.finish(nodes[...])
    return (draft, nearest)
  }

  /// Inserts the nodes `order[start..<end]` after all nodes before them; the first has the highest level.
  ///
  /// - Parameter scans: Whether the nearest are found by comparing all, where that is faster.
  func insert(_ order: [UInt32], from start: Int = 0, upTo end: Int, scans: Bool = true) throws {
    guard let first = order.first else { return }
    draft.entry = first
    draft.topLevel = Int(draft.levels[Int(first)])
    let scratches = (0..<execution.threads).map { _ in InsertionScratch(draft: draft, vectors: vectors) }
    var done = max(1, start)
    // As long as that is faster than a walk. Recreated after a pause, during which it would only take memory.
    var scan = scans ? CodeScan(order, of: vectors, candidates: efConstruction) : nil
    var scanScratches = unsafe scan.map { scan in
      unsafe (0..<execution.threads).map { _ in unsafe CodeScan.Scratch(scan) }
    }
    let cap = max(16, order.count / GraphBuilder.largestShare)
    while done < end {
      if let last = scan?.order.count, last <= done { unsafe (scan, scanScratches) = (nil, nil) }
      let batch = order[done..<min(end, scan?.order.count ?? end, done + min(done, cap))]
      // Nodes are inserted by level, so most batches are of layer 0 alone.
      let isBase = draft.levels[Int(batch[batch.startIndex])] == 0
      let counts = (0...draft.topLevel).map { level in
        level == 0 ? done : order[..<done].prefix { Int(draft.levels[Int($0)]) >= level }.count
      }
      scan?.reach(of: done, in: nearest)
      try unsafe execution.forEachChunk(of: batch.count, by: CodeScan.block) { [scan, scanScratches] worker, range in
        let nodes = batch[batch.startIndex + range.lowerBound..<batch.startIndex + range.upperBound]
        if let scan, let scanScratches = unsafe scanScratches {
          unsafe link(nodes, scan, among: counts, batch.indices, scanScratches[worker], scratches[worker])
        } else if isBase {
          linkOnBaseLayer(nodes, scratches[worker])
        } else {
          for node in nodes { link(node, scratches[worker]) }
        }
      }
      for level in 0...draft.topLevel {
        try ReverseLinks(of: batch, level: level, draft: draft).add(
          vectors: vectors, draft: draft, selections: scratches.map(\.selection), execution: execution)
      }
      try nearest.take(
        scratches.map(\.offers), isExact: scan != nil && CodeScan.rank(of: efConstruction) >= KNNGraphDraft.width,
        execution: execution)
      for scratch in scratches { scratch.offers.removeAll(keepingCapacity: true) }
      done += batch.count
      execution.progress?(
        ProgressEvent(stage: "index", completed: done, total: order.count, unit: "items"))
    }
  }

  /// Finds the neighbours of a node in the current graph and writes the rows of the node; this phase reads no rows of
  /// the batch.
  private func link(_ node: UInt32, _ scratch: InsertionScratch) {
    guard let entry = draft.entry else { return }
    let context = scratch.context
    let selection = scratch.selection
    let scorer = unsafe vectors.scorer(from: node, context.code)
    let top = Int(draft.levels[Int(node)])
    var near = context.descend(
      from: draft.slot(of: entry, level: draft.topLevel), on: draft.topLevel, to: top, scorer, layer: draft.layer)
    for level in stride(from: top, through: 0, by: -1) {
      let layer = draft.layer(level)
      context.begin(on: layer, scorer, SearchWidth(ef: efConstruction))
      context.start(at: [near])
      context.walk()
      context.visited.removeAll()
      if level == 0 {
        unsafe nearest.insert(node, context.beam.candidates, context.beam.count, &scratch.offers)
      }
      let count = unsafe selection.choose(
        from: context.beam.candidates, count: context.beam.count, limit: draft.limit(level), layer: layer,
        vectors: vectors)
      let row = draft.row(of: draft.slot(of: node, level: level), level: level)
      unsafe draft.table(level).set(row, slots: selection.slots, count: count)
      near = layer.below(Candidate.node(unsafe context.beam.candidates[0]))
    }
  }

  /// Inserts nodes of layer 0 only, with several interleaved walks.
  private func linkOnBaseLayer(_ nodes: ArraySlice<UInt32>, _ scratch: InsertionScratch) {
    guard let entry = draft.entry else { return }
    let layer = draft.layer(0)
    let selection = scratch.selection
    let top = draft.slot(of: entry, level: draft.topLevel)
    walkInterleaved(scratch.contexts, count: nodes.count) { place, context in
      let scorer = unsafe vectors.scorer(from: nodes[nodes.startIndex + place], context.code)
      let near = context.descend(from: top, on: draft.topLevel, to: 0, scorer, layer: draft.layer)
      context.begin(on: layer, scorer, SearchWidth(ef: efConstruction))
      context.start(at: [near])
    } end: { place, context in
      context.visited.removeAll()
      let node = nodes[nodes.startIndex + place]
      unsafe nearest.insert(node, context.beam.candidates, context.beam.count, &scratch.offers)
      let count = unsafe selection.choose(
        from: context.beam.candidates, count: context.beam.count, limit: draft.limit(0), layer: layer,
        vectors: vectors)
      unsafe draft.baseLinks.set(Int(node), slots: selection.slots, count: count)
    }
  }

  /// The same for nodes of any level from the nearest of all that are there.
  ///
  /// - Parameters:
  ///   - counts: How many nodes are on each layer: as many as stand first in the order.
  ///   - batch: Where the nodes of the batch stand in the order.
  private func link(
    _ nodes: ArraySlice<UInt32>, _ scan: CodeScan, among counts: [Int], _ batch: Range<Int>,
    _ scanScratch: CodeScan.Scratch,
    _ scratch: InsertionScratch
  ) {
    let selection = scratch.selection
    for (level, count) in counts.enumerated() {
      let those = nodes.prefix { Int(draft.levels[Int($0)]) >= level }
      if those.isEmpty { return }
      let layer = draft.layer(level)
      unsafe scan.nearest(to: those, among: count, limit: efConstruction, isReaching: level == 0, scanScratch) {
        place, candidates, number in
        let node = those[those.startIndex + place]
        if level > 0 {
          // Slots have the order of their nodes, so candidates stay sorted.
          for index in 0..<number {
            let candidate = unsafe candidates[index]
            unsafe candidates[index] = Candidate.pack(
              distance: Candidate.distance(candidate),
              node: draft.slot(of: Candidate.node(candidate), level: level))
          }
        } else {
          unsafe nearest.fill(node, candidates, number)
        }
        let chosen = unsafe selection.choose(
          from: candidates, count: number, limit: draft.limit(level), layer: layer, vectors: vectors)
        let row = draft.row(of: draft.slot(of: node, level: level), level: level)
        unsafe draft.table(level).set(row, slots: selection.slots, count: chosen)
      }
      guard level == 0 else { continue }
      unsafe scan.reached(by: those, scanScratch) { node, target, distance in
        scratch.offers.append(KNNGraphDraft.Offer(node, to: target, distance: distance))
      }
      unsafe scan.near(to: those, in: batch, within: nearest.reach, scanScratch) { node, mate, distance in
        nearest.add(mate, at: distance, to: node)
      }
    }
  }

  /// Removes the slack of every row and sorts its links near to far.
  func finish(_ nodes: ArraySlice<UInt32>) throws {
    let selections = (0..<execution.threads).map { _ in NeighborSelection() }
    try execution.forEachChunk(of: nodes.count, by: 256) { worker, range in
      for index in range {
        let node = nodes[nodes.startIndex + index]
        for level in 0...Int(draft.levels[Int(node)]) {
          draft.finish(draft.slot(of: node, level: level), level, vectors, selections[worker])
        }
      }
    }
  }

  /// The insertion scratch of one thread.
  final class InsertionScratch {
    /// Vectors and links of fewer bytes stay in the last-level cache.
    private static let cachedBytes = 16 << 20

    /// One context for each interleaved walk.
    let contexts: [SearchContext]
    let selection = NeighborSelection()
    /// The offers of the current batch.
    var offers: [KNNGraphDraft.Offer] = []

    var context: SearchContext { contexts[0] }

    init(draft: GraphDraft, vectors: BuildVectors) {
      // In cache there is no wait for memory: interleaving would cost more than it saves.
      let isCached = vectors.bytes + draft.baseLinks.rows * draft.baseLinks.capacity * 4 < InsertionScratch.cachedBytes
      contexts = (0..<(isCached ? 1 : 4)).map { _ in
        unsafe SearchContext(
          nodes: max(draft.nodes, draft.slots), dimension: vectors.dimension, kernels: vectors.kernels)
      }
    }
  }
}

extension GraphDraft {
  /// Sorts the row of a slot near to far and prunes it to the selection when it exceeds the limit of the layer.
  func finish(_ slot: UInt32, _ level: Int, _ vectors: BuildVectors, _ selection: NeighborSelection) {
    selection.take(table(level), row(of: slot, level: level))
    rewrite(slot, level, vectors, selection)
  }

  /// Writes the merged slots of a selection to the row of a slot, near to far: all of them, or the selected ones when
  /// they exceed the limit of the layer.
  func rewrite(_ slot: UInt32, _ level: Int, _ vectors: BuildVectors, _ selection: NeighborSelection) {
    let layer = layer(level)
    selection.collectCandidates(from: slot, layer: layer, vectors: vectors)
    var count = selection.candidates.count
    if count > limit(level) {
      count = unsafe selection.candidates.withUnsafeBufferPointer { candidates in
        guard let base = candidates.baseAddress else { return 0 }
        return unsafe selection.choose(
          from: base, count: candidates.count, limit: limit(level), layer: layer, vectors: vectors)
      }
    } else {
      for place in 0..<count { unsafe selection.slots[place] = Candidate.node(selection.candidates[place]) }
    }
    unsafe table(level).set(row(of: slot, level: level), slots: selection.slots, count: count)
  }
}
