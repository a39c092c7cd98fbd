import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// A group of queries that scans the lists nearest to each (``ItemLists``): exact among their items.
///
///     for each query: the values of all centres             → the nearest list, the next three, and so on: waves of lists
///     for each wave, list, and query that visits it:         → its items by codes, then by float32 (`Candidates`)
///
/// Each wave raises the bound on the answer that the codes of the next are compared with. With r the radius of a list and d the distance
/// of a query from its centre, no item of the list is nearer than d - r, nor has a product above q·c + r|q|, so a far list is passed by.
///
/// Cost a query: a product with all centres; for each list as much as some 500 codes (some 100 by inner product, where the query has one
/// code for all lists), and its codes.
@unsafe final class ListBlock {
  let index: ExhaustiveIndex
  let lists: ItemLists
  private let queryCount: Int
  let stride: Int
  let summary: NormSummary
  let whole: NormSummary.Block
  private let entries: CandidateEntries
  let candidates: UnsafeMutablePointer<Candidates>
  /// The queries (normalised under cosine).
  let queries: AlignedFloats
  /// The queries as codes, by inner product.
  let encoded: EncodedQueries?
  /// For each query and list, its ``ListRanking``'s value: by the mean q·c - |c|²/2, or by inner product the mean score.
  private let values: AlignedFloats
  private let lanes: Int
  /// So many items give a first bound on an answer, which leaves out most others.
  let firstScored: Int
  /// What all queries allow, or `nil`.
  let mask: ListMask?
  /// For each query the place of a block of a list up to which it has scored the items.
  let scored: UnsafeMutablePointer<Int>
  let filter: CodeFilter
  private let source: UnitRows
  let code: UnsafeMutablePointer<Int8>
  let local: UnsafeMutablePointer<UInt32>
  let positions: UnsafeMutablePointer<UInt32>
  let hits: UnsafeMutablePointer<UInt32>
  let scores = unsafe AlignedFloats(count: QueryBlock.blockRows)

  /// The values of a group take at most so many floats.
  private static let mostValues = 1 << 19
  /// So many times as many lists are visited after a wave as before it.
  private static let growth = 4

  /// The largest number of queries of a group.
  static func groupSize(_ lists: ItemLists, k: Int) -> Int {
    unsafe max(1, min(512, mostValues / max(16, lists.count), (8 << 20) / (10 * k)))
  }

