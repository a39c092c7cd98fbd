import AkinExhaustive
import AkinVectors

// The hot loop of the graph, for searching and for building: a best-first search of one layer (Malkov and Yashunin 2018,
// algorithm 2).
//
//     while the beam has a candidate not expanded among its ef best:
//       candidate ← the nearest of these; mark it expanded
//       fresh ← its links that were not visited; mark them visited          expand()
//       ask the memory for the codes (or vectors) of fresh                  prefetch()
//       distances ← score(fresh)                                            score()
//       insert (fresh, distances) into the beam, which keeps the nearest
//
// A hop costs one row of links (two cache lines at M = 16), one bit test a link, one kernel call for the unvisited
// links and one that inserts them into the beam. With 64 dimensions, about half of the time is in the kernels and half
// is waiting for links and codes. Benchmark: `Tools/bench/graph/run.py`.

extension SearchContext {
  /// Walks the layer of the context from the candidates in its beam until all candidates within the width are expanded.
  ///
  /// - Complexity: scores and expands at most `layer.count` slots, whatever the links.
  func walk() {
    while expand() { score() }
  }

  /// The first half of a hop: expands the nearest candidate with unvisited links, and records these. Returns whether
  /// there was one; the walk ends with `false`.
  func expand() -> Bool {
    guard let layer, !isComplete else { return false }
    // Safe: `slots` has room for `maximumWidth` ≥ width entries; the visited set has a bit for each slot below
    // `layer.count`, and a slot is used only after that comparison.
    let candidates = unsafe beam.candidates
    let bits = unsafe visited.bits
    let slots = unsafe self.slots
    let count = UInt32(truncatingIfNeeded: layer.count)
    let end = self.end
    // Before the beam is full, any candidate may lead further.
    let size = beam.count < self.width.capacity ? beam.count : min(beam.count, self.width.ef)
    var cursor = beam.cursor
    while cursor < size {
      let candidate = unsafe candidates[cursor]
      cursor &+= 1
      if candidate & Candidate.expanded != 0 { continue }
      unsafe candidates[cursor &- 1] = candidate | Candidate.expanded
      work.hops &+= 1
      guard let links = unsafe layer.links(of: Int(Candidate.node(candidate)), self.links) else {
        sawDamage = true
        continue
      }
      // Select the unvisited links.
      var fresh = 0
      var link = 0
      while link < links.count {
        let slot = unsafe links[link]
        link &+= 1
        if slot >= count {
          if slot != Layer.noNode { sawDamage = true }
          break
        }
        let word = Int(slot &>> 6)
        // A slot at or above the limit counts as visited but has no bit, so it is not in the list to clear.
        let bit: UInt64 = slot < end ? 1 &<< UInt64(slot & 63) : 0
        let seen = unsafe bits[word]
        unsafe slots[fresh] = slot
        unsafe bits[word] = seen | bit
        fresh &+= ~seen & bit != 0 ? 1 : 0
      }
      if fresh == 0 { continue }
      unsafe visited.note(slots, fresh)
      // The links of the next candidate are likely to be read soon.
      if cursor < size { layer.prefetch(Int(unsafe Candidate.node(candidates[cursor]))) }
      beam.cursor = cursor
      self.fresh = fresh
      return true
    }
    beam.cursor = cursor
    fresh = 0
    return false
  }

  /// Prefetches the input of ``score()``, for interleaved walks.
  @inline(__always)
  func prefetch() {
    guard let layer, let scorer, unsafe layer.upper == nil else { return }
    unsafe scorer.prefetch(slots, fresh)
  }

  /// The second half of a hop: scores the recorded slots, and the beam keeps those that are near enough.
  func score() {
    guard let layer, let scorer else { return }
    // Safe: `slots`, `nodes` and `distances` have room for `maximumWidth` entries, and slots are below the number of nodes.
    let slots = unsafe self.slots
    let distances = unsafe self.distances
    let fresh = self.fresh
    if unsafe layer.upper == nil {
      unsafe scorer.distances(to: slots, fresh, into: distances)
    } else {
      for i in 0..<fresh { unsafe nodes[i] = layer.node(of: slots[i]) }
      unsafe scorer.distances(to: nodes, fresh, into: distances)
    }
    work.scored &+= fresh
    unsafe beam.insert(distances, slots, fresh)
    // The next hop reads the links of the nearest candidate.
    if beam.cursor < beam.count { layer.prefetch(Int(unsafe Candidate.node(beam.candidates[beam.cursor]))) }
    self.fresh = 0
  }
}

