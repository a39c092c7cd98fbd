import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// A group of queries that scans the items block by block.
///
/// A query is finished once no later item can be in its answer. Otherwise codes select the items of a block to score.
/// The product of the block with the query replaces codes where they do not help: while no lower bound on the answer is
/// known, or where too many items pass. The remaining items get float32 values (``Candidates``). Benchmark:
/// `Tools/bench/graph/run.py`, the row "akin exact".
@unsafe final class QueryBlock {
  /// Items of a block, which share the step of their codes.
  static let blockRows = 512
  /// Queries in one call of the product: a multiple of the register block of every level.
  static let stripe = 24

  let index: ExhaustiveIndex
  let queryCount: Int
  let stride: Int
  let bounds: [RoundingBound]
  /// Keeps the components alive by which ``candidates`` score.
  private let components: EmbeddingMatrix
  private let entries: CandidateEntries
  // A pointer, not an array: the exclusivity checks of Swift would take a third of the time of a short answer.
  let candidates: UnsafeMutablePointer<Candidates>
  /// The queries for the product (normalised under cosine), and room for the queries that a tile concerns.
  let queries: AlignedFloats
  private(set) lazy var gathered = unsafe AlignedFloats(count: queryCount * stride)
  let tileRows: Int
  private(set) lazy var panels = unsafe AlignedFloats(count: tileRows * index.dimension)
  private(set) lazy var unitRows = unsafe index.metric == .cosine ? AlignedFloats(count: tileRows * stride) : nil
  private(set) lazy var starts =
    unsafe index.metric == .euclidean || index.biases != nil ? AlignedFloats(count: tileRows) : nil
  /// Room for the values of a stripe of queries in a tile.
  private(set) lazy var values = unsafe AlignedFloats(count: Self.stripe * tileRows)
  /// Room for the values of one query in a block.
  private let gatheredValues = unsafe AlignedFloats(count: QueryBlock.blockRows)
  let positions: UnsafeMutablePointer<UInt32>
  let hits: UnsafeMutablePointer<UInt32>
  /// The items and the queries as codes, or `nil` for a scan without codes.
  let coded: (items: EncodedItems, queries: EncodedQueries, filter: CodeFilter)?
  /// The positions that any answer may hold; `nil` allows all.
  private let mask: PositionMask?
  private var pace = FilterPace()

  /// - Parameters:
  ///   - allowed: The rows that may be in the answer to a query of `all`.
  ///   - mask: The positions of what they all allow, or `nil`.
  ///   - coded: The items as codes, or `nil` for a scan without codes.
  ///   - reached: For each query of `all`, a score that at least `k` items of its answer reach; `nil` when unknown.
  ///   - sample: Gives each query a guess at its k-th best score; `nil` for a search without guesses.
  init(
    of index: ExhaustiveIndex, queries all: EmbeddingMatrix, range: Range<Int>, allowed: ((Int) -> AllowedRows?)?,
    mask: PositionMask? = nil, coded: EncodedItems?, reached: [Float]?, sample: ScoreSample?, _ summary: NormSummary,
    k: Int
  ) {
    let stride = index.items.stride
    let dimension = index.dimension
    var bounds: [RoundingBound] = []
    let candidates = UnsafeMutablePointer<Candidates>.allocate(capacity: max(1, range.count))
    let queries = AlignedFloats(count: range.count * stride)
    let entries = unsafe CandidateEntries(queries: range.count, k: k, items: index.count)
    for (place, query) in range.enumerated() {
      // Safe: the query lies inside `all`, whose stride equals that of the items because the dimensions are equal.
      let vector = unsafe all.base + query * stride
      let one = unsafe Candidates(
        of: index, query: vector, allowed: allowed?(query), in: entries, place: place, k: k,
        reached: reached?[query] ?? -.infinity, summary)
      let norm = unsafe one.bound.queryNorm
      unsafe bounds.append(one.bound)
      unsafe (candidates + place).initialize(to: one)
      let unit = unsafe index.unitQuery(vector, norm: norm)
      let source = unsafe unit?.floats.baseAddress.map { unsafe UnsafePointer($0) } ?? vector
      unsafe (queries.floats.baseAddress! + place * stride).update(from: source, count: dimension)
    }
    unsafe self.coded = unsafe coded.map { items in
      unsafe (
        items,
        EncodedQueries(
          all.base + range.lowerBound * stride, stride: stride, count: range.count, norms: bounds.map(\.queryNorm),
          inPairs: index.kernels.pointee.level == AKIN_AVX2, for: items), CodeFilter(queries: range.count, over: items)
      )
    }
    unsafe self.mask = mask
    unsafe self.index = index
    unsafe self.stride = stride
    unsafe queryCount = range.count
    unsafe self.bounds = bounds
    unsafe components = all
    unsafe self.entries = entries
    unsafe self.candidates = candidates
    unsafe self.queries = queries
    unsafe tileRows = QueryBlock.tileRows(dimension: dimension)
    unsafe positions = .allocate(capacity: QueryBlock.blockRows)
    unsafe hits = .allocate(capacity: QueryBlock.blockRows)
    if let sample, sample.place(for: k) != nil { unsafe guess(from: sample, summary) }
  }

