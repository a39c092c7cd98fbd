import AkinSupport

/// Proves that a search can reach every linked node on layer 0, and adds links where it cannot.
///
/// A breadth-first walk from the entry marks each reached node and the link that reached it. Each remaining node gets a
/// link from the nearest reached node that a search finds: into a free entry, or in place of the farthest link that did
/// not reach its target first. Reached nodes therefore stay reachable.
struct Reachability {
  /// The number of repaired nodes.
  private(set) var repaired = 0
  private var parents: [UInt32]
  private let draft: GraphDraft

  /// Walks and repairs; afterwards every node of `linked` is reachable from the entry of the draft.
  ///
  /// - Complexity: O(links), and one search for each unreached node.
  init(repairing draft: GraphDraft, linked: [UInt32], vectors: BuildVectors, efConstruction: Int, execution: Execution)
    throws(Cancelled)
  {
    self.draft = draft
    parents = Array(repeating: Layer.noNode, count: draft.nodes)
    guard let entry = draft.entry else { return }
    spread(from: entry, parent: entry)
    var context: SearchContext?
    let selection = NeighborSelection()
    for node in linked where parents[Int(node)] == Layer.noNode {
      try execution.checkCancellation()
      let scratch =
        unsafe context
        ?? SearchContext(nodes: draft.nodes, dimension: vectors.dimension, kernels: vectors.kernels)
      context = scratch
      let layer = draft.layer(0)
      scratch.begin(
        on: layer, unsafe vectors.scorer(from: node, scratch.code), SearchWidth(ef: efConstruction))
      scratch.start(at: [entry])
      scratch.walk()
      scratch.visited.removeAll()
      // The search starts at the entry, so everything that it finds is reached.
      let near = (0..<scratch.beam.count).map { Candidate.node(unsafe scratch.beam.candidates[$0]) }
      guard let origin = near.first(where: { freePlace(of: $0) != nil }) ?? lastResort(),
        let place = freePlace(of: origin)
      else { continue }
      selection.take(draft.baseLinks, Int(origin))
      if place < selection.merged.count { selection.merged[place] = node } else { selection.merged.append(node) }
      draft.rewrite(origin, 0, vectors, selection)
      repaired += 1
      spread(from: node, parent: origin)
    }
  }

  private mutating func spread(from start: UInt32, parent: UInt32) {
    var queue = [start]
    parents[Int(start)] = parent
    var next = 0
    let table = draft.baseLinks
    while next < queue.count {
      let node = queue[next]
      next += 1
      for place in 0..<table.count(Int(node)) {
        let link = unsafe table.links[Int(node) * table.capacity + place]
        if parents[Int(link)] == Layer.noNode {
          parents[Int(link)] = node
          queue.append(link)
        }
      }
    }
  }

  /// The entry of a row for a new link: a free one, or that of the farthest link on which no node depends.
  private func freePlace(of node: UInt32) -> Int? {
    let table = draft.baseLinks
    let count = table.count(Int(node))
    if count < draft.m0 { return count }
    return (0..<count).last { place in
      parents[Int(unsafe table.links[Int(node) * table.capacity + place])] != node
    }
  }

  /// Any reached node with such an entry: one exists, since fewer links are depended on than there are entries.
  private func lastResort() -> UInt32? {
    (0..<UInt32(draft.nodes)).first { parents[Int($0)] != Layer.noNode && freePlace(of: $0) != nil }
  }
}
