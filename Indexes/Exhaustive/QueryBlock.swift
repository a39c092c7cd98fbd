import AkinSupport
import AkinVectors
import CAkinKernels

/// A group of queries on its way through the items, tile by tile: pack, multiply, compare, score the few that are left.
///
/// Hot: a tile of up to 448 KiB of packed items stays in the second-level cache while all queries of the group pass it,
/// 24 at a time; the values they make (at most 96 KiB) are compared with each query's floor before they leave the
/// cache. Neither a matrix of values nor a sort ever exists.
@unsafe final class QueryBlock {
  /// Queries in one call of the product: a multiple of every level's register block.
  private static let stripe = 24

  private let index: ExhaustiveIndex
  private let queryCount: Int
  private let stride: Int
  private let bounds: [RoundingBound]
  private var candidates: [Candidates]
  /// The queries as the product wants them (of length 1 under cosine), and room for those that a tile concerns.
  private let queries: AlignedFloats
  private let gathered: AlignedFloats
  private let tileRows: Int
  private let panels: AlignedFloats
  private let unitRows: AlignedFloats?
  private let starts: AlignedFloats?
  private let values: AlignedFloats
  private let positions: UnsafeMutablePointer<UInt32>

  /// - Parameters:
  ///   - places: `k` places for each query of the range, one after the other, that outlive the block.
  init(
    of index: ExhaustiveIndex, queries all: EmbeddingMatrix, range: Range<Int>, excluding: ((Int) -> RowSet?)?,
    places: UnsafeMutablePointer<UInt64>, k: Int
  ) {
    let stride = index.items.stride
    let dimension = index.dimension
    var bounds: [RoundingBound] = []
    var candidates: [Candidates] = unsafe []
    let queries = AlignedFloats(count: range.count * stride)
    for (place, query) in range.enumerated() {
      // Safe: the query lies inside `all`, whose stride is that of the items because the dimension is.
      let components = unsafe all.base + query * stride
      let one = unsafe Candidates(
        of: index, query: components, excluding: excluding?(query), places: places + place * k, k: k)
      let norm = unsafe one.queryNorm
      bounds.append(RoundingBound(metric: index.metric, dimension: dimension, queryNorm: norm))
      unsafe candidates.append(one)
      let unit = unsafe index.unitQuery(components, norm: norm)
      let source = unsafe unit?.floats.baseAddress.map { unsafe UnsafePointer($0) } ?? components
      unsafe (queries.floats.baseAddress! + place * stride).update(from: source, count: dimension)
    }
    unsafe self.index = index
    unsafe self.stride = stride
    unsafe queryCount = range.count
    unsafe self.bounds = bounds
    unsafe self.candidates = candidates
    unsafe self.queries = queries
    unsafe gathered = AlignedFloats(count: range.count * stride)
    let tileRows = unsafe QueryBlock.tileRows(dimension: dimension)
    unsafe self.tileRows = tileRows
    unsafe panels = AlignedFloats(count: tileRows * dimension)
    unsafe unitRows = index.metric == .cosine ? AlignedFloats(count: tileRows * stride) : nil
    let hasStarts = unsafe index.metric == .euclidean || index.biases != nil
    unsafe starts = hasStarts ? AlignedFloats(count: tileRows) : nil
    unsafe values = AlignedFloats(count: QueryBlock.stripe * tileRows)
    unsafe positions = .allocate(capacity: tileRows)
  }

  deinit { unsafe positions.deallocate() }

  /// How many keys a query has in its places.
  func found(_ query: Int) -> Int { unsafe candidates[query].best.count }

  /// Items in a tile: a power of two, 16 to 1,024, with its panels at most 448 KiB where that is possible.
  private static func tileRows(dimension: Int) -> Int {
    var rows = 1024
    while rows > 16 && rows * dimension > 448 << 8 { rows /= 2 }
    return rows
  }

  /// Takes all queries through the items of a slab, which begins where a block does.
  func scan(_ slab: Range<Int>, _ summary: NormSummary) {
    var concerned: [Int] = []
    var start = slab.lowerBound
    while start < slab.upperBound {
      let end = unsafe min(start + tileRows, slab.upperBound)
      let block = summary.block(from: start, to: end)
      unsafe collect(&concerned, block, start..<end)
      if !concerned.isEmpty { unsafe multiply(concerned, start..<end, block, summary) }
      start = end
    }
  }