  deinit {
    unsafe candidates.deinitialize(count: queryCount)
    unsafe candidates.deallocate()
    unsafe positions.deallocate()
    unsafe hits.deallocate()
  }

  /// Writes the keys of the answer to a query, best first, at most `k`; returns their number, or `nil` where the guess was too
  /// high.
  func finish(_ query: Int, into answer: UnsafeMutablePointer<UInt64>) -> Int? {
    unsafe candidates[query].finish(into: answer)
  }

  /// The score that the items of the answer to a query reach, as far as is known.
  @inline(__always)
  func kthScore(_ query: Int) -> Float { unsafe candidates[query].kthScore }

  /// Lets each query begin from a guess.
  private func guess(from sample: ScoreSample, _ summary: NormSummary) {
    let all = summary.rest(from: 0)
    let lanes = sample.lanes
    let values = unsafe AlignedFloats(count: min(Self.stripe, queryCount) * lanes)
    for first in unsafe Swift.stride(from: 0, to: queryCount, by: Self.stripe) {
      let count = unsafe min(Self.stripe, queryCount - first)
      // Safe: the queries are `stride` floats apart, and there is room for a stripe of values.
      let found = unsafe values.floats.baseAddress!
      unsafe sample.score(queries.floats.baseAddress! + first * stride, stride: stride, count, into: found)
      for place in 0..<count {
        let (bound, query) = unsafe (bounds[first + place], first + place)
        let needed = unsafe candidates[query].mostNeeded(besidesShared: mask != nil)
        guard bound.trusts(all), let place = sample.place(for: needed) else { continue }
        unsafe candidates[query].begin(
          from: bound.score(reaching: sample.value(at: place, of: found + (query - first) * lanes), in: all))
      }
    }
  }

  /// Scans a slab of items, which starts at a block, for all queries.
  ///
  /// - Throws: `Cancelled` between two blocks, once `execution` is.
  func scan(_ slab: Range<Int>, _ summary: NormSummary, _ execution: Execution? = nil) throws(Cancelled) {
    var alive = unsafe [Int](0..<queryCount)
    var byCodes: [Int] = []
    var byProduct: [Int] = []
    var start = slab.lowerBound
    var blocks = 0
    while start < slab.upperBound && !alive.isEmpty {
      try execution?.checkCancellation()
      // After 4, 8, 16 ... blocks: bounds leave out whole blocks, and most that is found is found early.
      if blocks >= 4 && blocks & (blocks &- 1) == 0 { for query in alive { unsafe candidates[query].tighten() } }
      blocks &+= 1
      let end = unsafe min(start + Self.blockRows, slab.upperBound)
      if let mask = unsafe mask, mask.isEmpty(start..<end) {
        start = end
        continue
      }
      let rest = summary.rest(from: start)
      let block = summary.block(from: start, to: end)
      let isCoded = unsafe coded != nil && pace.isWorthTrying()
      byCodes.removeAll(keepingCapacity: true)
      byProduct.removeAll(keepingCapacity: true)
      var kept = 0
      for place in alive.indices {
        let query = alive[place]
        let bound = unsafe bounds[query]
        let kth = unsafe kthScore(query)
        let least = RoundingBound.least(roundingTo: kth)
        if bound.best(in: rest) < least || bound.metric == .cosine && bound.queryNorm == 0 { continue }
        alive[kept] = query
        kept += 1
        if bound.best(in: block) < least { continue }
        if isCoded && kth > -.infinity {
          byCodes.append(query)
        } else {
          byProduct.append(query)
        }
      }
      alive.removeLast(alive.count - kept)
      if !byCodes.isEmpty { unsafe filter(byCodes, start..<end, block, summary, others: &byProduct) }
      if !byProduct.isEmpty { unsafe product(byProduct, start..<end, summary) }
      start = end
    }
  }