  /// - Parameters:
  ///   - allowed: The rows that may be in the answer to a query of `all`; `nil` allows all.
  ///   - shared: What they all allow, or `nil`.
  init(
    of index: ExhaustiveIndex, _ lists: ItemLists, queries all: EmbeddingMatrix, range: Range<Int>,
    allowed: ((Int) -> AllowedRows?)?, among shared: AllowedItems?, _ summary: NormSummary, k: Int
  ) {
    let (stride, dimension) = (index.items.stride, index.dimension)
    unsafe self.index = index
    unsafe self.lists = lists
    unsafe self.stride = stride
    unsafe firstScored = max(64, 4 * k)
    unsafe mask = shared?.mask(of: lists)
    unsafe scored = .allocate(capacity: max(1, range.count))
    unsafe scored.initialize(repeating: 0, count: max(1, range.count))
    unsafe self.summary = summary
    unsafe whole = summary.rest(from: 0)
    unsafe queryCount = range.count
    unsafe lanes = lists.packed.lanes
    unsafe entries = CandidateEntries(queries: range.count, k: k, items: index.count)
    unsafe candidates = .allocate(capacity: max(1, range.count))
    unsafe queries = AlignedFloats(count: range.count * stride)
    unsafe values = AlignedFloats(count: range.count * lanes)
    unsafe filter = CodeFilter(queries: range.count, width: (dimension + 3) & ~3, blockRows: QueryBlock.blockRows)
    unsafe source = UnitRows(index, summary)
    unsafe code = .allocate(capacity: (dimension + 3) & ~3)
    unsafe code.initialize(repeating: 0, count: (dimension + 3) & ~3)
    unsafe local = .allocate(capacity: QueryBlock.blockRows)
    unsafe positions = .allocate(capacity: QueryBlock.blockRows)
    unsafe hits = .allocate(capacity: QueryBlock.blockRows)
    for (place, query) in range.enumerated() {
      // Safe: the query lies inside `all`, whose stride is that of the items.
      let components = unsafe all.base + query * stride
      let one = unsafe Candidates(
        of: index, query: components, allowed: allowed?(query), in: entries, place: place, k: k, summary)
      unsafe (candidates + place).initialize(to: one)
      let unit = unsafe index.unitQuery(components, norm: one.bound.queryNorm)
      let source = unsafe unit?.floats.baseAddress.map { unsafe UnsafePointer($0) } ?? components
      let own = unsafe queries.floats.baseAddress! + place * stride
      unsafe own.update(from: source, count: dimension)
    }
    guard index.metric == .innerProduct else {
      unsafe encoded = nil
      return
    }
    var norms: [Double] = []
    for place in 0..<range.count { unsafe norms.append(candidates[place].bound.queryNorm) }
    // Safe: the queries are `stride` floats apart.
    unsafe encoded = unsafe EncodedQueries(
      queries.floats.baseAddress!, stride: stride, count: range.count, norms: norms,
      inPairs: index.kernels.pointee.level == AKIN_AVX2,
      by: Rotation(identity: dimension, kernels: index.kernels), kernels: index.kernels)
  }

  deinit {
    unsafe candidates.deinitialize(count: queryCount)
    unsafe candidates.deallocate()
    unsafe scored.deallocate()
    unsafe code.deallocate()
    unsafe local.deallocate()
    unsafe positions.deallocate()
    unsafe hits.deallocate()
  }

  /// Writes the keys of the answer to a query, best first, at most `k`; returns their number.
  func finish(_ query: Int, into answer: UnsafeMutablePointer<UInt64>) -> Int {
    // Without a guess the answer is always known.
    unsafe candidates[query].finish(into: answer) ?? 0
  }

  /// Scans the `number` nearest lists of each query; a few more of lists at nearly the same distance.
  ///
  /// - Throws: `Cancelled` between two lists, once `execution` is.
  func scan(nearest number: Int, _ ranking: ListRanking, _ execution: Execution) throws(Cancelled) {
    unsafe compareCentres(ranking)
    for wave in unsafe waves(nearest: number) {
      try unsafe wave.forEachList(of: lists.count) { list, queries throws(Cancelled) in
        try execution.checkCancellation()
        if let codes = unsafe lists.codes(of: list, for: queries.count, source) {
          unsafe visit(list, queries, codes)
        } else {
          unsafe visitByFloats(list, queries)
        }
      }
      for query in unsafe 0..<queryCount { unsafe candidates[query].tighten() }
    }
  }

  /// Computes the value of each centre for each query.
  func compareCentres(_ ranking: ListRanking) {
    // Safe: there is a value for each lane and query, and the panels hold all centres.
    unsafe index.kernels.pointee.product(
      queries.floats.baseAddress!, stride, queryCount, lists.packed.panels.floats.baseAddress!, lanes / 16,
      index.dimension,
      lists.starts.floats.baseAddress!, values.floats.baseAddress!, lanes)
    defer {
      for list in unsafe mask?.empty ?? [] {
        for query in unsafe 0..<queryCount { unsafe values.floats[query * lanes + list] = -.infinity }
      }
    }
    let metric = unsafe index.metric
    let number = Float(ranking.deviations(isProduct: metric == .innerProduct))
    guard number > 0 else { return }
    for query in unsafe 0..<queryCount {
      let own = unsafe values.floats.baseAddress! + query * lanes
      let norm = unsafe Float(candidates[query].bound.queryNorm)
      // With D = |q - c|² = |q|² - 2v, half of the squared distance of an item is about D/2 + dσ²/2 ± σ√D.
      let square = metric == .cosine ? 1 : norm * norm
      for (list, (deviation, bias)) in unsafe lists.deviations.enumerated() {
        if metric == .innerProduct {
          unsafe own[list] += number * (norm * deviation + bias)
        } else {
          let (distance, mean) = unsafe (max(0, square - 2 * own[list]).squareRoot(), 0.5 * deviation * deviation)
          unsafe own[list] += number * deviation * distance - Float(index.dimension) * mean
        }
      }
    }
  }

