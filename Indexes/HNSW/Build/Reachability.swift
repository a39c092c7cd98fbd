import AkinSupport

/// Proves that a search can reach every linked node on layer 0, and adds links where it can't.
///
/// A breadth-first walk from the entry marks what is reached and by which link. A node that is left over gets a link from
/// the nearest reached node that a search for it finds: into a free place, or in place of the farthest link that is
/// not the one by which its target was reached. So nothing that was reached is ever lost.
struct Reachability {
  /// How many nodes needed a link of their own.
  private(set) var repaired = 0
  private var parents: [UInt32]
  private let draft: GraphDraft

  /// Walks and repairs; afterwards every node of `linked` is reached from the draft's entry.
  ///
  /// - Complexity: O(links), and one search for each node that was not reached.
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
      // Everything that the walk found is reached, since it started at the entry.
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

  /// The place in a row where a link may go: a free one, or that of the farthest link that nothing depends on.
  private func freePlace(of node: UInt32) -> Int? {
    let table = draft.baseLinks
    let count = table.count(Int(node))
    if count < draft.m0 { return count }
    return (0..<count).last { place in
      parents[Int(unsafe table.links[Int(node) * table.capacity + place])] != node
    }
  }

  /// Any reached node with a place: there is one, since fewer links are depended on than there are places.
  private func lastResort() -> UInt32? {
    (0..<UInt32(draft.nodes)).first { parents[Int($0)] != Layer.noNode && freePlace(of: $0) != nil }
  }
}
