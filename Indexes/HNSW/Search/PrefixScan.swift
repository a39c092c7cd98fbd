import AkinExhaustive
import AkinQuantization
import AkinVectors
import CAkinKernels

/// The results of scans of the items of largest norm (``TopNormItems``).
///
/// What may be among the best is kept unsorted, for a quarter more nodes than are wanted; then the last wanted score, found by
/// counting, becomes the floor, and what is below it is dropped. Only what is left in the end is sorted, and of a scan that
/// no walk follows only what the answer needs.
@safe struct PrefixScan {
  // Safe: the entries of a query hold what ``most(_:)`` allows and one block more.

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
    /// Scores below it are not kept. Whatever is above `-greatestFiniteMagnitude` is reached by as many nodes as are wanted.
    fileprivate var floor = -Float.greatestFiniteMagnitude
    /// The least score that is kept: the floor, or above it where so many nodes have just that score that no later one counts.
    fileprivate var admitted = -Float.greatestFiniteMagnitude
    /// All scores are between these.
    fileprivate var least = Float.infinity
    fileprivate var greatest = -Float.infinity

    fileprivate var hasFloor: Bool { floor > -Float.greatestFiniteMagnitude }
  }

  /// The number of candidates of a search, and of those that can be among the scanned items.
  private let capacity: Int
  private let places: Int
  /// The number of items of the answer, at most ``capacity``.
  private let k: Int
  /// What is kept.
  private let entries: PrefixEntries
  /// The candidates, best first: ``places`` entries a query, and one spare entry.
  private var beams: [UInt64]
  private(set) var all: [One]

  /// - Parameters:
  ///   - capacity: How many of the best are kept for a walk.
  ///   - k: How many the answer shall have, at most `capacity`.
  ///   - rows: How many items are scanned at the most.
  init(number: Int, capacity: Int, k: Int, rows: Int) {
    self.capacity = capacity
    self.k = k
    places = min(capacity, rows)
    unsafe entries = PrefixEntries(queries: number, room: PrefixScan.most(places) + TopNormItems.blockRows)
    beams = [UInt64](repeating: 0, count: number * (places + 1))
    all = [One](repeating: One(), count: number)
  }

  /// The number of entries that is not exceeded between two blocks, where so many are wanted.
  private static func most(_ wanted: Int) -> Int { wanted + max(16, wanted / 4) }

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
    var least = -Float.infinity
    if rounding.unit > 0 {
      if one.hasFloor {
        least = rounding.least(score: one.floor)
      } else if one.size == 0 {
        // The kept number reaches this bound, and hardly any other value.
        let value = unsafe kernels.kth_lower_bound(values, range.count, capacity)
        if value > -.infinity { least = rounding.least(value: value) }
      }
    }
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: TopNormItems.blockRows) { places in
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: TopNormItems.blockRows) { products in
        // Safe: a block has no more nodes than there is room for, and each of them lies inside the matrix.
        let (places, products) = (places.baseAddress!, products.baseAddress!)
        var found = range.count
        if least > -.infinity {
          found = unsafe Int(kernels.indices_at_least(values, UInt32(truncatingIfNeeded: range.count), least, places))
        } else {
          for place in 0..<found { unsafe places[place] = UInt32(truncatingIfNeeded: place) }
        }
        if let allowed {
          let all = found
          found = 0
          for hit in 0..<all where unsafe allowed.contains(range.lowerBound &+ Int(places[hit])) {
            unsafe places[found] = places[hit]
            found &+= 1
          }
        }
        guard found > 0 else { return }
        unsafe kernels.dot_gather(
          vector, items.base + range.lowerBound * items.stride, items.stride, items.dimension, places, found, products)
        if let biases = unsafe storage.biases {
          for hit in 0..<found { unsafe products[hit] += biases[range.lowerBound &+ Int(places[hit])] }
        }
        unsafe add(products, places, found, from: range.lowerBound, to: &one, of: query)
      }
    }
    if one.size > (one.hasFloor ? PrefixScan.most(places) : capacity) { unsafe raise(&one, of: query, storage.kernels) }
    one.rows = range.upperBound
    all[query] = one
  }

  /// Adds the nodes whose scores are high enough.
  private func add(
    _ products: UnsafePointer<Float>, _ places: UnsafePointer<UInt32>, _ number: Int, from first: Int,
    to one: inout One, of query: Int
  ) {
    let (scores, nodes) = unsafe entries.entries(of: query)
    let admitted = one.admitted
    var (size, least, greatest) = (one.size, one.least, one.greatest)
    for hit in 0..<number {
      let score = unsafe products[hit]
      unsafe scores[size] = score
      unsafe nodes[size] = UInt32(truncatingIfNeeded: first) &+ places[hit]
      // Not for NaN.
      size &+= score >= admitted ? 1 : 0
      least = score < least ? score : least
      greatest = score > greatest ? score : greatest
    }
    (one.size, one.least, one.greatest) = (size, least, greatest)
  }

  /// Raises the floor to the last wanted score, and drops what is below it.
  private func raise(_ one: inout One, of query: Int, _ kernels: UnsafePointer<akin_kernels>) {
    unsafe one.floor = max(one.floor, kth(capacity, one, of: query, kernels))
    one.admitted = one.floor
    one.size = unsafe entries.keep(query, one.size, from: one.floor)
    guard one.size > PrefixScan.most(places) else { return }
    // Many scores are equal: of these the first nodes count, and no later one.
    let (scores, nodes) = unsafe entries.entries(of: query)
    for (place, candidate) in unsafe entries.sorted(query, one.size).prefix(capacity).enumerated() {
      unsafe scores[place] = -Candidate.distance(candidate)
      unsafe nodes[place] = Candidate.node(candidate)
    }
    one.size = capacity
    one.floor = unsafe scores[capacity - 1]
    one.admitted = one.floor.nextUp
  }

  /// A score that at least `wanted` of the kept nodes reach, and hardly any other.
  private func kth(_ wanted: Int, _ one: One, of query: Int, _ kernels: UnsafePointer<akin_kernels>) -> Float {
    unsafe KthValue.lowerBound(
      entries.entries(of: query).scores, one.size, wanted, least: max(one.least, one.floor), greatest: one.greatest,
      kernels)
  }

  /// Whether the scan of a query can end after these rows.
  mutating func isOver(
    _ query: Int, after first: Int, rows: Int, within count: Int, _ bound: InnerProductBound, of storage: GraphStorage
  ) -> Bool {
    guard all[query].size >= k else { return first >= rows }
    if first < count, isBeyond(query, from: first, bound, storage) {
      all[query].isComplete = true
      return true
    }
    return first >= rows && !isBeyond(query, from: min(rows + rows / 2, count), bound, storage)
  }

  /// Whether the answer's nodes are nearer than any from `node` on.
  private func isBeyond(_ query: Int, from node: Int, _ bound: InnerProductBound, _ storage: GraphStorage) -> Bool {
    let scores = unsafe entries.entries(of: query).scores
    return unsafe storage.kernels.pointee.count_at_least(scores, all[query].size, bound.floor(from: node)) >= k
  }

  /// Sorts the candidates of a query, and records the first node that is too small to be kept.
  mutating func end(_ query: Int, _ bound: InnerProductBound, of storage: GraphStorage) {
    var one = all[query]
    let wanted = one.isComplete ? k : places
    if one.size > wanted {
      let error = one.isComplete ? Float(2 * bound.error) : 0
      one.size = unsafe entries.keep(query, one.size, from: kth(wanted, one, of: query, storage.kernels) - error)
    }
    unsafe sort(&one, query, storage.kernels)
    if !one.isComplete {
      // A list that is not full keeps any node.
      let last = one.size == capacity ? Candidate.distance(beams[query * (places + 1) + capacity - 1]) : .infinity
      one.end = bound.end(of: last, from: one.rows)
      one.isComplete = one.end == one.rows
    }
    all[query] = one
  }

  /// Up to so many candidates, the insertion into a beam sorts fastest.
  private static let fewest = 128

  /// Makes candidates of what is kept, best first, at most ``places`` of them.
  private mutating func sort(_ one: inout One, _ query: Int, _ kernels: UnsafePointer<akin_kernels>) {
    let beam = query * (places + 1)
    if one.size > PrefixScan.fewest {
      let sorted = unsafe entries.sorted(query, one.size).prefix(places)
      beams.replaceSubrange(beam..<beam + sorted.count, with: sorted)
      one.size = sorted.count
      return
    }
    let (scores, nodes) = unsafe entries.entries(of: query)
    for entry in 0..<one.size { unsafe scores[entry] = -scores[entry] }
    var lowest = places
    one.size = unsafe beams.withUnsafeMutableBufferPointer { beams in
      // Safe: there are `places` and one more from `beam`.
      unsafe kernels.pointee.beam_insert(
        beams.baseAddress! + beam, 0, max(1, places), scores, nodes, one.size, &lowest)
    }
  }
}
