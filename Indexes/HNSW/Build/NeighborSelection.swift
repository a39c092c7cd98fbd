import AkinQuantization
import AkinSupport
import CAkinKernels

/// Selects the links of a slot from candidates (Malkov & Yashunin 2018, algorithm 4, the heuristic).
///
/// A candidate is kept unless a kept one is clearly nearer to it than the slot is, so links lead in different
/// directions. The scratch of one thread.
///
/// Cost: each kept candidate is compared in one call with the later ones that are still open. Codes of a byte a component
/// are packed in panels first, and compared with all later ones: 1 to 3 µs for a hundred candidates of 64 bytes.
@safe final class NeighborSelection {
  private let kept: UnsafeMutablePointer<UInt32>
  private let distances: UnsafeMutablePointer<Float>
  /// The candidates that no kept one is clearly nearer to, and their nodes.
  private let open: UnsafeMutablePointer<UInt64>
  private let nodes: UnsafeMutablePointer<UInt32>
  private let code: UnsafeMutablePointer<Int16>
  /// The candidates in panels: their codes, minus half of their squared lengths, and their distances to the nearest
  /// kept candidate, all in steps of the codes.
  private var panels: UnsafeMutablePointer<Int8>
  private var panelBytes = 0
  private let starts: UnsafeMutablePointer<Float>
  private let nearest: UnsafeMutablePointer<Float>
  /// The slots chosen by the last ``choose(from:count:limit:layer:vectors:)``, near to far.
  let slots: UnsafeMutablePointer<UInt32>
  /// The slots from ``collectCandidates(from:layer:vectors:)``, and the same as candidates, near to far.
  var merged: [UInt32] = []
  private(set) var candidates: [UInt64] = []

  init() {
    unsafe kept = .allocate(capacity: Layer.maximumWidth)
    unsafe distances = .allocate(capacity: Layer.maximumWidth)
    unsafe open = .allocate(capacity: Layer.maximumWidth)
    unsafe nodes = .allocate(capacity: Layer.maximumWidth)
    unsafe code = .allocate(capacity: CodeBook.coordinates)
    unsafe slots = .allocate(capacity: Layer.maximumWidth)
    unsafe panels = .allocate(capacity: 0)
    unsafe starts = .allocate(capacity: NeighborSelection.mostPacked)
    unsafe nearest = .allocate(capacity: NeighborSelection.mostPacked)
  }

  deinit {
    // Safe: `init` allocated each of these, and the elements are trivial.
    unsafe kept.deallocate()
    unsafe distances.deallocate()
    unsafe open.deallocate()
    unsafe nodes.deallocate()
    unsafe code.deallocate()
    unsafe slots.deallocate()
    unsafe panels.deallocate()
    unsafe starts.deallocate()
    unsafe nearest.deallocate()
  }

  /// The factor of "clearly nearer", on squared distances (α of Vamana, Subramanya et al. 2019, squared). The heuristic
  /// of the paper has 1: rows of 13 to 18 links out of 32. With 1.1, the same recall takes fewer distance computations;
  /// with 1.2, clustered data begins to lose its long links.
  static let slack: Float = 1.1

  /// Larger candidate sets are compared by separate calls: those of the few slots with many links.
  private static let mostPacked = 256
  /// Sums of wider codes may not be exact in `Float`.
  private static let widestPacked = 256

  /// Replaces ``merged`` by the links of a row.
  func take(_ table: LinkTable, _ row: Int) {
    merged.removeAll(keepingCapacity: true)
    // Safe: a row has so many links.
    unsafe merged.append(contentsOf: UnsafeBufferPointer(start: table.row(row), count: table.count(row)))
  }

  /// Writes the slots of ``merged`` to ``candidates``, by their distance from another slot, near to far.
  func collectCandidates(from slot: UInt32, layer: Layer, vectors: BuildVectors) {
    let scorer = unsafe vectors.scorer(from: layer.node(of: slot), code)
    candidates.removeAll(keepingCapacity: true)
    var first = 0
    while first < merged.count {
      // Safe: both have room for `maximumWidth` entries, and `choose` fills them anew.
      let number = min(Layer.maximumWidth, merged.count - first)
      for place in 0..<number { unsafe kept[place] = layer.node(of: merged[first + place]) }
      unsafe scorer.distances(to: kept, number, into: distances)
      for place in 0..<number {
        candidates.append(unsafe Candidate.pack(distance: distances[place], node: merged[first + place]))
      }
      first += number
    }
    candidates.sort()
  }

  /// Selects at most `limit` of `count` candidates, which are sorted near to far.
  ///
  /// - Returns: The number of selected candidates.
  func choose(from candidates: UnsafePointer<UInt64>, count: Int, limit: Int, layer: Layer, vectors: BuildVectors)
    -> Int
  {
    if let codes = vectors.codes, codes.book.axes == nil, codes.book.width <= NeighborSelection.widestPacked,
      count <= NeighborSelection.mostPacked
    {
      return unsafe choose(
        from: candidates, count: count, limit: limit, layer: layer, codes: codes)
    }
    var size = 0
    var first = 0
    while first < count, size < limit {
      // Safe: there is room for so many open candidates, and for so many links.
      var left = min(Layer.maximumWidth, count - first)
      for place in 0..<left {
        unsafe open[place] = candidates[first + place]
        unsafe nodes[place] = layer.node(of: Candidate.node(open[place]))
      }
      first += left
      for place in 0..<size { left = unsafe close(near: kept[place], from: 0, to: left, vectors) }
      while left > 0 {
        unsafe kept[size] = nodes[0]
        unsafe slots[size] = Candidate.node(open[0])
        size &+= 1
        if size == limit { break }
        left = unsafe close(near: kept[size &- 1], from: 1, to: left, vectors)
      }
    }
    return size
  }

  /// Moves the open candidates of some places to the front, without those that are clearly nearer to a kept node than to the
  /// slot.
  ///
  /// - Returns: How many are left.
  private func close(near node: UInt32, from first: Int, to end: Int, _ vectors: BuildVectors) -> Int {
    var left = 0
    // Safe: all of these places are filled.
    unsafe vectors.scorer(from: node, code).distances(to: nodes + first, end &- first, into: distances)
    for place in first..<end {
      let candidate = unsafe open[place]
      if unsafe distances[place &- first] * NeighborSelection.slack < Candidate.distance(candidate) { continue }
      unsafe open[left] = candidate
      unsafe nodes[left] = nodes[place]
      left &+= 1
    }
    return left
  }

  /// Selects by packed codes: whole numbers of steps, so the distances are the same.
  private func choose(
    from candidates: UnsafePointer<UInt64>, count: Int, limit: Int, layer: Layer, codes: CodeTable
  ) -> Int {
    let kernels = unsafe codes.kernels.pointee
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
      // A kept candidate adds minus half of its squared distance.
      if unsafe -2 * nearest[index] * unit * NeighborSelection.slack < distance { continue }
      unsafe slots[size] = Candidate.node(candidates[index])
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
