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
  // Safe: the entries of a query hold what ``most(_:)`` allows and one block more; the table of kernels is constant.

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
    /// How many of the best are kept: the capacity, or `k` where the scan is sure to end with the answer.
    var wanted = 0
    /// Whether the norms show that the scan will end with the answer.
    var isSure = false
    /// Scores below it are not kept. Whatever is above `-greatestFiniteMagnitude` is reached by as many nodes as are wanted.
    var floor = -Float.greatestFiniteMagnitude
    /// The least score that is kept: the floor, or above it where so many nodes have just that score that no later one counts.
    var admitted = -Float.greatestFiniteMagnitude
    /// All scores are between these.
    var least = Float.infinity
    var greatest = -Float.infinity

    var hasFloor: Bool { floor > -Float.greatestFiniteMagnitude }
  }

  /// The number of candidates of a search, and of those that can be among the scanned items.
  let capacity: Int
  let places: Int
  /// The number of items of the answer, at most ``capacity``.
  let k: Int
  /// How many items are scanned for a query, and the most where a few more tell its answer.
  let rows: Int
  let most: Int
  /// What later nodes can reach, by query.
  let bounds: [InnerProductBound]
  let kernels: UnsafePointer<akin_kernels>
  /// What is kept.
  let entries: PrefixEntries
  /// The candidates, best first: ``places`` entries a query, and one spare entry.
  var beams: [UInt64]
  var all: [One]

  /// - Parameters:
  ///   - bounds: What later nodes can reach, by query.
  ///   - capacity: How many of the best are kept for a walk.
  ///   - k: How many the answer shall have, at most `capacity`.
  ///   - rows: How many items are scanned for a query, unless fewer tell that no other can be in its answer; half as many more
  ///     where those will tell it.
  ///   - count: The number of items that can be scanned.
  init(
    _ bounds: [InnerProductBound], capacity: Int, k: Int, rows: Int, count: Int, kernels: UnsafePointer<akin_kernels>
  ) {
    self.bounds = bounds
    unsafe self.kernels = kernels
    self.capacity = capacity
    self.k = k
    self.rows = rows
    most = min(rows + rows / 2, count)
    places = min(capacity, count)
    unsafe entries = PrefixEntries(queries: bounds.count, room: PrefixScan.most(places) + TopNormItems.blockRows)
    beams = [UInt64](repeating: 0, count: bounds.count * (places + 1))
    var one = One()
    one.wanted = capacity
    all = [One](repeating: one, count: bounds.count)
  }

  /// The number of entries that is not exceeded between two blocks, where so many are wanted.
  static func most(_ wanted: Int) -> Int { wanted + max(16, wanted / 4) }

  /// The candidates of a query, best first.
  func candidates(_ query: Int) -> ArraySlice<UInt64> {
    beams[query * (places + 1)..<query * (places + 1) + all[query].size]
  }

  /// Scores those of a block's nodes that may be among the best, and keeps the best.
  ///
  /// Nodes that only rows leave out are kept until the scan is sure to end with the answer: a walk goes through them.
  ///
  /// - Parameters:
  ///   - values: What the nodes' bytes say; room for the block.
  ///   - vector: The query.
  ///   - rounding: How values become scores.
  ///   - allowed: The nodes that may be in the answer; `nil` for all.
  ///   - items: The vectors of the first nodes.
  @unsafe mutating func take(
    _ values: UnsafeMutablePointer<Float>, _ range: Range<Int>, for query: Int, _ vector: UnsafePointer<Float>,
    _ rounding: CodeRounding, _ allowed: NodeFilter?, _ items: EmbeddingMatrix, of storage: GraphStorage
  ) {
    let kernels = unsafe kernels.pointee
    var one = all[query]
    var least = -Float.infinity
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: TopNormItems.blockRows) { places in
      unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: TopNormItems.blockRows) { products in
        // Safe: a block has no more nodes than there is room for, and each of them lies inside the matrix.
        let (places, products) = (places.baseAddress!, products.baseAddress!)
        if rounding.unit > 0 {
          if one.hasFloor {
            least = rounding.least(score: Double(one.floor))
          } else if one.size == 0 {
            least = unsafe firstLeast(values, range, for: query, &one, rounding, allowed, products)
          }
        }
        var found = range.count
        if least > -.infinity {
          found = unsafe Int(kernels.indices_at_least(values, UInt32(truncatingIfNeeded: range.count), least, places))
        } else {
          for place in 0..<found { unsafe places[place] = UInt32(truncatingIfNeeded: place) }
        }
        if let allowed {
          let all = found
          found = 0
          for hit in 0..<all {
            let node = unsafe range.lowerBound &+ Int(places[hit])
            guard one.isSure ? allowed.allows(node) : allowed.isInMask(node) else { continue }
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
    if one.size > (one.hasFloor ? PrefixScan.most(one.wanted) : one.wanted) {
      raise(&one, of: query)
    }
    one.rows = range.upperBound
    all[query] = one
  }

  /// The least value of a node to be kept, before any is; writes -∞ over the values of nodes that are not.
  ///
  /// - Parameter spare: Room for a value a node.
  @unsafe private func firstLeast(
    _ values: UnsafeMutablePointer<Float>, _ range: Range<Int>, for query: Int, _ one: inout One,
    _ rounding: CodeRounding, _ allowed: NodeFilter?, _ spare: UnsafeMutablePointer<Float>
  ) -> Float {
    // A bound from values must be one of allowed nodes. Later the nodes found are few, and each is looked up.
    unsafe allowed?.mask(values, range)
    // So many values reach it, and hardly any other.
    func reached(by wanted: Int) -> Double? {
      let value = unsafe kernels.pointee.kth_lower_bound(values, range.count, wanted)
      return value > -.infinity ? rounding.score(of: value) : nil
    }
    func tells() -> Bool {
      reached(by: k).map { $0 >= Double(bounds[query].floor(from: max(most, range.upperBound))) } ?? false
    }
    if tells() {
      if let allowed, allowed.hasRows {
        unsafe spare.update(from: values, count: range.count)
        unsafe allowed.excludeRows(from: values, range)
        if !tells() { unsafe values.update(from: spare, count: range.count) } else { keepAnswerOnly(&one) }
      } else {
        keepAnswerOnly(&one)
      }
    }
    return reached(by: one.wanted).map { rounding.least(score: $0 - errorMargin(query)) } ?? -.infinity
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
  private func raise(_ one: inout One, of query: Int) {
    let last = kth(one.wanted, one, of: query)
    one.floor = max(one.floor, Float(Double(last) - errorMargin(query)).nextDown)
    one.admitted = one.floor
    one.size = unsafe entries.keep(query, one.size, from: one.floor)
    // Many scores are equal, or nearly so: as many nodes as there is room for are kept, and the answer chooses among them.
    if one.size > PrefixScan.most(one.wanted) { one.wanted = capacity }
    guard one.size > PrefixScan.most(one.wanted) else { return }
    // Of more than that the best are kept, of equal ones the first nodes; later only better nodes are added.
    let (scores, nodes) = unsafe entries.entries(of: query)
    for (place, candidate) in unsafe entries.sorted(query, one.size).prefix(capacity).enumerated() {
      unsafe scores[place] = -Candidate.distance(candidate)
      unsafe nodes[place] = Candidate.node(candidate)
    }
    one.size = capacity
    one.floor = unsafe scores[capacity - 1]
    one.admitted = one.floor.nextUp
  }

  /// Keeps no more from here on than the answer needs.
  func keepAnswerOnly(_ one: inout One) {
    one.isSure = true
    one.wanted = k
  }

  /// How far below the last wanted score a node may be and yet be among the wanted: scores in float64 decide.
  func errorMargin(_ query: Int) -> Double { 2 * bounds[query].error }

  /// A score that at least `wanted` of the kept nodes reach, and hardly any other.
  func kth(_ wanted: Int, _ one: One, of query: Int) -> Float {
    unsafe KthValue.lowerBound(
      entries.entries(of: query).scores, one.size, wanted, least: max(one.least, one.floor), greatest: one.greatest,
      kernels)
  }
}
