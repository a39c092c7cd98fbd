import AkinSupport
import AkinVectors
import CAkinKernels

// The blocked product with the top k fused in. Hot: a tile of up to 448 KiB of packed items stays in the second-level
// cache while all queries that it concerns pass it, 24 at a time; the values they make (at most 96 KiB) are compared with
// each query's floor before they leave the cache. Neither a matrix of values nor a sort ever exists.

extension QueryBlock {
  /// Items in a tile: a power of two, 16 to 512, with its panels at most 448 KiB where that is possible.
  static func tileRows(dimension: Int) -> Int {
    var rows = unsafe blockRows
    while rows > 16 && rows * dimension > 448 << 8 { rows /= 2 }
    return rows
  }

  /// Multiplies queries and the items of a tile, and scores what reaches a query's floor.
  func multiply(
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
        let query = concerned[first + place]
        unsafe candidates[query].keep(
          values + place * width, of: tile, bounds[query], block, reached: reached[query], positions)
      }
      first += count
    }
  }

  /// The concerned queries one after the other: where they are when that is all of them in their order, else copied.
  private func lineUp(_ concerned: [Int]) -> UnsafePointer<Float> {
    let queries = unsafe queries.floats.baseAddress!
    // Those that codes could not serve stand behind the others (``scan``): all of them may come in another order.
    let isWhole = unsafe concerned.count == queryCount && !concerned.indices.contains { concerned[$0] != $0 }
    if isWhole { return unsafe UnsafePointer(queries) }
    let gathered = unsafe gathered.floats.baseAddress!
    for (place, query) in concerned.enumerated() {
      unsafe (gathered + place * stride).update(from: queries + query * stride, count: stride)
    }
    return unsafe UnsafePointer(gathered)
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
    if unsafe index.metric == .euclidean, let halves = unsafe summary.perRow?.floats.baseAddress {
      unsafe starts.update(from: halves + tile.lowerBound, count: tile.count)
    } else if let biases = unsafe index.biases {
      unsafe starts.update(from: biases + tile.lowerBound, count: tile.count)
    }
  }
}
