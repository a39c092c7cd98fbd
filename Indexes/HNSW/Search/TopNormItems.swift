import AkinVectors
import CAkinKernels

/// The largest items of an index that is searched by inner product, as bytes side by side: most answers are among them.
///
/// Nodes stand by falling norm (of vector and bias), so a search first looks at many from the front, tile after tile, until
/// none that follows could be in its answer, or until a walk from the best of them is cheaper than what is left. What
/// their bytes say is off by a bound at most (``CodeBlock``), so only items that may be among the best are measured, and none
/// of the best is missed.
///
/// Cost: 0.15 ns a row and query at 64 dimensions (AVX-512 VNNI), and 5 ns for each row that is measured, some 30 of the
/// first tile and few of the others. Benchmark: `Tools/bench/graph/run.py`, the row "akin graph" on factors.
@safe final class TopNormItems: Sendable {
  /// What the items may take as vectors: their bytes, a quarter of it, stay in the second cache.
  private static let bytes = 2 << 20
  /// Items of one step, which share a step of bytes.
  static let tile = 256
  /// Queries of one step: a multiple of every level's register block.
  static let block = 24

  /// How many there are.
  let count: Int
  private let panels: CodePanels
  private let tiles: [CodeBlock]
  private let biases: AlignedFloats?

  /// - Complexity: O(2 MiB).
  init(of storage: GraphStorage, kernels: akin_kernels) {
    let (items, dimension) = (storage.items, storage.items.dimension)
    count = min(items.count, max(16, TopNormItems.bytes / (4 * dimension)))
    let panels = CodePanels(rows: count, width: (dimension + 3) & ~3)
    tiles = stride(from: 0, to: count, by: TopNormItems.tile).map { [count] first in
      unsafe CodeBlock(first..<min(first + TopNormItems.tile, count), of: storage, into: panels, kernels: kernels)
    }
    self.panels = panels
    biases = unsafe storage.biases.map { [count] all in
      let biases = AlignedFloats(count: panels.lanes)
      unsafe biases.floats.baseAddress!.update(from: all, count: count)
      return biases
    }
  }

  /// Scores the largest items for each of some queries.
  ///
  /// - Parameters:
  ///   - queries: `dimension` components each, `stride` floats from one to the next; at most ``block``.
  ///   - rows: How many items are looked at for each query, unless fewer tell that no other can be in its answer; half as
  ///     many more where those will tell it.
  ///   - kept: How many of the best are kept.
  ///   - k: How many the answer shall have, at most `kept`.
  @unsafe func sweep(
    _ queries: UnsafePointer<Float>, stride: Int, number: Int, rows: Int, kept: Int, k: Int,
    of storage: GraphStorage, kernels: akin_kernels
  ) -> PrefixScan {
    var sweeps = PrefixScan(number: number, kept: kept, rows: count)
    let reaches = (0..<number).map { query in
      unsafe InnerProductBound(of: queries + query * stride, storage: storage, kernels: kernels)
    }
    let asked = unsafe EncodedQueries(
      queries, stride: stride, number: number, dimension: storage.items.dimension, lengths: reaches.map(\.length),
      kernels: kernels)
    let values = AlignedFloats(count: number * TopNormItems.tile)
    var alive = Array(0..<number)
    var first = 0
    while first < count && !alive.isEmpty {
      let size = min(TopNormItems.tile, count - first)
      let tile = tiles[first / TopNormItems.tile]
      asked.lineUp(alive, for: tile)
      // Safe: a tile begins where a panel does, and `values` has a tile for each query.
      unsafe kernels.code_product(
        asked.lined, panels.width, asked.about, alive.count, panels.bytes + first * panels.width, (size + 15) / 16,
        panels.width, biases.map { unsafe UnsafePointer($0.floats.baseAddress! + first) },
        values.floats.baseAddress!, TopNormItems.tile)
      for (place, query) in alive.enumerated() {
        unsafe sweeps.take(
          values.floats.baseAddress! + place * TopNormItems.tile, first..<first + size, for: query,
          queries + query * stride, rounding: asked.rounding(of: query, in: tile), of: storage, kernels: kernels)
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
