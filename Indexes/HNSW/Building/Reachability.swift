import AkinSupport

/// Proves that a search can reach every linked node on the ground layer, and adds links where it can't.
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
  init(repairing draft: GraphDraft, linked: [UInt32], space: Space, efConstruction: Int, execution: Execution)
    throws(Cancelled)
  {
    self.draft = draft
    parents = Array(repeating: Layer.noNode, count: draft.nodes)
    guard let entry = draft.entry else { return }
    spread(from: entry, parent: entry)
    var context: SearchContext?
    for node in linked where parents[Int(node)] == Layer.noNode {
      try execution.checkCancellation()
      let scratch = context ?? SearchContext(nodes: draft.nodes, dimension: space.dimension)
      context = scratch
      let layer = draft.layer(0)
      let probe = unsafe space.probe(node, scratch.code)
      scratch.start(at: entry, on: layer, probe, ef: efConstruction)
      scratch.walk(layer, probe, ef: efConstruction)
      scratch.forget()
      // Everything that the walk found is reached, since it started at the entry.
      let near = (0..<scratch.poolCount).map { unsafe scratch.pool[$0] }
      guard let source = near.first(where: { freePlace(of: Candidate.node($0)) != nil }) ?? lastResort(for: node, space)
      else { continue }
      insert(Candidate.pack(distance: Candidate.distance(source), node: node), into: Candidate.node(source))
      repaired += 1
      spread(from: node, parent: Candidate.node(source))
    }
  }

  private mutating func spread(from start: UInt32, parent: UInt32) {
    var queue = [start]
    parents[Int(start)] = parent
    var next = 0
    let table = draft.ground
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
    let table = draft.ground
    let count = table.count(Int(node))
    if count < draft.groundM { return count }
    return (0..<count).last { place in
      parents[Int(unsafe table.links[Int(node) * table.capacity + place])] != node
    }
  }

  /// Any reached node with a place: there is one, since fewer links are depended on than there are places.
  private func lastResort(for node: UInt32, _ space: Space) -> UInt64? {
    guard
      let source = (0..<UInt32(draft.nodes)).first(where: {
        parents[Int($0)] != Layer.noNode && freePlace(of: $0) != nil
      })
    else { return nil }
    var distance: Float = 0
    var row = node
    let scratch = UnsafeMutablePointer<Int16>.allocate(capacity: CodeBook.coordinates)
    defer { unsafe scratch.deallocate() }
    unsafe space.probe(source, scratch).measure(&row, 1, into: &distance)
    return Candidate.pack(distance: distance, node: source)
  }

  private func insert(_ link: UInt64, into source: UInt32) {
    guard let place = freePlace(of: source) else { return }
    let table = draft.ground
    var row: [UInt64] = []
    table.candidates(of: Int(source), into: &row)
    if place < row.count { row[place] = link } else { row.append(link) }
    row.sort()
    for (place, link) in row.enumerated() {
      unsafe table.links[Int(source) * table.capacity + place] = Candidate.node(link)
      unsafe table.distances[Int(source) * table.capacity + place] = Candidate.distance(link)
    }
    unsafe table.counts[Int(source)] = UInt16(row.count)
  }
}
