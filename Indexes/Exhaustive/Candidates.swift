import AkinVectors
import CAkinKernels

/// The best items so far for one query: takes positions that the float32 filter let through, scores them for good.
@unsafe struct Candidates {
  // Safe: made from an index and a query that outlive it, over places that its maker owns.
  private let scorer: CanonicalScorer
  private let base: UnsafePointer<Float>
  private let stride: Int
  private let biases: UnsafePointer<Float>?
  private let rows: UnsafePointer<UInt32>?
  private let positions: UnsafePointer<UInt32>?
  private let count: Int
  private let excluded: RowSet?
  private(set) var best: TopK

  /// - Parameters:
  ///   - query: The query's components, not scaled.
  ///   - places: `k` places for the keys of the best.
  init(
    of index: ExhaustiveIndex, query: UnsafePointer<Float>, excluding excluded: RowSet?,
    places: UnsafeMutablePointer<UInt64>, k: Int
  ) {
    unsafe scorer = CanonicalScorer(
      metric: index.metric, query: query, dimension: index.dimension, kernels: index.kernels)
    unsafe base = index.items.base
    unsafe stride = index.items.stride
    unsafe biases = index.biases
    unsafe rows = index.rows
    unsafe positions = index.positions
    unsafe count = index.count
    unsafe self.excluded = excluded
    unsafe best = TopK(places: places, capacity: k)
  }

  var kthScore: Float { unsafe best.kthScore }
  var queryNorm: Double { unsafe scorer.queryNorm }

  /// Scores the item at a position; says whether it is among the best now.
  mutating func offer(_ position: Int) -> Bool {
    let row = unsafe rows.map { unsafe $0[position] } ?? UInt32(truncatingIfNeeded: position)
    if let positions = unsafe positions, unsafe row >= count || positions[Int(row)] != position { return false }
    if let excluded = unsafe excluded, excluded.contains(Row(row)) { return false }
    let score = unsafe scorer.score(base + position &* stride, bias: biases.map { unsafe $0[position] } ?? 0)
    // A zero vector under cosine, or an item that is not finite: it matches nothing.
    guard !score.isNaN else { return false }
    return unsafe best.push(RankKey.make(score: score, row: row))
  }

  /// Scores all items of a range.
  mutating func offerAll(_ positions: Range<Int>) {
    for position in positions { _ = unsafe offer(position) }
  }
}