  /// Scores the items of a block by codes for some queries; queries that codes cannot serve join the others.
  private func filter(
    _ queries: [Int], _ range: Range<Int>, _ block: NormSummary.Block, _ summary: NormSummary, others: inout [Int]
  ) {
    guard let (items, encoded, filter) = unsafe coded else { return }
    let about = unsafe items.blocks[range.lowerBound / Self.blockRows]
    let batch = unsafe filter.batch
    unsafe batch.removeAll()
    for query in queries {
      let wanted = unsafe bounds[query].wanted(kth: kthScore(query), square: encoded.facts[query].square)
      if let ask = encoded.ask(query, about, wanted: wanted) {
        unsafe batch.add(query, ask, code: encoded.code(of: query))
      } else {
        others.append(query)
      }
    }
    guard unsafe batch.count > 0 else { return }
    unsafe filter.find(in: items, range)
    if let mask = unsafe mask { unsafe mask.withWords(of: range) { unsafe filter.keep(only: $0) } }
    var kept = 0
    for place in unsafe 0..<batch.count {
      let count = unsafe filter.positions(of: place, into: positions)
      kept += count
      if count > 0 { unsafe score(batch.queries[place], count, range, block, summary) }
    }
    unsafe pace.note(kept: kept, of: batch.count * range.count)
  }

  /// Computes the float32 values of the items at `positions`, and takes those that reach the bound of the query.
  func score(
    _ query: Int, _ count: Int, _ range: Range<Int>, _ block: NormSummary.Block, _ summary: NormSummary
  ) {
    let bound = unsafe bounds[query]
    guard bound.trusts(block) else {
      for place in 0..<count { unsafe candidates[query].takeScore(range.lowerBound &+ Int(positions[place])) }
      return
    }
    // Safe: the positions lie in the block, `gatheredValues` has room for each, and a query has `stride` floats.
    let kernels = unsafe index.kernels
    let first = unsafe index.items.base + range.lowerBound * stride
    let vector = unsafe queries.floats.baseAddress! + query * stride
    let values = unsafe gatheredValues.floats.baseAddress!
    if bound.metric == .euclidean {
      unsafe kernels.pointee.squared_euclidean_gather(vector, first, stride, index.dimension, positions, count, values)
    } else {
      unsafe kernels.pointee.dot_gather(vector, first, stride, index.dimension, positions, count, values)
    }
    switch bound.metric {
    case .euclidean: for place in 0..<count { unsafe values[place] = -values[place] }
    case .cosine:
      if let inverses = unsafe summary.perRow?.floats.baseAddress.map({ unsafe $0 + range.lowerBound }) {
        for place in 0..<count { unsafe values[place] *= inverses[Int(positions[place])] }
      }
    case .innerProduct:
      if let biases = unsafe index.biases.map({ unsafe $0 + range.lowerBound }) {
        for place in 0..<count { unsafe values[place] += biases[Int(positions[place])] }
      }
    }
    unsafe candidates[query].take(
      values, count, first: range.lowerBound, list: positions, bound.metric == .euclidean ? nil : block, hits)
  }
}
