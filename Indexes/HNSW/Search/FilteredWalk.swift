import AkinExhaustive
import AkinVectors

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
