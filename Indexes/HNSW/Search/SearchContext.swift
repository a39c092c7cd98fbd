import AkinSupport

/// What a search did.
struct SearchWork {
  /// Rows scored: by a code, by a vector, or in a sweep.
  var scored = 0
  /// Nodes expanded.
  var hops = 0
}

/// The memory of one search at a time: pool, visited bits, and the buffers of one hop.
///
/// Owned by one thread while in use; it grows to the largest search that it has seen and is used again.
@safe final class SearchContext: @unchecked Sendable {
  // Safe to hand from thread to thread, as the index does under its lock; never used by two at once.

  /// The most links that a row may have (twice the format's limit of M0: room for slack while building).
  static let maximumWidth = 1024

  /// The pool of candidates, best first; room for `poolCapacity` and one more.
  private(set) var pool: UnsafeMutablePointer<UInt64>
  private(set) var poolCapacity: Int
  /// How many candidates the last walk left in the pool.
  var poolCount = 0
  /// The first place of the pool that may hold a candidate not expanded.
  var cursor = 0
  /// How many of `points` the hop under way has noted.
  var fresh = 0
  /// One bit a point.
  let visited: UnsafeMutablePointer<UInt64>
  let visitedWords: Int
  /// Points of one hop, the same as nodes, and their distances.
  let points: UnsafeMutablePointer<UInt32>
  let nodes: UnsafeMutablePointer<UInt32>
  let distances: UnsafeMutablePointer<Float>
  /// The points that were visited, as far as they fit, so that few bits need clearing.
  let trail: UnsafeMutablePointer<UInt32>
  static let trailCapacity = 1 << 14
  /// A query, padded with zeros to a multiple of 16 floats.
  let query: UnsafeMutablePointer<Float>
  /// How many points were visited since the bits were last cleared.
  var trailCount = 0
  /// How many points from the first were visited without a trail.
  var visitedFromStart = 0
  /// The query's coordinates and its code, with room for the widest code.
  let coordinates: UnsafeMutablePointer<Float>
  let code: UnsafeMutablePointer<Int16>
  /// The search under way: how it measures, how widely it looks around on the ground, and the layer it is on.
  var probe: NodeScorer?
  var breadth = SearchWidth()
  var level = 0
  /// Points from here on are not measured: no search wants them.
  var end = UInt32.max
  /// Whether the start has found all that there is to find.
  var isComplete = false
  /// The best keys of an answer in the making, best first.
  private(set) var best: UnsafeMutablePointer<UInt64>
  private var bestCapacity = 16
  /// The work of the search under way.
  var work = SearchWork()
  /// Whether a link pointed outside the file.
  var sawDamage = false

  /// Creates a context for graphs of up to `nodes` nodes and vectors of `dimension` components.
  init(nodes: Int, dimension: Int) {
    poolCapacity = 512
    unsafe pool = .allocate(capacity: poolCapacity + 1)
    unsafe best = .allocate(capacity: bestCapacity + 1)
    visitedWords = nodes / 64 + 1
    unsafe visited = .allocate(capacity: visitedWords)
    unsafe visited.initialize(repeating: 0, count: visitedWords)
    unsafe points = .allocate(capacity: SearchContext.maximumWidth)
    unsafe self.nodes = .allocate(capacity: SearchContext.maximumWidth)
    unsafe distances = .allocate(capacity: SearchContext.maximumWidth)
    unsafe trail = .allocate(capacity: SearchContext.trailCapacity)
    let padded = (dimension + 15) & ~15
    unsafe query = .allocate(capacity: padded)
    unsafe query.initialize(repeating: 0, count: padded)
    let width = CodeBook.coordinates
    unsafe coordinates = .allocate(capacity: width)
    unsafe coordinates.initialize(repeating: 0, count: width)
    unsafe code = .allocate(capacity: width)
    unsafe code.initialize(repeating: 0, count: width)
  }

  deinit {
    // Safe: `init` allocated each of these, and the elements are trivial.
    unsafe pool.deallocate()
    unsafe best.deallocate()
    unsafe visited.deallocate()
    unsafe points.deallocate()
    unsafe nodes.deallocate()
    unsafe distances.deallocate()
    unsafe trail.deallocate()
    unsafe query.deallocate()
    unsafe coordinates.deallocate()
    unsafe code.deallocate()
  }

  /// Makes room for a pool of `capacity` candidates.
  func reserve(pool capacity: Int) {
    guard capacity > poolCapacity else { return }
    unsafe pool.deallocate()
    poolCapacity = capacity
    unsafe pool = .allocate(capacity: capacity + 1)
  }

  /// Makes room for an answer of `k` keys.
  func reserve(best k: Int) {
    guard k > bestCapacity else { return }
    unsafe best.deallocate()
    bestCapacity = k
    unsafe best = .allocate(capacity: k + 1)
  }

  /// Puts a key (``RankKey``) into the answer, where the worst makes room when `limit` are there.
  @inline(__always)
  func keepBest(_ key: UInt64, size: inout Int, limit: Int) {
    // Safe: `best` has room for `limit` keys and one more.
    if unsafe size == limit && key < best[size - 1] { return }
    var place = size
    while unsafe place > 0 && best[place - 1] < key {
      unsafe best[place] = unsafe best[place - 1]
      place -= 1
    }
    unsafe best[place] = key
    if size < limit { size += 1 }
  }
}
