import AkinVectors
import CAkinKernels

// The hot loop of the graph, for searching and for building. A hop costs one row of links (two cache lines at M = 16),
// one bit test a link, one kernel call over the links not seen before and one that puts them into the pool; with 64
// dimensions about half of the time is the kernels' and half is waiting for links and codes. Benchmark:
// `Tools/bench/graph/run.py`.

extension SearchContext {
  /// Best-first search of one layer (Malkov & Yashunin 2018, algorithm 2): keeps the `ef` nearest points seen so far and
  /// expands the nearest that is not expanded, until all that are kept are.
  ///
  /// The pool holds the start on entry (see ``start(at:on:_:ef:)``) and the result on return, best first.
  ///
  /// - Complexity: at most `layer.count` points are measured and expanded, whatever the links say.
  func walk(_ layer: Layer, _ probe: NodeScorer, ef: Int) {
    cursor = 0
    breadth = SearchWidth(expanded: ef, kept: ef)
    while advance(layer) { absorb(layer, probe, ef: ef) }
  }

  /// The first half of a hop: expands the nearest candidate that has links not seen before, and notes those. Returns
  /// whether there was one; after `false` the walk is over.
  func advance(_ layer: Layer) -> Bool {
    // Safe: `points` has room for `maximumWidth` ≥ width entries; `visited` has a bit for each point below
    // `layer.count`, and a point is used only after that comparison.
    let pool = unsafe self.pool
    let visited = unsafe self.visited
    let points = unsafe self.points
    let width = layer.width
    let count = UInt32(truncatingIfNeeded: layer.count)
    let end = self.end
    // Until the pool is full whatever is in it may lead further.
    let size = poolCount < breadth.kept ? poolCount : min(poolCount, breadth.expanded)
    var cursor = self.cursor
    while cursor < size {
      let candidate = unsafe pool[cursor]
      cursor &+= 1
      if candidate & Candidate.expanded != 0 { continue }
      unsafe pool[cursor &- 1] = candidate | Candidate.expanded
      work.hops &+= 1
      guard let row = unsafe layer.row(of: Int(Candidate.node(candidate))) else {
        sawDamage = true
        continue
      }
      // Which links are new?
      var fresh = 0
      var link = 0
      while link < width {
        let point = unsafe row[link]
        link &+= 1
        if point >= count {
          if point != Layer.noNode { sawDamage = true }
          break
        }
        let word = Int(point &>> 6)
        // No bit, as if it had been seen: whoever is left out here is in no trail, which would not clear it.
        let bit: UInt64 = point < end ? 1 &<< UInt64(point & 63) : 0
        let seen = unsafe visited[word]
        unsafe points[fresh] = point
        unsafe visited[word] = seen | bit
        fresh &+= ~seen & bit != 0 ? 1 : 0
      }
      if fresh == 0 { continue }
      if trailCount &+ fresh <= SearchContext.trailCapacity {
        unsafe (trail + trailCount).update(from: points, count: fresh)
      }
      trailCount &+= fresh
      // The links of the next candidate are likely to be wanted soon.
      if cursor < size, let next = unsafe layer.row(of: Int(Candidate.node(pool[cursor]))) {
        unsafe layer.fetch(next)
      }
      self.cursor = cursor
      self.fresh = fresh
      return true
    }
    self.cursor = cursor
    fresh = 0
    return false
  }

  /// Asks the memory for what ``absorb(_:_:ef:)`` will read, for when other work comes between.
  @inline(__always)
  func fetch(_ layer: Layer, _ probe: NodeScorer) {
    if unsafe layer.upper == nil { unsafe probe.fetch(points, fresh) }
  }

  /// The second half of a hop: measures the points noted and keeps those that are near enough.
  func absorb(_ layer: Layer, _ probe: NodeScorer, ef: Int) {
    // Safe: `points`, `nodes` and `distances` have room for `maximumWidth` entries; the pool has room for ef + 1, and
    // points are below the number of nodes.
    let pool = unsafe self.pool
    let points = unsafe self.points
    let distances = unsafe self.distances
    let fresh = self.fresh
    if unsafe layer.upper == nil {
      unsafe probe.measure(points, fresh, into: distances)
    } else {
      for i in 0..<fresh { unsafe nodes[i] = layer.node(of: points[i]) }
      unsafe probe.measure(nodes, fresh, into: distances)
    }
    work.scored &+= fresh
    var lowest = cursor
    let size = unsafe probe.merge(pool, poolCount, ef, distances, points, fresh, &lowest)
    // The links of the nearest will be wanted next.
    if lowest < size, let next = unsafe layer.row(of: Int(Candidate.node(pool[lowest]))) {
      unsafe layer.fetch(next)
    }
    cursor = lowest
    poolCount = size
    self.fresh = 0
  }

  /// Puts a candidate into a sorted pool, where the worst makes room when `limit` are there, and returns its place.
  ///
  /// - Parameter pool: Room for `limit` candidates, `size` of them filled; the candidate is better than the last of them
  ///   or there is room.
  @inline(__always)
  static func keep(
    _ candidate: UInt64, in pool: UnsafeMutablePointer<UInt64>, size: inout Int, limit: Int
  ) -> Int {
    // Halving without a branch: which way it goes is a coin's toss.
    var low = 0
    var rest = size
    while rest > 0 {
      let half = (rest &+ 1) &>> 1
      low &+= unsafe half & (pool[low &+ half &- 1] < candidate ? -1 : 0)
      rest &-= half
    }
    if size < limit { size &+= 1 }
    let moved = size &- low &- 1
    unsafe (pool + (low &+ 1)).update(from: pool + low, count: moved)
    unsafe pool[low] = candidate
    return low
  }

