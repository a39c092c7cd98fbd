import AkinVectors
import CAkinKernels

/// The largest items of an index that is searched by inner product, packed side by side: most answers are among them.
///
/// Nodes stand by falling norm (of vector and bias), so a search first scores many from the front, tile after tile, until
/// none that follows could be in its answer, or until a walk from the best of them is cheaper than what is left.
///
/// Cost: 0.5 ns a row and query at 64 dimensions, where a row met on a walk takes ten to twenty times that. Benchmark:
/// `Tools/bench/graph/run.py`, the row "akin graph" on factors.
@safe final class LargestItems: Sendable {
  /// What the packed items may take: about what the second cache holds, since one query alone reads all of it.
  private static let bytes = 2 << 20
  /// Items of one step.
  fileprivate static let tile = 256
  /// Queries of one step: a multiple of every level's register block.
  static let block = 24

  /// How many there are.
  let count: Int
  private let dimension: Int
  private let panels: AlignedFloats
  private let biases: AlignedFloats?

  /// - Complexity: O(2 MiB).
  init(of storage: GraphStorage, kernels: akin_kernels) {
    let (items, dimension) = (storage.items, storage.items.dimension)
    let rows = max(16, LargestItems.bytes / (4 * dimension))
    let count = min(items.count, rows)
    self.count = count
    self.dimension = dimension
    let panelCount = (count + 15) / 16
    panels = AlignedFloats(count: panelCount * 16 * dimension)
    // Safe: there is room for whole panels, and for a bias of each row.
    unsafe kernels.pack(items.base, items.stride, dimension, count, panels.floats.baseAddress!)
    biases = unsafe storage.biases.map { all in
      let biases = AlignedFloats(count: panelCount * 16)
      unsafe biases.floats.baseAddress!.update(from: all, count: count)
      return biases
    }
  }

  /// Scores the largest items for each of some queries.
  ///
  /// - Parameters:
  ///   - queries: `dimension` components each, `stride` floats from one to the next; at most ``block``.
  ///   - rows: How many items are scored for each query, unless fewer tell that no other can be in its answer; half as many
  ///     more where those will tell it.
  ///   - kept: How many of the best are kept.
  ///   - k: How many the answer shall have, at most `kept`.
  @unsafe func sweep(
    _ queries: UnsafePointer<Float>, stride: Int, number: Int, rows: Int, kept: Int, k: Int,
    of storage: GraphStorage, kernels: akin_kernels
  ) -> Sweeps {
    var sweeps = Sweeps(number: number, kept: kept)
    let reaches = (0..<number).map { query in
      unsafe Reach(of: queries + query * stride, storage: storage, kernels: kernels)
    }
    let values = AlignedFloats(count: number * LargestItems.tile)
    var gathered: AlignedFloats?
    var alive = Array(0..<number)
    var first = 0
    while first < count && !alive.isEmpty {
      var lined = unsafe queries
      if alive.count < number {
        let room = gathered ?? AlignedFloats(count: number * stride)
        gathered = room
        for (place, query) in alive.enumerated() {
          // Safe: there is room for `number` queries.
          unsafe (room.floats.baseAddress! + place * stride).update(from: queries + query * stride, count: dimension)
        }
        unsafe lined = UnsafePointer(room.floats.baseAddress!)
      }
      let size = min(LargestItems.tile, count - first)
      // Safe: a tile begins where a panel does, and `values` has a tile for each query.
      unsafe kernels.product(
        lined, stride, alive.count, panels.floats.baseAddress! + first * dimension, (size + 15) / 16, dimension,
        biases.map { unsafe UnsafePointer($0.floats.baseAddress! + first) }, values.floats.baseAddress!,
        LargestItems.tile)
      for (place, query) in alive.enumerated() {
        unsafe sweeps.take(
          values.floats.baseAddress! + place * LargestItems.tile, size, from: first, for: query, kernels: kernels)
      }
      first += size
      alive.removeAll { query in
        sweeps.isOver(query, after: first, rows: rows, within: count, k: k, reaches[query])
      }
    }
    for query in 0..<number { sweeps.end(query, reaches[query]) }
    return sweeps
  }
}

/// How large the inner product of a query and a node can be, as the nodes' norms tell.
@safe struct Reach {
  private let length: Double
  private let slack: Double
  private let norms: UnsafePointer<Float>
  private let biases: UnsafePointer<Float>?
  private let count: Int

  init(of query: UnsafePointer<Float>, storage: GraphStorage, kernels: akin_kernels) {
    let dimension = storage.items.dimension
    unsafe norms = storage.norms
    unsafe biases = storage.biases
    count = storage.items.count
    // In double, where no square is lost. The scores of a pool are float32's: what those can be off is at most this share of
    // the longest vectors' product with the query (`RoundingBound`).
    unsafe length = (kernels.dot64(query, query, dimension) + (biases == nil ? 0 : 1)).squareRoot()
    let roundoff = Double(dimension + 16) * 0x1p-23
    slack = unsafe count > 0 ? roundoff * Reach.norm(of: 0, norms, biases) : 0
  }

  /// The norm of a node's vector and bias.
  private static func norm(of node: Int, _ norms: UnsafePointer<Float>, _ biases: UnsafePointer<Float>?) -> Double {
    let (norm, bias) = unsafe (Double(norms[node]), Double(biases.map { unsafe $0[node] } ?? 0))
    return (norm * norm + bias * bias).squareRoot()
  }

  /// Whether no node from `node` on is as near as `distance`.
  func isBeyond(_ distance: Float, from node: Int) -> Bool {
    unsafe -length * (Reach.norm(of: node, norms, biases) + slack) > Double(distance)
  }

  /// The first node from `start` on of which that is so, or how many there are.
  func end(of distance: Float, from start: Int) -> Int {
    var (low, high) = (start, count)
    while low < high {
      let middle = (low + high) / 2
      if isBeyond(distance, from: middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

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

  private let kept: Int
  /// The candidates, best first: `kept` places for each query, and one to move things.
  private var pools: [UInt64]
  private(set) var all: [One]

  init(number: Int, kept: Int) {
    self.kept = kept
    pools = [UInt64](repeating: 0, count: number * (kept + 1))
    all = [One](repeating: One(), count: number)
  }

  /// A query's candidates, best first.
  func pool(_ query: Int) -> ArraySlice<UInt64> {
    pools[query * (kept + 1)..<query * (kept + 1) + all[query].size]
  }

  /// The values of a tile are compared with the limit in parts, which tightens between them: a few at first.
  private static let leastPart = 16

  /// Keeps the best of the `count` values of the nodes from `first`, at most a tile.
  @unsafe mutating func take(
    _ values: UnsafePointer<Float>, _ count: Int, from first: Int, for query: Int, kernels: akin_kernels
  ) {
    var one = all[query]
    let (kept, start) = (kept, query * (kept + 1))
    unsafe pools.withUnsafeMutableBufferPointer { pools in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: LargestItems.tile) { nodes in
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: LargestItems.tile) { distances in
          // Safe: there are `kept` places and one more from `start`, and a tile has no more values than there is room for.
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
            var lowest = kept
            one.size = unsafe kernels.merge(pool, one.size, kept, distances, nodes, found, &lowest)
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
    let kth = Candidate.distance(pools[query * (kept + 1) + k - 1])
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