  /// The rank of the list of an item among those of a query that visits lists: 1 for the nearest, the first of equal ones, which are all
  /// visited. The centres are compared.
  func rank(of position: Int, for query: Int) -> Int {
    let (own, list) = unsafe (values.floats.baseAddress! + query * lanes, lists.owners[position])
    guard list != Partition.none else { return unsafe lists.count }
    // Safe: there is a value for each list.
    return unsafe 1 + index.kernels.pointee.count_at_least(own, lists.count, own[Int(list)].nextUp)
  }

  /// The queries that visit each list, in waves: the nearest list of each query, those up to the fourth, to the sixteenth, and so on.
  private func waves(nearest number: Int) -> [ListWave] {
    let (count, kernels) = unsafe (lists.count, index.kernels)
    let number = unsafe min(number, count - (mask?.empty.count ?? 0))
    guard number > 0 else { return [] }
    var ends = [1]
    while let last = ends.last, last < number { unsafe ends.append(min(number, last * ListBlock.growth)) }
    var waves = [ListWave](repeating: ListWave(), count: ends.count)
    var near = [UInt32](repeating: 0, count: count)
    for query in unsafe 0..<queryCount where unsafe visitsLists(query) {
      // Safe: there is a value for each list, and room for the number of each.
      let own = unsafe values.floats.baseAddress! + query * lanes
      let greatest = unsafe kernels.pointee.kth_lower_bound(own, count, 1)
      guard greatest.isFinite else { continue }
      var least = Float.infinity
      for list in 0..<count where unsafe own[list].isFinite { least = unsafe min(least, own[list]) }
      let floors = ends.map { unsafe KthValue.lowerBound(own, count, $0, least: least, greatest: greatest, kernels) }
      let found = unsafe near.withUnsafeMutableBufferPointer { near in
        unsafe kernels.pointee.indices_at_least(own, UInt32(count), floors[floors.count - 1], near.baseAddress!)
      }
      var isFirst = true
      for list in near.prefix(Int(found)) {
        let value = unsafe own[Int(list)]
        // Of several nearest lists one is the first.
        let later = max(min(1, ends.count - 1), floors.firstIndex { value >= $0 } ?? 0)
        let wave = isFirst && value == greatest ? 0 : later
        isFirst = isFirst && wave > 0
        waves[wave].add(query, to: Int(list))
      }
    }
    return waves
  }

  /// Whether a query is compared with lists: it matches something, and no value of a list overflows `Float`.
  func visitsLists(_ query: Int) -> Bool {
    let norm = unsafe candidates[query].bound.queryNorm
    return unsafe index.metric == .cosine ? norm > 0 : norm < 0x1p60
  }

  /// The distance from a query that the items of its answer do not exceed, as far as is known.
  func reach(_ query: Int) -> Double {
    let least = unsafe RoundingBound.least(roundingTo: candidates[query].kthScore)
    guard least > -.infinity else { return .infinity }
    // |q - x|² = 2 - 2q·x for normalised vectors, but for their rounding.
    let square = unsafe index.metric == .cosine ? max(0, 2 - 2 * least) + 0x1p-20 : -least
    return max(0, square).squareRoot() * (1 + 0x1p-20)
  }
}
