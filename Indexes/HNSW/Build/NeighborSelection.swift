import AkinQuantization
import AkinSupport
import CAkinKernels

/// Chooses among candidates those that a slot should link to (Malkov & Yashunin 2018, algorithm 4, the heuristic).
///
/// A candidate is kept unless a kept one is clearly nearer to it than the slot itself is: links then lead in different
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
  /// The slots chosen by the last ``choose(from:count:limit:layer:vectors:)``, near to far.
  let slots: UnsafeMutablePointer<UInt32>
  /// The slots that ``collectCandidates(from:layer:vectors:)`` takes, and the same as candidates, near to far.
  var merged: [UInt32] = []
  private(set) var candidates: [UInt64] = []

  init() {
    unsafe kept = .allocate(capacity: Layer.maximumWidth)
    unsafe distances = .allocate(capacity: Layer.maximumWidth)
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
    unsafe code.deallocate()
    unsafe slots.deallocate()
    unsafe panels.deallocate()
    unsafe starts.deallocate()
    unsafe nearest.deallocate()
  }

  /// How much nearer "clearly" is, on squared distances (α of Vamana, Subramanya et al. 2019, squared). The paper's
  /// heuristic is 1: rows of 13 to 18 links where there is room for 32. With 1.1 the same recall takes fewer
  /// measured distances, with 1.2 clustered data begins to lose its long links.
  static let slack: Float = 1.1

  /// More candidates are compared by calls: those of a slot that many link to, which are few.
  private static let mostPacked = 256
  /// Codes of more bytes have sums that `Float` cannot hold exactly.
  private static let widestPacked = 256

  /// How many kept slots are compared by one kernel call: the first few reject most candidates.
  private static let chunk = 8

  /// Puts a row's links into ``merged``, alone.
  func take(_ table: LinkTable, _ row: Int) {
    merged.removeAll(keepingCapacity: true)
    // Safe: a row has so many links.
    unsafe merged.append(contentsOf: UnsafeBufferPointer(start: table.row(row), count: table.count(row)))
  }

  /// Writes the slots of ``merged`` to ``candidates``, by their distance from another one, near to far.
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

  /// Chooses at most `limit` of `count` candidates, which stand near to far.
  ///
  /// - Returns: How many were chosen.
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
    next: for index in 0..<count {
      if size == limit { break }
      let candidate = unsafe candidates[index]
      let distance = Candidate.distance(candidate)
      let slot = Candidate.node(candidate)
      let node = layer.node(of: slot)
      let scorer = unsafe vectors.scorer(from: node, code)
      var start = 0
      while start < size {
        let number = min(NeighborSelection.chunk, size &- start)
        unsafe scorer.distances(to: kept + start, number, into: distances)
        for i in 0..<number where unsafe distances[i] * NeighborSelection.slack < distance { continue next }
        start &+= number
      }
      unsafe kept[size] = node
      unsafe slots[size] = slot
      size &+= 1
    }
    return size
  }

  /// The same by codes that are packed: whole numbers of steps, so the same distances.
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
      // What is kept adds minus half of its squared distance.
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
