import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The nodes of a build in the order of insertion, their codes packed in panels: finds the nearest inserted nodes of a
/// node by a scan of all of them.
///
/// A walk scores about 600 nodes one by one, at 10 to 20 ns each with all overhead. In panels, a code of 64 bytes takes
/// 0.13 ns (AVX-512 VNNI), so up to some 10⁵ nodes the full scan costs less and misses no neighbour.
///
/// Benchmark: `Tools/bench/graph/run.py`, the column "build s" on factors.
@safe final class CodeScan: Sendable {
  /// Above this total of code bytes, scans for all nodes take longer than walks: the scan is quadratic in it. Half of it
  /// without dot products of bytes, where the scan takes twice as long.
  static func mostBytes(_ level: akin_level) -> Int {
    level == AKIN_AVX512 || level == AKIN_NEON ? 8 << 20 : 4 << 20
  }
  /// Nodes of one step of the scan, and nodes that search together: their values stay in the second-level cache.
  static let chunk = 2048
  static let block = 12

  /// The nodes, in the order of insertion.
  let order: [UInt32]
  let width: Int
  let codes: CodeTable
  private let panels: CodePanels
  /// The initial value of each node: minus half of its squared length, in steps.
  private let starts: AlignedFloats
  /// Half of the squared distance, in steps, up to which others enter the row of each node in the k-nearest-neighbour
  /// graph; a little more, for rounding.
  private let reaches: AlignedFloats

  /// Packs the codes of the first nodes in the order of their insertion: all where a build by scans alone is faster than one
  /// by walks, else as many as a scan passes faster than a walk finds its end. `nil` where the codes are along axes.
  ///
  /// - Parameter candidates: How many will be asked for.
  init?(_ order: [UInt32], of vectors: BuildVectors, candidates: Int) {
    guard let codes = vectors.codes, codes.book.axes == nil else { return nil }
    let width = codes.book.width
    guard candidates <= CodeScan.mostCandidates else { return nil }
    let most = unsafe CodeScan.mostBytes(codes.kernels.pointee.level)
    // The last scan of a build takes twice as long as the mean one.
    let order = order.count * width <= most ? order : Array(order.prefix(most / 2 / width))
    let panels = CodePanels(rows: order.count, width: width)
    let starts = AlignedFloats(count: panels.lanes)
    // Safe: each node has a code of `width` bytes, and there is a start for each lane.
    unsafe panels.pack(
      order[...], codes.bytes, stride: width, from: 0, halves: starts.floats.baseAddress!,
      kernels: codes.kernels.pointee)
    self.order = order
    self.width = width
    self.codes = codes
    self.panels = panels
    self.starts = starts
    reaches = AlignedFloats(count: panels.lanes)
  }

  /// Finds the nearest of the first `count` nodes for each of up to ``block`` nodes, about `limit` of them.
  ///
  /// - Parameters:
  ///   - isReaching: Whether to find what ``reached(by:_:_:)`` tells.
  ///   - body: Gets for each node by its place the candidates, near to far, at most `limit`; they are its own.
  func nearest(
    to nodes: ArraySlice<UInt32>, among count: Int, limit: Int, isReaching: Bool, _ scratch: Scratch,
    _ body: (_ place: Int, _ candidates: UnsafeMutablePointer<UInt64>, _ count: Int) -> Void
  ) {
    for (place, node) in nodes.enumerated() {
      // Safe: there is room for the codes and values of a block.
      let code = unsafe codes.bytes + Int(node) * width
      let copy = unsafe scratch.codes + place * width
      var (sum, square) = (Int32(0), Int32(0))
      for component in 0..<width {
        let value = unsafe Int32(code[component])
        unsafe copy[component] = code[component]
        sum &+= value
        square &+= value &* value
      }
      unsafe scratch.about[place] = akin_code_query(code_sum: sum, start_scale: 1, tail_scale: 0, floor: 0)
      unsafe scratch.squares[place] = Float(square)
    }
    let rank = CodeScan.rank(of: limit)
    let size = min(CodeScan.chunk, count)
    let start = CodeScan.rank(in: size, of: count, limit)
    if unsafe !look(for: nodes.count, among: count, limit: limit, from: start, isReaching, scratch) {
      _ = unsafe look(for: nodes.count, among: count, limit: limit, from: rank, false, scratch)
    }
    let unit = codes.book.step * codes.book.step
    for place in 0..<nodes.count {
      unsafe scratch.near[place].end(rank: rank, limit: limit)
      let near = unsafe scratch.near[place]
      // Safe: there is room for a chunk of hits, which is more. Who chooses among these reads their codes.
      for hit in unsafe 0..<near.count { unsafe scratch.hits[hit] = order[Int(near.places[hit])] }
      unsafe akin_prefetch_table(codes.bytes, width, width, scratch.hits, near.count)
      for hit in unsafe 0..<near.count {
        // The squared length of the node minus twice the value is the squared distance: whole numbers of steps.
        let steps = unsafe scratch.squares[place] - 2 * near.values[hit]
        unsafe scratch.keys[hit] = unsafe Candidate.pack(distance: steps * unit, node: scratch.hits[hit])
      }
      var keys = unsafe UnsafeMutableBufferPointer(start: scratch.keys, count: near.count)
      unsafe keys.sort()
      unsafe body(place, scratch.keys, min(near.count, limit))
    }
  }

