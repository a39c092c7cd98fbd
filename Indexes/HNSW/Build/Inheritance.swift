import AkinSupport
import AkinVectors

/// A graph that holds most items of a build already.
struct GrowthBase {
  let storage: GraphStorage
  /// For each row of the build its row in that graph; ``Layer/noNode`` for an item that it does not hold.
  let rows: [UInt32]
  /// Links of a node on each upper layer.
  let m: Int
  let measured: [MeasuredRecall]
}

/// Which nodes of a graph under construction take over the links of which nodes of an older one.
///
/// The older graph may come from a hostile file: each number is compared with its limit before it is followed, and
/// ``takeOver(in:_:_:execution:)`` writes nothing but links between linked nodes of the new one.
@safe struct Inheritance: @unchecked Sendable {
  // Safe: nothing is written after `init`.

  /// The new nodes: first those that take over links, then the others; each part by falling level.
  let order: InsertionOrder
  /// The number of nodes that take over links.
  let count: Int
  private let storage: GraphStorage
  /// For each new node the old one whose links it takes over; ``Layer/noNode`` for a node that is inserted.
  private let sources: [UInt32]
  /// For each old node the new one in its place; ``Layer/noNode`` for one that is gone.
  private let targets: [UInt32]
  /// The slot of each old node of the upper layers.
  private let slots: [UInt32: UInt32]

  /// - Parameters:
  ///   - nodes: The order of the new nodes.
  ///   - drawn: The level and the place of each, if all were inserted.
  init?(from base: GrowthBase, _ nodes: NodeOrder, _ drawn: InsertionOrder) {
    let storage = base.storage
    let old = storage.vectors.count
    // A copy is linked as the first of its chain, and a member of a group as the first of that.
    var standing = [UInt32](repeating: Layer.noNode, count: old)
    for head in nodes.linked {
      for node in nodes.found(with: head) {
        let row = base.rows[Int(nodes.rows[Int(node)])]
        if let place = storage.node(of: row) { standing[Int(place)] = head }
      }
    }
    var sources = [UInt32](repeating: Layer.noNode, count: nodes.rows.count)
    var targets = [UInt32](repeating: Layer.noNode, count: old)
    for node in 0..<UInt32(old) where storage.baseLayer.hasLinks(node) {
      guard let place = storage.found(with: node, where: { standing[Int($0)] != Layer.noNode }) else { continue }
      let target = standing[Int(place)]
      targets[Int(node)] = target
      if sources[Int(target)] == Layer.noNode { sources[Int(target)] = node }
    }
    // A level is kept. Those drawn for the others end at the highest that is kept, where a search begins.
    var (levels, slots, highest) = (drawn.levels, [UInt32: UInt32](), UInt8(0))
    for node in nodes.linked where sources[Int(node)] != Layer.noNode { levels[Int(node)] = 0 }
    if let layer = storage.upperLayers.first {
      for slot in 0..<UInt32(layer.count) {
        let node = layer.node(of: slot)
        let target = targets[Int(node)]
        guard target != Layer.noNode, sources[Int(target)] == node else { continue }
        slots[node] = slot
        levels[Int(target)] = UInt8(layer.levels(of: slot, atMost: storage.upperLayers.count))
        highest = max(highest, levels[Int(target)])
      }
    }
    let isNew: (UInt32) -> Bool = { sources[Int($0)] == Layer.noNode }
    for node in nodes.linked where isNew(node) { levels[Int(node)] = min(levels[Int(node)], highest) }
    var kept = nodes.linked.filter { !isNew($0) }
    kept.sort { one, other in
      let (level, otherLevel) = (levels[Int(one)], levels[Int(other)])
      return level != otherLevel ? level > otherLevel : one < other
    }
    if kept.isEmpty { return nil }
    (self.storage, self.sources, self.targets, self.slots) = (storage, sources, targets, slots)
    count = kept.count
    order = InsertionOrder(levels: levels, nodes: kept + drawn.nodes.filter(isNew))
  }
}

extension Layer {
  /// How many upper layers a slot of an upper layer reaches.
  fileprivate func levels(of slot: UInt32, atMost limit: Int) -> Int {
    guard let upper = unsafe upper else { return 0 }
    // Safe: there is a pair for each slot, and one more.
    let (first, end) = unsafe (Int(upper[2 &* Int(slot) &+ 1]), Int(upper[2 &* Int(slot) &+ 3]))
    return max(1, min(end - first, limit, 30))
  }
}

extension Inheritance {
  /// Links of one deleted neighbour that may take its place: its nearest.
  private static let heirs = 8
  /// The largest number of those of all deleted neighbours of a node.
  private static let mostHeirs = 64
  /// A node that has lost a smaller share of its links needs no heirs: new nodes bring links of their own.
  private static let lostShare = 8
  /// A node is left with this share of the most links at least, while there are heirs.
  private static let keptShare = 4

  /// The scratch of one thread.
  @safe private final class TakeoverScratch {
    let selection = NeighborSelection()
    let context: SearchContext
    /// Room for the deleted neighbours of a node, and for its candidates.
    let gone: UnsafeMutablePointer<UInt32>
    let candidates: UnsafeMutablePointer<UInt64>

    init(_ draft: GraphDraft, _ vectors: BuildVectors) {
      context = unsafe SearchContext(
        nodes: draft.nodes, dimension: vectors.dimension, kernels: vectors.kernels)
      unsafe gone = .allocate(capacity: Layer.maximumWidth)
      unsafe candidates = .allocate(capacity: Layer.maximumWidth)
    }