  /// Starts from the best of the largest items.
  func start(from sweep: PrefixScan.One, _ pool: ArraySlice<UInt64>, ef: Int) {
    reserve(pool: ef)
    for (place, candidate) in pool.enumerated() { unsafe self.pool[place] = candidate }
    poolCount = pool.count
    end = UInt32(clamping: sweep.end)
    isComplete = sweep.isComplete
    let rows = sweep.rows
    for word in 0..<(rows &>> 6) { unsafe visited[word] = .max }
    if rows & 63 != 0 { unsafe visited[rows &>> 6] |= (1 &<< UInt64(rows & 63)) &- 1 }
    visitedFromStart = rows
    work.scored += rows
  }

  /// Measures the pool's candidates again, by the vectors, nearest first, until no other is likely to be among the `k`
  /// nearest, and leaves those measured in the pool, best first.
  ///
  /// - Parameter doubt: How far above the true distance the pool's may lie.
  func settle(_ probe: NodeScorer, k: Int, doubt: Float) {
    reserve(best: k)
    var settled = 0
    var nearest = 0
    while settled < poolCount {
      // Safe: `nodes` and `distances` have room for `maximumWidth` entries, and a pool's nodes were measured before; `best`
      // has room for k and one more.
      let number = min(SearchContext.settled, poolCount &- settled)
      if nearest == k, unsafe Candidate.distance(pool[settled]) > Candidate.distance(best[k &- 1]) + doubt { break }
      for i in 0..<number { unsafe nodes[i] = Candidate.node(pool[settled &+ i]) }
      unsafe probe.measure(nodes, number, into: distances)
      for i in 0..<number {
        let distance = unsafe distances[i]
        let candidate = unsafe Candidate.pack(
          distance: distance.isNaN ? .greatestFiniteMagnitude : distance, node: nodes[i])
        unsafe pool[settled &+ i] = candidate
        if unsafe nearest < k || candidate < best[k &- 1] {
          _ = unsafe SearchContext.keep(candidate, in: best, size: &nearest, limit: k)
        }
      }
      settled &+= number
    }
    poolCount = settled
    work.scored += settled
    var all = unsafe UnsafeMutableBufferPointer(start: pool, count: settled)
    unsafe all.sort()
  }

  /// Candidates that are measured again by one call.
  private static let settled = 8

  /// Empties the pool and puts one point into it; a point whose distance is NaN is walked from, but never kept.
  func start(at point: UInt32, on layer: Layer, _ probe: NodeScorer, ef: Int) {
    reserve(pool: ef)
    poolCount = 0
    let node = layer.node(of: point)
    unsafe nodes[0] = node
    unsafe probe.measure(nodes, 1, into: distances)
    work.scored &+= 1
    let distance = unsafe distances[0]
    unsafe pool[0] = Candidate.pack(distance: distance.isNaN ? .greatestFiniteMagnitude : distance, node: point)
    poolCount = 1
    visit(point)
  }

  /// Starts from some nodes of the ground, of which the pool keeps the best `ef`.
  func start(at starts: ArraySlice<UInt32>, on layer: Layer, _ probe: NodeScorer, ef: Int) {
    reserve(pool: ef)
    var count = 0
    // Safe: there are far fewer than `maximumWidth`.
    for node in starts where Int(node) < layer.count && visitNew(node) {
      unsafe nodes[count] = node
      count += 1
    }
    unsafe probe.measure(nodes, count, into: distances)
    work.scored &+= count
    var size = 0
    for place in 0..<count {
      let distance = unsafe distances[place]
      let candidate = unsafe Candidate.pack(
        distance: distance.isNaN ? .greatestFiniteMagnitude : distance, node: nodes[place])
      if size == ef, unsafe candidate >= pool[size &- 1] { continue }
      _ = unsafe SearchContext.keep(candidate, in: pool, size: &size, limit: ef)
    }
    poolCount = size
  }

  /// Marks a point as seen.
  func visit(_ point: UInt32) {
    unsafe visited[Int(point &>> 6)] |= UInt64(1) &<< UInt64(point & 63)
    if trailCount < SearchContext.trailCapacity { unsafe trail[trailCount] = point }
    trailCount &+= 1
  }

  /// Marks a point as seen, and says whether it was not before.
  func visitNew(_ point: UInt32) -> Bool {
    if unsafe visited[Int(point &>> 6)] &>> UInt64(point & 63) & 1 == 1 { return false }
    visit(point)
    return true
  }

  /// Forgets all points seen: O(points seen) when they were few, O(points / 64) else.
  func forget() {
    if trailCount <= SearchContext.trailCapacity && trailCount < visitedWords {
      for i in 0..<trailCount { unsafe visited[Int(trail[i] &>> 6)] = 0 }
    } else {
      unsafe visited.update(repeating: 0, count: visitedWords)
    }
    for word in 0..<((visitedFromStart &+ 63) &>> 6) { unsafe visited[word] = 0 }
    trailCount = 0
    visitedFromStart = 0
  }

  /// Moves from a point to ever nearer ones on one layer until none of its links is nearer, and returns where it ends.
  func descend(from point: UInt32, on layer: Layer, _ probe: NodeScorer) -> UInt32 {
    start(at: point, on: layer, probe, ef: 1)
    walk(layer, probe, ef: 1)
    forget()
    return unsafe Candidate.node(pool[0])
  }
}