  /// Looks at the first `count` nodes for each of the `number` that the scratch holds.
  ///
  /// - Parameter start: The rank of the floor among the first chunk's values.
  /// - Returns: Whether as many were found for each of them as ``rank(of:)`` promises.
  private func look(
    for number: Int, among count: Int, limit: Int, from start: Int, _ isReaching: Bool, _ scratch: Scratch
  ) -> Bool {
    let kernels = unsafe codes.kernels.pointee
    let rank = CodeScan.rank(of: limit)
    for place in 0..<number { unsafe scratch.near[place].removeAll() }
    if isReaching { unsafe scratch.reached.removeAll(keepingCapacity: true) }
    var first = 0
    while first < count {
      let size = min(CodeScan.chunk, count - first)
      // Safe: the chunk lies inside the panels, and there is room for a chunk of values of each.
      unsafe kernels.code_product(
        scratch.codes, width, scratch.about, number, panels.bytes + first * width, (size + 15) / 16, width,
        starts.floats.baseAddress! + first, scratch.values, CodeScan.chunk)
      for place in 0..<number {
        unsafe scratch.near[place].take(
          scratch.values + place * CodeScan.chunk, size, from: first, ranks: (start, rank), limit: limit, scratch.hits)
        if isReaching { unsafe collectReached(by: place, first..<first + size, scratch) }
      }
      first += size
    }
    return (0..<number).allSatisfy { unsafe scratch.near[$0].count >= min(count, rank, limit) }
  }

  /// Records the nodes of a chunk whose rows one of the searching nodes may enter: those that reach as far as it.
  private func collectReached(by place: Int, _ chunk: Range<Int>, _ scratch: Scratch) {
    // Safe: `values` has room for a chunk, and there is a reach for each node.
    let values = unsafe scratch.values + place * CodeScan.chunk
    let hits = unsafe scratch.hits
    let reaches = unsafe reaches.floats.baseAddress! + chunk.lowerBound
    let floor = unsafe 0.5 * scratch.squares[place]
    let found = unsafe Int(codes.kernels.pointee.indices_reaching(values, reaches, UInt32(chunk.count), floor, hits))
    for hit in 0..<found {
      let steps = unsafe scratch.squares[place] - 2 * values[Int(hits[hit])]
      unsafe scratch.reached.append((place: place, target: chunk.lowerBound + Int(hits[hit]), steps: steps))
    }
  }

  /// Takes from the k-nearest-neighbour graph how far the first `count` nodes reach.
  func reach(of count: Int, in nearest: KNNGraphDraft) {
    let unit = codes.book.step * codes.book.step
    for place in 0..<count {
      // Distances are whole steps; the rounded quotient is less than half of one away.
      unsafe reaches.floats[place] = 0.5 * nearest.reach(of: order[place]) / unit + 0.5
    }
  }

  /// The nodes whose rows of the k-nearest-neighbour graph the nodes of the last search may enter.
  func reached(
    by nodes: ArraySlice<UInt32>, _ scratch: Scratch,
    _ body: (_ node: UInt32, _ target: UInt32, _ distance: Float) -> Void
  ) {
    let unit = codes.book.step * codes.book.step
    for (place, target, steps) in unsafe scratch.reached {
      body(nodes[nodes.startIndex + place], order[target], steps * unit)
    }
  }

  /// Finds which nodes of a part of the order are as near to the nodes of the last search as a bound of each, themselves left
  /// out.
  func near(
    to nodes: ArraySlice<UInt32>, in part: Range<Int>, within bound: (UInt32) -> Float, _ scratch: Scratch,
    _ body: (_ node: UInt32, _ other: UInt32, _ distance: Float) -> Void
  ) {
    let kernels = unsafe codes.kernels.pointee
    let unit = codes.book.step * codes.book.step
    // Values begin with a panel.
    var first = part.lowerBound & ~15
    while first < part.upperBound {
      let size = min(CodeScan.chunk, part.upperBound - first)
      // Safe: as in `look`.
      unsafe kernels.code_product(
        scratch.codes, width, scratch.about, nodes.count, panels.bytes + first * width, (size + 15) / 16, width,
        starts.floats.baseAddress! + first, scratch.values, CodeScan.chunk)
      for (place, node) in nodes.enumerated() {
        let values = unsafe scratch.values + place * CodeScan.chunk
        let square = unsafe scratch.squares[place]
        let floor = 0.5 * (square - bound(node) / unit) - 0.5
        let found = unsafe Int(kernels.indices_at_least(values, UInt32(size), floor, scratch.hits))
        for hit in 0..<found {
          let other = unsafe first + Int(scratch.hits[hit])
          guard other >= part.lowerBound, order[other] != node else { continue }
          body(node, order[other], unsafe (square - 2 * values[other - first]) * unit)
        }
      }
      first += size
    }
  }

  /// The rank of the value in a chunk above which the nearest `limit` of `count` nodes lie: nodes are in random order,
  /// so a chunk is a sample. Its share plus three standard deviations.
  private static func rank(in size: Int, of count: Int, _ limit: Int) -> Int {
    let share = Double(limit) * Double(size) / Double(count)
    return min(rank(of: limit), Int((share + 3 * share.squareRoot()).rounded(.up)) + 3)
  }

  /// The rank among the maxima of the 64 groups (``akin_kernels/kth_lower_bound``) that about `limit` of evenly spread
  /// values reach: with x such values a group, a share 1 - e⁻ˣ of the groups has one.
  static func rank(of limit: Int) -> Int { min(63, Int((64 * (1 - exp(-Double(limit) / 64))).rounded(.up))) }

  /// The largest number of candidates of a search.
  static let mostCandidates = 160
}
