/// Chooses among candidates those that a point should link to (Malkov & Yashunin 2018, algorithm 4, the heuristic).
///
/// A candidate is kept unless a kept one is clearly nearer to it than the point itself is: links then lead in different
/// directions. One thread's scratch.
@safe final class NeighborSelection {
  private let kept: UnsafeMutablePointer<UInt32>
  private let distances: UnsafeMutablePointer<Float>
  private let code: UnsafeMutablePointer<Int16>
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
  }

  deinit {
    // Safe: `init` allocated each of these, and the elements are trivial.
    unsafe kept.deallocate()
    unsafe distances.deallocate()
    unsafe code.deallocate()
    unsafe points.deallocate()
  }

  /// How much nearer "clearly" is, on squared distances (α of Vamana, Subramanya et al. 2019, squared). The paper's
  /// heuristic is 1: rows of 13 to 18 links where there is room for 32. With 1.1 the same recall takes fewer
  /// measured distances, with 1.2 clustered data begins to lose its long links.
  static let slack: Float = 1.1

  /// How many kept points are compared by one kernel call: the first few reject most candidates.
  private static let chunk = 8

  /// Puts a row's links into ``merged``, alone.
  func take(_ table: LinkTable, _ row: Int) {
    merged.removeAll(keepingCapacity: true)
    // Safe: a row has so many links.
    unsafe merged.append(contentsOf: UnsafeBufferPointer(start: table.row(row), count: table.count(row)))
  }

  /// Measures the points of ``merged`` from another one and writes them to ``candidates``, near to far.
  func measure(from point: UInt32, layer: Layer, space: Space) {
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
  func choose(from candidates: UnsafePointer<UInt64>, count: Int, limit: Int, layer: Layer, space: Space) -> Int {
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
}