// A walk under a filter goes through all nodes, allowed or not, since these lead to each other. It goes on until as many allowed
// candidates are expanded as are asked for.

extension SearchContext {
  /// After a walk: widens it where too few of the nearest candidates are allowed. Returns whether there is more to walk.
  ///
  /// The next width is guessed from the share of the candidates that are allowed, which tells how the filter lies to the query:
  /// where it allows all that is near, nothing is added, and where it opposes the query the width soon reaches its end
  /// (``isOpposed``).
  func widen() -> Bool {
    guard let allowed, !isComplete else { return false }
    let nearest = min(beam.count, width.ef)
    var found = 0
    for place in 0..<nearest {
      // Safe: the beam's nodes are nodes of the graph.
      found += unsafe allowed.contains(Int(Candidate.node(beam.candidates[place]))) ? 1 : 0
    }
    if found >= min(width.enough, width.requestedEf) { return false }
    guard width.ef < width.capacity else {
      isOpposed = nearest == width.ef
      return false
    }
    // All that can be reached is in the beam.
    if nearest < width.ef { return false }
    let share = max(Double(found), 0.5) / Double(nearest)
    let more = (Double(width.requestedEf - found) / share).rounded(.up)
    width.ef = Int(min(Double(width.ef) + more, Double(width.capacity)))
    return true
  }

  /// Drops the candidates that are not allowed: neither the node nor a copy of it, nor a member of its group.
  func keepAllowed(_ storage: GraphStorage) {
    guard let allowed else { return }
    var kept = 0
    for place in 0..<beam.count {
      let candidate = unsafe beam.candidates[place]
      let isAllowed = storage.found(with: Candidate.node(candidate)) { allowed.contains(Int($0)) } != nil
      guard isAllowed else { continue }
      unsafe beam.candidates[kept] = candidate
      kept += 1
    }
    beam.count = kept
  }
}

// The starts of walks.

extension SearchContext {
  /// Prepares the context to walk a layer, with an empty beam.
  func begin(on layer: Layer, _ scorer: NodeScorer, _ width: SearchWidth) {
    self.layer = layer
    self.scorer = scorer
    self.width = width
    end = .max
    isComplete = false
    isOpposed = false
    fresh = 0
    beam.reset(capacity: width.capacity)
  }

  /// Starts from slots of the layer; the beam keeps the best.
  func start(at starts: ArraySlice<UInt32>) {
    guard let layer, let scorer else { return }
    var count = 0
    // Safe: there are far fewer than `maximumWidth`.
    for slot in starts where Int(slot) < layer.count && visited.insert(slot) {
      unsafe slots[count] = slot
      unsafe nodes[count] = layer.node(of: slot)
      count += 1
    }
    unsafe scorer.distances(to: nodes, count, into: distances)
    work.scored &+= count
    for place in 0..<count { unsafe beam.insertStart(distance: distances[place], node: slots[place]) }
  }

  /// Starts from the result of a scan of the first nodes, which the walk does not score again.
  func start(from scan: PrefixScan.One, _ candidates: ArraySlice<UInt64>) {
    beam.replace(with: candidates)
    end = UInt32(clamping: scan.end)
    isComplete = scan.isComplete
    visited.insertPrefix(scan.rows)
    work.scored += scan.rows
  }

  /// Descends from a slot of an upper layer to ever nearer ones, layer by layer, and returns the nearest slot of the
  /// layer `level`.
  func descend(
    from slot: UInt32, on top: Int, to level: Int, _ scorer: NodeScorer, layer: (_ level: Int) -> Layer
  ) -> UInt32 {
    var slot = slot
    for upper in stride(from: top, to: level, by: -1) {
      let layer = layer(upper)
      begin(on: layer, scorer, SearchWidth(ef: 1))
      start(at: [slot])
      walk()
      visited.removeAll()
      // A slot beyond the layer maps to its first slot.
      slot = layer.below(beam.count > 0 ? unsafe Candidate.node(beam.candidates[0]) : 0)
    }
    return slot
  }
}
