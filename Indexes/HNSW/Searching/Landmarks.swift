import AkinSupport
import AkinVectors
import CAkinKernels

/// Where walks begin: a sample of the upper layers' nodes, their codes in one table that a query is compared with as a whole.
///
/// To go down from the entry through the upper layers means one read after another from anywhere in memory, a third of
/// all rows that a search scores. Codes that stand side by side take about a sixtieth of that each, and the best of
/// some of them (``number(nodes:)``) are nearer than where the descent ends.
///
/// Cost: a quarter to a half of a nanosecond a landmark and 100 components where the CPU multiplies bytes (AVX-512 VNNI)
/// and 12 queries come together, twice that for one query.
@safe final class Landmarks: Sendable {
  /// Nodes that a walk begins with.
  static let starts = 4
  /// Fewer landmarks are no better than a descent.
  private static let fewest = 16
  /// Queries that are compared at a time: their values stay in cache.
  private static let block = 12
  /// The most values that are compared with a floor at a time.
  private static let sweep = 512

  let nodes: [UInt32]
  private let panels: CodePanels
  /// What each landmark's value starts from, or empty where that is nothing.
  private let offsets: [Float]
  /// What an inner product of a query of step 1 and a row is worth; the offsets' unit is 1.
  private let unit: Float
  private let mean: [Float]?

  /// How many landmarks a graph of some nodes has, as far as its upper layers have so many.
  ///
  /// Clusters grow in number with the nodes: with 2√*n* alone more and more walks would begin in a wrong one. At 10⁶ nodes
  /// twice as many take as long as they save.
  static func number(nodes: Int) -> Int {
    let root = cbrt(Double(nodes))
    return Int(max(2 * Double(nodes).squareRoot(), 0.4 * root * root))
  }

  /// Landmarks drawn evenly from the points of the layer above the ground; `nil` where there are few, or no codes.
  ///
  /// - Complexity: O(√*nodes* · *width*).
  convenience init?(of storage: GraphStorage) {
    guard let codes = unsafe storage.codes, let layer = storage.upper.first else { return nil }
    let number = min(Landmarks.number(nodes: storage.items.count), layer.count)
    guard number >= Landmarks.fewest else { return nil }
    unsafe self.init(nodes: (0..<number).map { layer.node(of: UInt32($0 * layer.count / number)) }, codes: codes)
  }

  /// - Parameters:
  ///   - nodes: Each has a code.
  ///   - codes: By node.
  @unsafe init(
    nodes: [UInt32], codes: (book: CodeBook, bytes: UnsafePointer<Int8>, tails: UnsafePointer<Float>?)
  ) {
    let book = unsafe codes.book
    let isTurned = book.axes != nil
    let isEuclidean = book.metric == .euclidean
    let width = isTurned ? book.count : (book.dimension + 3) & ~3
    var panels = CodePanels(rows: nodes.count, width: width)
    var offsets = [Float](repeating: 0, count: isEuclidean ? panels.lanes : 0)
    for (place, node) in nodes.enumerated() {
      // Safe: the node has a code of `book.width` bytes, and a tail where there are tails.
      let code = unsafe codes.bytes + Int(node) * book.width
      let square = panels.set(place) { unsafe isTurned ? CodeBook.half($0, of: code) : code[$0] }
      if isEuclidean {
        unsafe offsets[place] =
          -0.5 * (codes.tails.map { unsafe $0[Int(node)] } ?? Float(square) * book.step * book.step)
      }
    }
    self.nodes = nodes
    self.panels = panels
    self.offsets = offsets
    // A half byte n is 2n - 15 steps; what the 15 add is the same for all landmarks.
    unit = isTurned ? 2 * book.step : book.step
    mean = isEuclidean && !isTurned ? (0..<book.dimension).map { unsafe book.mean[$0] } : nil
  }

  /// The nearest landmarks of `number` queries, best first, `starts` places for each; ``Layer/noNode`` where a query has
  /// none (what is not finite is near to nothing).
  ///
  /// - Parameters:
  ///   - queries: As `dimension` components each, or as coordinates where the codes have axes.
  ///   - stride: Floats from one to the next.
  @unsafe func nearest(
    to queries: UnsafePointer<Float>, stride: Int, dimension: Int, number: Int, kernels: akin_kernels
  ) -> [UInt32] {
    var found = [UInt32](repeating: Layer.noNode, count: number * Landmarks.starts)
    let (lanes, width) = (panels.lanes, panels.width)
    let room = min(number, Landmarks.block)
    let values = AlignedFloats(count: room * lanes)
    var codes = [Int8](repeating: 0, count: room * width)
    var about = [akin_mark_query](repeating: akin_mark_query(), count: room)
    var first = 0
    while first < number {
      let count = min(room, number - first)
      for query in 0..<count {
        // Safe: a query has `dimension` components, its code `width` bytes.
        let step = unsafe codes.withUnsafeMutableBufferPointer { codes in
          unsafe kernels.to_bytes(
            queries + (first + query) * stride, mean, dimension, codes.baseAddress! + query * width,
            &about[query].code_sum)
        }
        about[query].start_scale = 1 / (step * unit)
      }
      // Safe: there is a value for each lane of each panel and each query.
      unsafe kernels.code_product(
        codes, width, about, count, panels.bytes, lanes / 16, width, offsets.isEmpty ? nil : offsets,
        values.floats.baseAddress, lanes)
      for query in 0..<count {
        unsafe found.withUnsafeMutableBufferPointer { found in
          unsafe choose(
            from: values.floats.baseAddress! + query * lanes,
            into: found.baseAddress! + (first + query) * Landmarks.starts, kernels: kernels)
        }
      }
      first += count
    }
    return found
  }

  /// Writes the nodes with the largest of a query's values, largest first; a NaN is none.
  private func choose(
    from values: UnsafePointer<Float>, into found: UnsafeMutablePointer<UInt32>, kernels: akin_kernels
  ) {
    let limit = Landmarks.starts
    unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: limit + 1) { best in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Landmarks.sweep) { hits in
        // Safe: `best` has room for one more than the limit, `hits` for all that one call can find.
        let best = best.baseAddress!
        let hits = hits.baseAddress!
        var size = 0
        // As many as are wanted reach this, and hardly any other.
        let floor = unsafe kernels.kth_floor(values, nodes.count, limit)
        var first = 0
        while first < nodes.count {
          let number = min(Landmarks.sweep, nodes.count - first)
          let hitCount = unsafe Int(kernels.above(values + first, UInt32(number), floor, hits))
          for hit in 0..<hitCount {
            let place = first + Int(unsafe hits[hit])
            let candidate = Candidate.pack(distance: -(unsafe values[place]), node: UInt32(place))
            if size == limit, unsafe candidate > best[limit - 1] { continue }
            _ = unsafe SearchContext.keep(candidate, in: best, size: &size, limit: limit)
          }
          first += number
        }
        for place in 0..<size { unsafe found[place] = nodes[Int(Candidate.node(best[place]))] }
      }
    }
  }
}
