import AkinSupport

/// The reverse links of a batch, in a fixed order.
struct ReverseLinks {
  private let level: Int
  /// Sources, grouped by target.
  private var sources: [UInt32] = []
  /// One group a target: the target and where its links begin; one end more.
  private var targets: [UInt32] = []
  private var starts: [Int] = []

  /// Collects the links from the rows of `batch` on one layer, by target, then in the order of insertion.
  ///
  /// - Complexity: O(links + slots of the layer), by counting.
  init(of batch: ArraySlice<UInt32>, level: Int, draft: GraphDraft) {
    self.level = level
    let table = draft.table(level)
    let rows = batch.filter { Int(draft.levels[Int($0)]) >= level }.map { node in
      let slot = draft.slot(of: node, level: level)
      return (slot: slot, row: draft.row(of: slot, level: level))
    }
    // For each slot first how many links it is owed, then where the next of these goes.
    var places = [Int32](repeating: 0, count: level == 0 ? draft.nodes : draft.slots)
    var total = 0
    for (_, row) in rows {
      for place in 0..<table.count(row) { unsafe places[Int(table.row(row)[place])] += 1 }
      total += table.count(row)
    }
    var next = 0
    for slot in places.indices where places[slot] > 0 {
      targets.append(UInt32(slot))
      starts.append(next)
      let count = Int(places[slot])
      places[slot] = Int32(next)
      next += count
    }
    starts.append(next)
    sources = [UInt32](repeating: 0, count: total)
    for (slot, row) in rows {
      for place in 0..<table.count(row) {
        let target = unsafe Int(table.row(row)[place])
        sources[Int(places[target])] = slot
        places[target] += 1
      }
    }
  }

  /// Adds each group to its target's row: appended while there is slack, else merged and pruned once.
  func add(
    vectors: BuildVectors, draft: GraphDraft, selections: [NeighborSelection], execution: Execution
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
          draft.rewrite(targets[group], level, vectors, selection)
        }
      }
    }
  }
}
