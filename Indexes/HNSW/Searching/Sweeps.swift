import CAkinKernels

/// What sweeps over the largest items have found.
struct Sweeps {
  /// One query's.
  struct One {
    /// How many candidates it holds.
    var size = 0
    /// How many nodes from the first were scored.
    var rows = 0
    /// Nodes from here on are too small to be kept.
    var end = 0
    /// Whether no other node can be in the answer.
    var isComplete = false
    /// The distance of the worst candidate, once there is no room left.
    var limit = Float.infinity
  }

  /// How many candidates a search keeps, and how many of them can be among the largest items.
  private let kept: Int
  private let places: Int
  /// The candidates, best first: ``places`` for each query, and one to move things.
  private var pools: [UInt64]
  private(set) var all: [One]

  /// - Parameter rows: How many items are swept at the most.
  init(number: Int, kept: Int, rows: Int) {
    self.kept = kept
    places = min(kept, rows)
    pools = [UInt64](repeating: 0, count: number * (places + 1))
    all = [One](repeating: One(), count: number)
  }

  /// A query's candidates, best first.
  func pool(_ query: Int) -> ArraySlice<UInt64> {
    pools[query * (places + 1)..<query * (places + 1) + all[query].size]
  }

  /// The values of a tile are compared with the limit in parts, which tightens between them: a few at first.
  private static let leastPart = 16

  /// Keeps the best of the `count` values of the nodes from `first`, at most a tile.
  @unsafe mutating func take(
    _ values: UnsafePointer<Float>, _ count: Int, from first: Int, for query: Int, kernels: akin_kernels
  ) {
    var one = all[query]
    let (kept, places, start) = (kept, places, query * (places + 1))
    unsafe pools.withUnsafeMutableBufferPointer { pools in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: LargestItems.tile) { nodes in
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: LargestItems.tile) { distances in
          // Safe: there are `places` and one more from `start`, and a tile has no more values than there is room for.
          let pool = unsafe pools.baseAddress! + start
          let (nodes, distances) = (nodes.baseAddress!, distances.baseAddress!)
          // As many as there are places for reach this, and hardly any other: see ``akin_kernels/kth_floor``.
          var floor = one.size == 0 ? unsafe kernels.kth_floor(values, count, kept) : -one.limit
          var done = 0
          while done < count {
            let part = floor > -.infinity ? count - done : min(max(Sweeps.leastPart, done), count - done)
            let found = unsafe Int(kernels.above(values + done, UInt32(truncatingIfNeeded: part), floor, nodes))
            for hit in 0..<found {
              let place = unsafe done &+ Int(nodes[hit])
              unsafe distances[hit] = -values[place]
              unsafe nodes[hit] = UInt32(truncatingIfNeeded: first &+ place)
            }
            var lowest = places
            one.size = unsafe kernels.merge(pool, one.size, places, distances, nodes, found, &lowest)
            if one.size == kept { one.limit = unsafe Candidate.distance(pool[kept &- 1]) }
            done += part
            floor = -one.limit
          }
        }
      }
    }
    one.rows = first + count
    all[query] = one
  }

  /// Whether a query is done with after so many rows.
  mutating func isOver(
    _ query: Int, after first: Int, rows: Int, within count: Int, k: Int, _ reach: Reach
  ) -> Bool {
    let one = all[query]
    guard one.size >= k else { return first >= rows }
    let kth = Candidate.distance(pools[query * (places + 1) + k - 1])
    if first < count, reach.isBeyond(kth, from: first) {
      all[query].isComplete = true
      return true
    }
    return first >= rows && reach.end(of: kth, from: first) > min(rows + rows / 2, count)
  }

  /// Says from where on nodes are too small to be kept.
  mutating func end(_ query: Int, _ reach: Reach) {
    let one = all[query]
    if !one.isComplete {
      all[query].end = reach.end(of: one.limit, from: one.rows)
      all[query].isComplete = all[query].end == one.rows
    }
  }
}
