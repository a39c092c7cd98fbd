import AkinSupport
import CAkinKernels

/// Chooses among candidates those that a point should link to (Malkov & Yashunin 2018, algorithm 4, the heuristic).
///
/// A candidate is kept unless a kept one is clearly nearer to it than the point itself is: links then lead in different
/// directions. One thread's scratch.
///
/// Cost: codes are packed side by side first, and each kept one is compared with all candidates behind it in one call: 1 to 3 µs
/// for a hundred candidates of 64 bytes, half of what calls for a few kept ones at a time take.
@safe final class NeighborSelection {
  private let kept: UnsafeMutablePointer<UInt32>
  private let distances: UnsafeMutablePointer<Float>
  private let code: UnsafeMutablePointer<Int16>
  /// Candidates side by side: their codes, half their squared lengths, negative, and how near each is to a kept one, all in
  /// steps of the codes.
  private var panels: UnsafeMutablePointer<Int8>
  private var panelBytes = 0
  private let starts: UnsafeMutablePointer<Float>
  private let nearest: UnsafeMutablePointer<Float>
  /// The points chosen by the last ``choose(from:count:limit:layer:space:)``, near to far.
  let points: UnsafeMutablePointer<UInt32>
  /// The points that ``measure(from:layer:space:)`` takes, and the same as candidates, near to far.
  var merged: [UInt32] = []
  private(set) var candidates: [UInt64] = []

  init() {
    unsafe kept = .allocate(capacity: SearchContext.maximumWidth)
    unsafe distances = .allocate(capacity: SearchContext.maximumWidth)
    unsafe code = .allocate(capacity: CodeBook.coordinates)
    unsafe points = .allocate(capacity: SearchContext.maximumWidth)
    unsafe panels = .allocate(capacity: 0)
    unsafe starts = .allocate(capacity: NeighborSelection.mostPacked)
    unsafe nearest = .allocate(capacity: NeighborSelection.mostPacked)
  }

  deinit {
    // Safe: `init` allocated each of these, and the elements are trivial.
    unsafe kept.deallocate()
    unsafe distances.deallocate()
    unsafe code.deallocate()
    unsafe points.deallocate()
    unsafe panels.deallocate()
    unsafe starts.deallocate()
    unsafe nearest.deallocate()
  }

  /// How much nearer "clearly" is, on squared distances (α of Vamana, Subramanya et al. 2019, squared). The paper's
  /// heuristic is 1: rows of 13 to 18 links where there is room for 32. With 1.1 the same recall takes fewer
  /// measured distances, with 1.2 clustered data begins to lose its long links.
  static let slack: Float = 1.1

  /// More candidates are compared by calls: those of a point that many link to, which are few.
  private static let mostPacked = 256
  /// Codes of more bytes have sums that `Float` cannot hold exactly.
  private static let widestPacked = 256

  /// How many kept points are compared by one kernel call: the first few reject most candidates.
  private static let chunk = 8

  /// Puts a row's links into ``merged``, alone.
  func take(_ table: LinkTable, _ row: Int) {
    merged.removeAll(keepingCapacity: true)
    // Safe: a row has so many links.
    unsafe merged.append(contentsOf: UnsafeBufferPointer(start: table.row(row), count: table.count(row)))
  }

  /// Measures the points of ``merged`` from another one and writes them to ``candidates``, near to far.
  func measure(from point: UInt32, layer: Layer, space: BuildVectors) {
    let probe = unsafe space.probe(layer.node(of: point), code)
    candidates.removeAll(keepingCapacity: true)
    var first = 0
    while first < merged.count {
      // Safe: both have room for `maximumWidth` entries, and `choose` fills them anew.
      let number = min(SearchContext.maximumWidth, merged.count - first)
      for place in 0..<number { unsafe kept[place] = layer.node(of: merged[first + place]) }
      unsafe probe.measure(kept, number, into: distances)
      for place in 0..<number {
        candidates.append(unsafe Candidate.pack(distance: distances[place], node: merged[first + place]))
      }
      first += number
    }
    candidates.sort()
  }

  /// Chooses at most `limit` of `count` candidates, which stand near to far.
  ///
  /// - Returns: How many were chosen.
  func choose(from candidates: UnsafePointer<UInt64>, count: Int, limit: Int, layer: Layer, space: BuildVectors) -> Int {
    if let codes = space.codes, codes.book.axes == nil, codes.book.width <= NeighborSelection.widestPacked,
      count <= NeighborSelection.mostPacked
    {
      return unsafe choose(
        from: candidates, count: count, limit: limit, layer: layer, codes: codes, kernels: space.kernels.pointee)
    }
    var size = 0
    next: for index in 0..<count {
      if size == limit { break }
      let candidate = unsafe candidates[index]
      let distance = Candidate.distance(candidate)
      let point = Candidate.node(candidate)
      let node = layer.node(of: point)
      let probe = unsafe space.probe(node, code)
      var start = 0
      while start < size {
        let number = min(NeighborSelection.chunk, size &- start)
        unsafe probe.measure(kept + start, number, into: distances)
        for i in 0..<number where unsafe distances[i] * NeighborSelection.slack < distance { continue next }
        start &+= number
      }
      unsafe kept[size] = node
      unsafe points[size] = point
      size &+= 1
    }
    return size
  }

  /// The same by codes that are packed: whole numbers of steps, so the same distances.
  private func choose(
    from candidates: UnsafePointer<UInt64>, count: Int, limit: Int, layer: Layer, codes: NodeCodes,
    kernels: akin_kernels
  ) -> Int {
    let width = codes.book.width
    let lanes = (count &+ 15) & ~15
    if lanes * width > panelBytes {
      unsafe panels.deallocate()
      panelBytes = lanes * width
      unsafe panels = .allocate(capacity: panelBytes)
    }
    // Safe: `kept` has room for `maximumWidth` nodes, which have codes; there is room for all lanes of each panel.
    for index in 0..<count { unsafe kept[index] = layer.node(of: Candidate.node(candidates[index])) }
    unsafe kernels.code_pack(codes.bytes, width, width, kept, count, panels, starts)
    unsafe nearest.update(repeating: -.infinity, count: lanes)
    let unit = codes.book.step * codes.book.step
    var size = 0
    for index in 0..<count {
      let distance = Candidate.distance(unsafe candidates[index])
      // What is kept adds minus half of its squared distance.
      if unsafe -2 * nearest[index] * unit * NeighborSelection.slack < distance { continue }
      unsafe points[size] = Candidate.node(candidates[index])
      size &+= 1
      if size == limit { break }
      let first = index & ~15
      unsafe kernels.code_nearer(
        codes.bytes + Int(kept[index]) &* width, starts[index], panels + first &* width, (lanes &- first) &>> 4, width,
        starts + first, nearest + first)
    }
    return size
  }
}
