import AkinSupport

/// The links that a batch's nodes owe to the nodes they link to, in one order whatever found them.
struct ReverseLinks {
  private let level: Int
  /// Sources and distances, grouped by target.
  private var sources: [UInt32] = []
  private var distances: [Float] = []
  /// One group a target: the target and where its links begin; one end more.
  private var targets: [UInt32] = []
  private var starts: [Int] = []

  /// Collects the links from the rows of `batch` on one layer.
  init(of batch: ArraySlice<UInt32>, level: Int, draft: GraphDraft) {
    self.level = level
    let table = draft.table(level)
    // Sort by target, then by the order of insertion.
    var keys: [UInt64] = []
    var found: [(source: UInt32, distance: Float)] = []
    for node in batch where Int(draft.levels[Int(node)]) >= level {
      let point = draft.point(of: node, level: level)
      let row = draft.row(of: point, level: level)
      for place in 0..<table.count(row) {
        let link = row * table.capacity + place
        keys.append(UInt64(unsafe table.links[link]) << 32 | UInt64(found.count))
        found.append((point, unsafe table.distances[link]))
      }
    }
    keys.sort()
    sources.reserveCapacity(keys.count)
    distances.reserveCapacity(keys.count)
    for key in keys {
      let target = UInt32(key >> 32)
      if targets.last != target {
        targets.append(target)
        starts.append(sources.count)
      }
      let link = found[Int(key & 0xFFFF_FFFF)]
      sources.append(link.source)
      distances.append(link.distance)
    }
    starts.append(sources.count)
  }

  /// Adds each group to its target's row: appended while there is slack, else merged and pruned once.
  func add(
    space: Space, draft: GraphDraft, selections: [NeighborSelection], execution: Execution
  ) throws {
    let table = draft.table(level)
    try execution.forEachChunk(of: targets.count, by: 64) { worker, range in
      let selection = selections[worker]
      for group in range {
        let row = draft.row(of: targets[group], level: level)
        let links = starts[group]..<starts[group + 1]
        if table.count(row) + links.count <= table.capacity {
          for link in links { table.append(sources[link], distance: distances[link], to: row) }
        } else {
          selection.merged.removeAll(keepingCapacity: true)
          table.candidates(of: row, into: &selection.merged)
          for link in links {
            selection.merged.append(Candidate.pack(distance: distances[link], node: sources[link]))
          }
          selection.merged.sort()
          draft.replace(row, level, space, selection, pruning: true)
        }
      }
    }
  }
}
