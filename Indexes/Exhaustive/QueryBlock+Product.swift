import AkinSupport
import AkinVectors
import CAkinKernels

// The blocked product with a fused top k. Hot: a tile of up to 448 KiB of packed items stays in the second-level cache
// while all concerned queries pass it, 24 at a time; their values (at most 96 KiB) are compared with the floor of each
// query before they leave the cache. No matrix of values is stored, and nothing is sorted.

extension QueryBlock {
  /// Fewer queries are scored one by one: packing items would not pay.
  private static let fewestForProduct = 4

  /// Items of a tile: a power of two from 16 to 512, with panels of at most 448 KiB where possible.
  static func tileRows(dimension: Int) -> Int {
    var rows = unsafe blockRows
    while rows > 16 && rows * dimension > 448 << 8 { rows /= 2 }
    return rows
  }

  /// Scores the items of a block by the product for some queries, and in float64 for queries that float32 cannot serve.
  func product(_ queries: [Int], _ range: Range<Int>, _ summary: NormSummary) {
    if unsafe queryCount < Self.fewestForProduct {
      let block = summary.block(from: range.lowerBound, to: range.upperBound)
      // Safe: `positions` has room for each item of a block.
      for place in 0..<range.count { unsafe positions[place] = UInt32(place) }
      for query in queries { unsafe score(query, range.count, range, block, summary) }
      return
    }
    var start = range.lowerBound
    while start < range.upperBound {
      let tile = unsafe start..<min(start + tileRows, range.upperBound)
      let block = summary.block(from: tile.lowerBound, to: tile.upperBound)
      var concerned: [Int] = []
      for query in queries {
        let bound = unsafe bounds[query]
        if unsafe bound.best(in: block) < RoundingBound.least(roundingTo: kthScore(query)) { continue }
        if bound.trusts(block) { concerned.append(query) } else { unsafe candidates[query].takeScores(tile) }
      }
      if !concerned.isEmpty { unsafe multiply(concerned, tile, block, summary) }
      start = tile.upperBound
    }
  }

  /// Multiplies queries by the items of a tile, and takes the items that reach the bound of a query.
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
      // Safe: `lined` holds every concerned query, and `values` has room for a stripe of tiles.
      unsafe kernels.pointee.product(
        lined + first * stride, stride, count, panels, panelCount, dimension, starts, values, width)
      for place in 0..<count {
        let query = concerned[first + place]
        if unsafe bounds[query].metric == .euclidean {
          // A product says who may be in the answer; the sum of differences, whose error is smaller, is the value.
          unsafe candidates[query].beginFromProducts(values + place * width, tile.count, in: block)
          let floor = unsafe bounds[query].floor(kth: kthScore(query), in: block)
          let found = unsafe kernels.pointee.indices_at_least(
            values + place * width, UInt32(truncatingIfNeeded: tile.count), floor, positions)
          if found > 0 { unsafe score(query, Int(found), tile, block, summary) }
        } else {
          unsafe candidates[query].take(values + place * width, tile.count, first: tile.lowerBound, block, hits)
        }
      }
      first += count
    }
  }

  /// The concerned queries, contiguous: in place when they are all queries in their order, otherwise copied.
  private func lineUp(_ concerned: [Int]) -> UnsafePointer<Float> {
    let queries = unsafe queries.floats.baseAddress!
    // Queries that codes could not serve are appended (``scan``), so all queries may come in another order.
    let isWhole = unsafe concerned.count == queryCount && !concerned.indices.contains { concerned[$0] != $0 }
    if isWhole { return unsafe UnsafePointer(queries) }
    let gathered = unsafe gathered.floats.baseAddress!
    for (place, query) in concerned.enumerated() {
      unsafe (gathered + place * stride).update(from: queries + query * stride, count: stride)
    }
    return unsafe UnsafePointer(gathered)
  }

  /// Packs the items of a tile, normalised under cosine, and the initial values of their sums.
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
    if unsafe index.metric == .euclidean, let halves = unsafe summary.perRow?.floats.baseAddress {
      unsafe starts.update(from: halves + tile.lowerBound, count: tile.count)
    } else if let biases = unsafe index.biases {
      unsafe starts.update(from: biases + tile.lowerBound, count: tile.count)
    }
  }
}
