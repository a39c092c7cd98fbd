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
  static let tile = 256
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
    var sweeps = Sweeps(number: number, kept: kept, rows: count)
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
