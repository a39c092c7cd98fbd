import AkinExhaustive
import AkinQuantization
import AkinVectors
import CAkinKernels

/// The results of scans of the items of largest norm (``TopNormItems``).
struct PrefixScan {
  /// The result of one query.
  struct One {
    /// The number of candidates.
    var size = 0
    /// The number of nodes scored, from the first.
    var rows = 0
    /// Nodes from here on are too small to be kept.
    var end = 0
    /// Whether no other node can be in the answer.
    var isComplete = false
    /// The distance of the worst candidate of a full list.
    var limit = Float.infinity
  }

  /// The number of candidates of a search, and of those that can be among the scanned items.
  private let capacity: Int
  private let places: Int
  /// The candidates, best first: ``places`` entries a query, and one spare entry.
  private var beams: [UInt64]
  private(set) var all: [One]

  /// - Parameter rows: How many items are scanned at the most.
  init(number: Int, capacity: Int, rows: Int) {
    self.capacity = capacity
    places = min(capacity, rows)
    beams = [UInt64](repeating: 0, count: number * (places + 1))
    all = [One](repeating: One(), count: number)
  }

  /// The candidates of a query, best first.
  func candidates(_ query: Int) -> ArraySlice<UInt64> {
    beams[query * (places + 1)..<query * (places + 1) + all[query].size]
  }

  /// Scores those of a block's nodes that may be among the best, and keeps the best.
  ///
  /// - Parameters:
  ///   - values: What the nodes' bytes say.
  ///   - vector: The query.
  ///   - rounding: How values become scores.
  ///   - allowed: The nodes that may be in the answer; `nil` for all. While nothing is found, the values of others are -∞.
  ///   - items: The vectors of the first nodes.
  @unsafe mutating func take(
    _ values: UnsafePointer<Float>, _ range: Range<Int>, for query: Int, _ vector: UnsafePointer<Float>,
    _ rounding: CodeRounding, _ allowed: PositionMask?, _ items: EmbeddingMatrix, of storage: GraphStorage
  ) {
    let kernels = unsafe storage.kernels.pointee
    var one = all[query]
    let start = query * (places + 1)
    var least = -Float.infinity
    if rounding.unit > 0 {
      if one.limit < .infinity {
        least = rounding.least(score: -one.limit)
      } else if one.size == 0 {
        // The kept number reaches this bound, and hardly any other value.
        let value = unsafe kernels.kth_lower_bound(values, range.count, capacity)
        if value > -.infinity { least = rounding.least(value: value) }
      }
    }
    unsafe beams.withUnsafeMutableBufferPointer { beams in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: TopNormItems.blockRows) { nodes in
        unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: TopNormItems.blockRows) { distances in
          // Safe: a block has no more nodes than there is room for, each of them lies inside the matrix, and there are
          // `places` and one more from `start`.
          let (nodes, distances) = (nodes.baseAddress!, distances.baseAddress!)
          var found = range.count
          if least > -.infinity {
            found = unsafe Int(kernels.indices_at_least(values, UInt32(truncatingIfNeeded: range.count), least, nodes))
          } else {
            for place in 0..<found { unsafe nodes[place] = UInt32(truncatingIfNeeded: place) }
          }
          if let allowed {
            let all = found
            found = 0
            for hit in 0..<all where unsafe allowed.contains(range.lowerBound &+ Int(nodes[hit])) {
              unsafe nodes[found] = nodes[hit]
              found &+= 1
            }
          }
          guard found > 0 else { return }
          unsafe kernels.dot_gather(
            vector, items.base + range.lowerBound * items.stride, items.stride, items.dimension, nodes, found, distances
          )
          for hit in 0..<found {
            let node = unsafe range.lowerBound &+ Int(nodes[hit])
            unsafe nodes[hit] = UInt32(truncatingIfNeeded: node)
            unsafe distances[hit] = -(distances[hit] + (storage.biases.map { unsafe $0[node] } ?? 0))
          }
          var lowest = places
          one.size = unsafe kernels.beam_insert(
            beams.baseAddress! + start, one.size, places, distances, nodes, found, &lowest)
        }
      }
    }
    if one.size == capacity { one.limit = Candidate.distance(beams[start + capacity - 1]) }
    one.rows = range.upperBound
    all[query] = one
  }

  /// Whether the scan of a query can end after these rows.
  mutating func isOver(
    _ query: Int, after first: Int, rows: Int, within count: Int, k: Int, _ bound: InnerProductBound
  ) -> Bool {
    let one = all[query]
    guard one.size >= k else { return first >= rows }
    let kth = Candidate.distance(beams[query * (places + 1) + k - 1])
    if first < count, bound.isBeyond(kth, from: first) {
      all[query].isComplete = true
      return true
    }
    return first >= rows && bound.end(of: kth, from: first) > min(rows + rows / 2, count)
  }

  /// Records the first node that is too small to be kept.
  mutating func end(_ query: Int, _ bound: InnerProductBound) {
    let one = all[query]
    if !one.isComplete {
      all[query].end = bound.end(of: one.limit, from: one.rows)
      all[query].isComplete = all[query].end == one.rows
    }
  }
}