    deinit {
      // Safe: `init` allocated both, and the elements are trivial.
      unsafe gone.deallocate()
      unsafe candidates.deallocate()
    }
  }

  /// Writes the rows of the nodes that take over links, and what is known of their nearest.
  ///
  /// A link to a node that is gone gives way to some of its links, chosen as an insertion would choose among them and those that
  /// are left (as FreshDiskANN does; Singh, Subramanya and others 2021), in nodes that have lost an eighth of their links, or keep
  /// few. No other link is dropped.
  ///
  /// - Complexity: O(*links*), and some fifty distances for each node.
  func takeOver(
    in draft: GraphDraft, _ nearest: KNNGraphDraft, _ vectors: BuildVectors, execution: Execution
  ) throws {
    // Safe: a thread uses the scratch of its number alone.
    nonisolated(unsafe) let scratches = (0..<execution.threads).map { _ in TakeoverScratch(draft, vectors) }
    try execution.forEachChunk(of: count, by: 256) { worker, range in
      let scratch = unsafe scratches[worker]
      for place in range {
        let node = order.nodes[place]
        for level in 0...Int(draft.levels[Int(node)]) {
          takeOver(node, level, in: draft, nearest, vectors, scratch)
        }
      }
    }
  }

  private func takeOver(
    _ node: UInt32, _ level: Int, in draft: GraphDraft, _ nearest: KNNGraphDraft, _ vectors: BuildVectors,
    _ scratch: TakeoverScratch
  ) {
    let (context, source, layer, limit) = (
      scratch.context, sources[Int(node)], storage.layer(level), draft.limit(level)
    )
    let (nodes, distances) = unsafe (context.nodes, context.distances)
    let (gone, candidates) = unsafe (scratch.gone, scratch.candidates)
    let visited = context.visited
    _ = visited.insert(node)
    // Safe: there is room for `maximumWidth` nodes: at most half as many links, and fewer than 200 others.
    var (found, lost) = (0, 0)
    if let links = unsafe links(of: source, level, layer, context) {
      for place in 0..<links.count {
        let link = unsafe links[place]
        guard link < layer.count else { break }
        let old = layer.node(of: link)
        if targets[Int(old)] == Layer.noNode {
          unsafe gone[lost] = old
          lost += 1
        } else if found < limit, let target = fresh(old, level, draft, visited) {
          unsafe nodes[found] = target
          found += 1
        }
      }
    }
    let kept = found
    let isWorn = lost * Inheritance.lostShare >= kept + lost || kept * Inheritance.keptShare < limit
    for place in 0..<lost where isWorn && found < kept + Inheritance.mostHeirs && kept < limit {
      guard let links = unsafe links(of: gone[place], level, layer, context) else { continue }
      for place in 0..<min(Inheritance.heirs, links.count) {
        let link = unsafe links[place]
        guard link < layer.count else { break }
        guard let target = fresh(layer.node(of: link), level, draft, visited) else { continue }
        unsafe nodes[found] = target
        found += 1
      }
    }
    let number = found
    if level == 0 {
      for old in storage.nearest(to: source) {
        guard let target = fresh(old, level, draft, visited) else { continue }
        unsafe nodes[found] = target
        found += 1
      }
    }
    visited.removeAll()
    let scorer = unsafe vectors.scorer(from: node, context.code)
    unsafe scorer.prefetch(nodes, found)
    unsafe scorer.distances(to: nodes, found, into: distances)
    if level == 0 {
      for place in 0..<found where unsafe !distances[place].isNaN {
        unsafe nearest.add(nodes[place], at: distances[place], to: node)
      }
    }
    let slots = unsafe scratch.selection.slots
    var count = 0
    if number > kept {
      for place in 0..<number {
        unsafe candidates[place] = Candidate.pack(
          distance: distances[place], node: draft.slot(of: nodes[place], level: level))
      }
      var all = unsafe UnsafeMutableBufferPointer(start: candidates, count: number)
      unsafe all.sort()
      count = unsafe scratch.selection.choose(
        from: candidates, count: number, limit: limit, layer: draft.layer(level), vectors: vectors)
    }
    // The links that are left come first, then the chosen ones that are not among them.
    var size = kept
    for place in 0..<kept { unsafe nodes[place] = draft.slot(of: nodes[place], level: level) }
    for place in 0..<count where size < limit {
      let slot = unsafe slots[place]
      if !(0..<kept).contains(where: { unsafe nodes[$0] == slot }) {
        unsafe nodes[size] = slot
        size += 1
      }
    }
    let row = draft.row(of: draft.slot(of: node, level: level), level: level)
    unsafe draft.table(level).set(row, slots: nodes, count: size)
  }

  /// The new node in the place of an old one, where it is on a level and was not seen before.
  @inline(__always)
  private func fresh(_ old: UInt32, _ level: Int, _ draft: GraphDraft, _ visited: VisitedSet) -> UInt32? {
    let target = targets[Int(old)]
    guard target != Layer.noNode, Int(draft.levels[Int(target)]) >= level, visited.insert(target) else { return nil }
    return target
  }

  /// The links of an old node on a layer; `nil` where it does not reach it.
  @inline(__always)
  private func links(
    of node: UInt32, _ level: Int, _ layer: Layer, _ context: SearchContext
  ) -> UnsafeBufferPointer<UInt32>? {
    let slot = level == 0 ? node : slots[node]
    return unsafe slot.flatMap { unsafe layer.links(of: Int($0), context.links) }
  }
}
