import AkinVectors
import CAkinKernels

/// The best items so far for one query: takes the positions that pass the float32 filter, and scores them in float64.
@unsafe struct Candidates {
  // Safe: the index and the query outlive this value, over entries that its creator owns.
  private let scorer: CanonicalScorer
  private let kernels: UnsafePointer<akin_kernels>
  private let base: UnsafePointer<Float>
  private let stride: Int
  private let biases: UnsafePointer<Float>?
  private let rows: UnsafePointer<UInt32>?
  private let positions: UnsafePointer<UInt32>?
  private let count: Int
  private let allowed: AllowedRows?
  private(set) var best: TopK

  /// Creates an empty result for one query.
  ///
  /// - Parameters:
  ///   - index: The items.
  ///   - query: The components of the query, not normalised.
  ///   - allowed: The rows that may be in the answer; `nil` allows all.
  ///   - places: Room for the `k` best keys.
  ///   - k: The length of the answer.
  init(
    of index: ExhaustiveIndex, query: UnsafePointer<Float>, allowed: AllowedRows?,
    places: UnsafeMutablePointer<UInt64>, k: Int
  ) {
    unsafe scorer = CanonicalScorer(
      metric: index.metric, query: query, dimension: index.dimension, kernels: index.kernels)
    unsafe kernels = index.kernels
    unsafe base = index.items.base
    unsafe stride = index.items.stride
    unsafe biases = index.biases
    unsafe rows = index.rows
    unsafe positions = index.positions
    unsafe count = index.count
    unsafe self.allowed = allowed
    unsafe best = TopK(places: places, capacity: k)
  }

  var kthScore: Float { unsafe best.kthScore }
  var queryNorm: Double { unsafe scorer.queryNorm }

  /// Scores the item at a position; returns whether it is among the best now.
  mutating func offer(_ position: Int) -> Bool {
    let row = unsafe rows.map { unsafe $0[position] } ?? UInt32(truncatingIfNeeded: position)
    if let positions = unsafe positions, unsafe row >= count || positions[Int(row)] != position { return false }
    if let allowed = unsafe allowed, !allowed.allows(Row(row)) { return false }
    let score = unsafe scorer.score(base + position &* stride, bias: biases.map { unsafe $0[position] } ?? 0)
    // NaN: a zero vector under cosine, or an item that is not finite, which matches nothing.
    guard !score.isNaN else { return false }
    return unsafe best.push(RankKey.make(score: score, row: row))
  }

  /// Scores the items of a range whose float32 value reaches the floor.
  ///
  /// - Parameters:
  ///   - values: One value an item (``RoundingBound``).
  ///   - range: The positions of the items, or with `list` their places in it.
  ///   - block: The block of the range; `nil` when the values are sums of differences.
  ///   - reached: A lower bound on the k-th best score; -∞ without one.
  ///   - hits: Room for one position an item.
  mutating func keep(
    _ values: UnsafePointer<Float>, of range: Range<Int>, in list: UnsafePointer<UInt32>? = nil,
    _ bound: RoundingBound, _ block: NormSummary.Block?, reached: Float = -.infinity,
    _ hits: UnsafeMutablePointer<UInt32>
  ) {
    let known = unsafe max(reached, kthScore)
    if unsafe known == -.infinity && best.count == 0 {
      // Scoring each item that is better than the ones before it in float64 would be expensive. So the items above a
      // lower bound on the k-th value come first; if all of these count, they are the best.
      let few = unsafe kernels.pointee.kth_lower_bound(values, range.count, best.capacity)
      let guess = bound.score(reaching: few, in: block)
      if guess > -.infinity {
        unsafe keep(values, of: range, in: list, bound, block, from: guess, hits)
        if unsafe kthScore >= guess { return }
        unsafe best.removeAll()
      }
    }
    unsafe keep(values, of: range, in: list, bound, block, from: known, hits)
  }

  /// Scores the items from the floor of a score on; the floor rises with the `k`-th best score.
  private mutating func keep(
    _ values: UnsafePointer<Float>, of range: Range<Int>, in list: UnsafePointer<UInt32>?, _ bound: RoundingBound,
    _ block: NormSummary.Block?, from score: Float, _ hits: UnsafeMutablePointer<UInt32>
  ) {
    var kth = score
    var floor = bound.floor(kth: kth, in: block)
    let count = unsafe Int(kernels.pointee.indices_at_least(values, UInt32(range.count), floor, hits))
    for hit in 0..<count {
      let offset = unsafe Int(hits[hit])
      guard unsafe values[offset] >= floor else { continue }
      let place = range.lowerBound &+ offset
      guard unsafe offer(list.map { unsafe Int($0[place]) } ?? place) else { continue }
      let found = unsafe kthScore
      if found > kth {
        kth = found
        floor = bound.floor(kth: kth, in: block)
      }
    }
  }

  /// Scores all items of a range.
  mutating func offerAll(_ positions: Range<Int>) {
    for position in positions { _ = unsafe offer(position) }
  }
}
