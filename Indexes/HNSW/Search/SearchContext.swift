import AkinExhaustive
import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The work of a search.
struct SearchWork {
  /// Rows scored: by a code, by a vector, or in a prefix scan.
  var scored = 0
  /// Nodes expanded.
  var hops = 0
}

/// The memory of one search at a time: beam, visited set, and the buffers of one hop.
///
/// One thread owns it while in use. It grows to the largest search so far and is reused.
@safe final class SearchContext: @unchecked Sendable {
  // Safe to pass between threads, as the searcher does under its lock; two threads never use it at once.

  let beam: Beam
  let visited: VisitedSet
  /// The current layer, its scorer, and the width of the search.
  var layer: Layer?
  var scorer: NodeScorer?
  var width = SearchWidth()
  /// The nodes that a shared filter allows, or `nil`.
  var allowed: PositionMask?
  /// Whether the width has grown to its end, and fewer candidates are allowed than asked for.
  var isOpposed = false
  /// Slots from here on are not scored: no search needs them.
  var end = UInt32.max
  /// Whether the starts already complete the search.
  var isComplete = false
  /// The number of entries of `slots` in the current hop.
  var fresh = 0
  /// The links of an expanded slot, where they have to be unpacked.
  let links: UnsafeMutablePointer<UInt32>
  /// Slots of one hop, the same as nodes, and their distances.
  let slots: UnsafeMutablePointer<UInt32>
  let nodes: UnsafeMutablePointer<UInt32>
  let distances: UnsafeMutablePointer<Float>
  /// A query, padded with zeros to a multiple of 16 floats.
  let query: UnsafeMutablePointer<Float>
  /// A vector that was stored in fewer bytes, decoded and padded alike.
  let decoded: UnsafeMutablePointer<Float>
  /// The query's coordinates and its code, with room for the widest code.
  let coordinates: UnsafeMutablePointer<Float>
  let code: UnsafeMutablePointer<Int16>
  /// The best items of the current answer, best first: room for `bestCapacity` and one more.
  private(set) var best: UnsafeMutablePointer<UInt64>
  private var bestCapacity = 16
  /// The work of the current search.
  var work = SearchWork()
  /// Whether a link pointed outside the file.
  var sawDamage = false

  /// Takes over a query. A cosine does not depend on the length of the query, so one whose squares would leave the range of
  /// `Float` is scaled by a power of two, which changes no bit of a score.
  ///
  /// - Parameter query: `dimension` components.
  func load(_ query: UnsafePointer<Float>, _ dimension: Int, for metric: Metric) {
    unsafe self.query.update(from: query, count: dimension)
    guard metric == .cosine, let scale = unsafe SearchContext.scale(query, dimension) else { return }
    for component in 0..<dimension { unsafe self.query[component] *= scale }
  }

  /// The power of two that brings the largest component of a query near 1; `nil` where squares are in range as they are.
  static func scale(_ query: UnsafePointer<Float>, _ dimension: Int) -> Float? {
    // Magnitudes sort like their bits.
    var largest: UInt32 = 0
    for component in 0..<dimension { unsafe largest = max(largest, query[component].magnitude.bitPattern) }
    let magnitude = Float(bitPattern: largest)
    guard largest > 0, magnitude < 0x1p-40 || magnitude > 0x1p40 else { return nil }
    // A scale of 2¹²⁶ is the largest: the smallest numbers stay below 1.
    return Float(sign: .plus, exponent: max(-126, min(126, -Int(magnitude.exponent))), significand: 1)
  }

  /// Creates a context for graphs of up to `nodes` nodes and vectors of `dimension` components.
  init(nodes: Int, dimension: Int, kernels: UnsafePointer<akin_kernels>) {
    beam = unsafe Beam(kernels: kernels)
    visited = VisitedSet(slots: nodes)
    unsafe links = .allocate(capacity: Layer.maximumWidth + PackedLinks.spare)
    unsafe slots = .allocate(capacity: Layer.maximumWidth)
    unsafe self.nodes = .allocate(capacity: Layer.maximumWidth)
    unsafe distances = .allocate(capacity: Layer.maximumWidth)
    unsafe best = .allocate(capacity: bestCapacity + 1)
    let padded = (dimension + 15) & ~15
    unsafe query = .allocate(capacity: padded)
    unsafe query.initialize(repeating: 0, count: padded)
    unsafe decoded = .allocate(capacity: padded)
    unsafe decoded.initialize(repeating: 0, count: padded)
    unsafe coordinates = .allocate(capacity: CodeBook.coordinates)
    unsafe coordinates.initialize(repeating: 0, count: CodeBook.coordinates)
    unsafe code = .allocate(capacity: CodeBook.coordinates)
    unsafe code.initialize(repeating: 0, count: CodeBook.coordinates)
  }

  deinit {
    // Safe: this object allocated each of these, and the elements are trivial.
    unsafe links.deallocate()
    unsafe slots.deallocate()
    unsafe nodes.deallocate()
    unsafe distances.deallocate()
    unsafe best.deallocate()
    unsafe query.deallocate()
    unsafe decoded.deallocate()
    unsafe coordinates.deallocate()
    unsafe code.deallocate()
  }

  /// Ensures room for an answer of `k`.
  func reserve(best k: Int) {
    guard k > bestCapacity else { return }
    unsafe best.deallocate()
    bestCapacity = k
    unsafe best = .allocate(capacity: k + 1)
  }
}
