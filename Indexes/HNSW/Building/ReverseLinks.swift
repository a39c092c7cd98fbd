import AkinSupport

/// The links that a batch's nodes owe to the nodes they link to, in one order whatever found them.
struct ReverseLinks {
  private let level: Int
  /// Sources, grouped by target.
  private var sources: [UInt32] = []
  /// One group a target: the target and where its links begin; one end more.
  private var targets: [UInt32] = []
  private var starts: [Int] = []

  /// Collects the links from the rows of `batch` on one layer.
  init(of batch: ArraySlice<UInt32>, level: Int, draft: GraphDraft) {
    self.level = level
    let table = draft.table(level)
    // Sort by target, then by the order of insertion.
    var keys: [UInt64] = []
    var origins: [UInt32] = []
    for node in batch where Int(draft.levels[Int(node)]) >= level {
      let point = draft.point(of: node, level: level)
      let row = draft.row(of: point, level: level)
      for place in 0..<table.count(row) {
        keys.append(UInt64(unsafe table.row(row)[place]) << 32 | UInt64(origins.count))
      }
      origins.append(point)
    }
    keys.sort()
    sources.reserveCapacity(keys.count)
    for key in keys {
      let target = UInt32(key >> 32)
      if targets.last != target {
        targets.append(target)
        starts.append(sources.count)
      }
      sources.append(origins[Int(key & 0xFFFF_FFFF)])
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
          for link in links { table.append(sources[link], to: row) }
        } else {
          selection.take(table, row)
          selection.merged.append(contentsOf: sources[links])
          draft.rewrite(targets[group], level, space, selection)
        }
      }
    }
  }
}
