import AkinVectors
import CAkinKernels

/// The items as one query sees them: which may be in its answer, by which row, and with which float64 score.
@unsafe struct QueryItems {
  // Safe: the index and the query outlive this value, and positions are below the number of items.
  private let scorer: CanonicalScorer
  private let base: UnsafePointer<Float>
  private let stride: Int
  private let dimension: Int
  private let biases: UnsafePointer<Float>?
  private let rows: UnsafePointer<UInt32>?
  private let rowPositions: UnsafePointer<UInt32>?
  private let count: Int
  private let inverses: UnsafePointer<Float>?
  /// The rows that may be in the answer; `nil` allows all.
  let allowed: AllowedRows?
  /// Whether every position may be in the answer.
  let admitsAll: Bool

  /// - Parameters:
  ///   - index: The items.
  ///   - query: The components of the query, not normalised.
  ///   - allowed: The rows that may be in the answer; `nil` allows all.
  ///   - summary: The norms; `nil` under `euclidean` where no value is a product.
  init(of index: ExhaustiveIndex, query: UnsafePointer<Float>, allowed: AllowedRows?, _ summary: NormSummary?) {
    unsafe scorer = CanonicalScorer(
      metric: index.metric, query: query, dimension: index.dimension, kernels: index.kernels)
    unsafe base = index.items.base
    unsafe stride = index.items.stride
    unsafe dimension = index.dimension
    unsafe biases = index.biases
    unsafe rows = index.rows
    unsafe rowPositions = index.positions
    unsafe count = index.count
    let perRow = unsafe index.metric == .cosine ? summary?.perRow?.floats.baseAddress : nil
    unsafe inverses = perRow.map { unsafe UnsafePointer($0) }
    unsafe self.allowed = allowed
    unsafe admitsAll = allowed == nil && summary?.admitsAll ?? (index.positions == nil)
  }

  /// The Euclidean norm of the query.
  var queryNorm: Double { unsafe scorer.queryNorm }

  /// Whether an item of a trusted block may be in the answer.
  @inline(__always)
  func mayAnswer(_ position: Int) -> Bool { unsafe admitsAll || !isZero(position) && admits(position) }

  /// Whether the row of an item may be in the answer.
  func admits(_ position: Int) -> Bool {
    let row = unsafe row(position)
    guard unsafe leadsBack(row, to: position) else { return false }
    return unsafe allowed?.allows(Row(row)) ?? true
  }

  /// Whether an item of a trusted block has no direction, so that it matches nothing under cosine.
  private func isZero(_ position: Int) -> Bool {
    guard let inverses = unsafe inverses else { return false }
    return unsafe inverses[position] == 0
  }

  /// Whether a row is one of the items, and the one at a position.
  private func leadsBack(_ row: UInt32, to position: Int) -> Bool {
    guard let rowPositions = unsafe rowPositions else { return true }
    return unsafe row < count && rowPositions[Int(row)] == position
  }

  private func row(_ position: Int) -> UInt32 {
    guard let rows = unsafe rows else { return UInt32(truncatingIfNeeded: position) }
    return unsafe rows[position]
  }

  /// The float64 score; NaN for what matches nothing.
  func score(_ position: Int) -> Float {
    let item = unsafe base + position &* stride
    guard let biases = unsafe biases else { return unsafe scorer.score(item, bias: 0) }
    return unsafe scorer.score(item, bias: biases[position])
  }

  /// The score and the row of an item; `nil` for what matches nothing.
  func key(_ position: Int) -> UInt64? {
    let (score, row) = unsafe (score(position), row(position))
    guard !score.isNaN, unsafe leadsBack(row, to: position) else { return nil }
    return RankKey.make(score: score, row: row)
  }

  /// Asks for the vector at a position before it is scored.
  func prefetch(_ position: UnsafePointer<UInt32>) {
    unsafe akin_prefetch_table(base, 4 &* stride, 4 &* dimension, position, 1)
  }
}