  /// Finds the queries whose answer the tile may change; those that float32 cannot serve are served in float64 here.
  private func collect(_ concerned: inout [Int], _ block: NormSummary.Block, _ tile: Range<Int>) {
    concerned.removeAll(keepingCapacity: true)
    for query in unsafe 0..<queryCount {
      let bound = unsafe bounds[query]
      if bound.metric == .cosine && bound.queryNorm == 0 { continue }
      if unsafe bound.best(in: block) < RoundingBound.least(roundingTo: candidates[query].kthScore) { continue }
      if bound.trusts(block) { concerned.append(query) } else { unsafe candidates[query].offerAll(tile) }
    }
  }

  private func multiply(
    _ concerned: [Int], _ tile: Range<Int>, _ block: NormSummary.Block, _ summary: NormSummary
  ) {
    let kernels = unsafe index.kernels
    let dimension = unsafe index.dimension
    let stride = unsafe stride
    unsafe pack(tile, summary)
    let panelCount = (tile.count + 15) / 16
    let width = panelCount * 16
    let panels = unsafe UnsafePointer(panels.floats.baseAddress!)
    let starts = unsafe starts.map { unsafe UnsafePointer($0.floats.baseAddress!) }
    let values = unsafe values.floats.baseAddress!
    let lined = unsafe lineUp(concerned)
    var first = 0
    while first < concerned.count {
      let count = unsafe min(QueryBlock.stripe, concerned.count - first)
      // Safe: `lined` holds every concerned query, `values` has room for a stripe of tiles.
      unsafe kernels.pointee.product(
        lined + first * stride, stride, count, panels, panelCount, dimension, starts, values, width)
      for place in 0..<count {
        unsafe keep(concerned[first + place], values + place * width, tile, block)
      }
      first += count
    }
  }

  /// The concerned queries one after the other: where they are when all are concerned, else copied.
  private func lineUp(_ concerned: [Int]) -> UnsafePointer<Float> {
    let queries = unsafe queries.floats.baseAddress!
    if unsafe concerned.count == queryCount { return unsafe UnsafePointer(queries) }
    let gathered = unsafe gathered.floats.baseAddress!
    for (place, query) in concerned.enumerated() {
      unsafe (gathered + place * stride).update(from: queries + query * stride, count: stride)
    }
    return unsafe UnsafePointer(gathered)
  }

  /// Scores what reaches a query's floor.
  private func keep(_ query: Int, _ values: UnsafePointer<Float>, _ tile: Range<Int>, _ block: NormSummary.Block) {
    let bound = unsafe bounds[query]
    var floor = unsafe bound.floor(kth: candidates[query].kthScore, in: block)
    let positions = unsafe positions
    let hits = unsafe Int(index.kernels.pointee.above(values, UInt32(tile.count), floor, positions))
    for hit in 0..<hits {
      let offset = unsafe Int(positions[hit])
      if unsafe values[offset] >= floor, unsafe candidates[query].offer(tile.lowerBound &+ offset) {
        floor = unsafe bound.floor(kth: candidates[query].kthScore, in: block)
      }
    }
  }

  /// Packs the items of a tile, of length 1 under cosine, and the values that their sums start from.
  private func pack(_ tile: Range<Int>, _ summary: NormSummary) {
    let stride = unsafe stride
    let dimension = unsafe index.dimension
    let items = unsafe index.items.base + tile.lowerBound * stride
    var source = unsafe items
    if let unitRows = unsafe unitRows?.floats.baseAddress, let inverses = summary.perRow {
      for item in 0..<tile.count {
        let inverse = unsafe inverses.floats[tile.lowerBound + item]
        let from = unsafe items + item * stride
        let to = unsafe unitRows + item * stride
        for component in 0..<dimension { unsafe to[component] = from[component] * inverse }
      }
      unsafe source = UnsafePointer(unitRows)
    }
    // Safe: `panels` and `starts` have room for a tile, rounded up to whole panels.
    let panels = unsafe panels.floats.baseAddress!
    unsafe index.kernels.pointee.pack(source, stride, dimension, tile.count, panels)
    guard let starts = unsafe starts?.floats.baseAddress else { return }
    if let halves = unsafe summary.perRow?.floats.baseAddress {
      unsafe starts.update(from: halves + tile.lowerBound, count: tile.count)
    } else if let biases = unsafe index.biases {
      unsafe starts.update(from: biases + tile.lowerBound, count: tile.count)
    }
  }
}
