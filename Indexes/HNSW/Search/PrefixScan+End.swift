// When a scan ends, and what it has found then.

extension PrefixScan {
  /// Whether the scan of a query can end after these rows.
  mutating func isOver(_ query: Int, after first: Int, _ allowed: NodeFilter?) -> Bool {
    if !all[query].isSure, isBeyond(query, from: max(most, first)) {
      if let allowed, allowed.hasRows {
        let floor = bounds[query].floor(from: max(most, first))
        guard unsafe entries.count(all[query].size, of: query, from: floor, where: allowed.allows) >= k else {
          return first >= rows
        }
        all[query].size = unsafe entries.keep(query, all[query].size, where: allowed.allows)
      }
      keepAnswerOnly(&all[query])
    }
    if all[query].isSure, isBeyond(query, from: first) {
      all[query].isComplete = true
      return true
    }
    return first >= rows && !all[query].isSure
  }

  /// Whether so many kept nodes as the answer has are nearer than any from `node` on.
  private func isBeyond(_ query: Int, from node: Int) -> Bool {
    let scores = unsafe entries.entries(of: query).scores
    return unsafe kernels.pointee.count_at_least(scores, all[query].size, bounds[query].floor(from: node)) >= k
  }

  /// Sorts the candidates of a query, and records the first node that is too small to be kept.
  mutating func end(_ query: Int) {
    var one = all[query]
    let wanted = one.isComplete ? k : places
    if one.size > wanted {
      let error = one.isComplete ? Float(errorMargin(query)) : 0
      one.size = unsafe entries.keep(query, one.size, from: kth(wanted, one, of: query) - error)
    }
    sort(&one, query)
    if !one.isComplete {
      // A list that is not full keeps any node.
      let last = one.size == capacity ? Candidate.distance(beams[query * (places + 1) + capacity - 1]) : .infinity
      one.end = bounds[query].end(of: last, from: one.rows)
      one.isComplete = one.end == one.rows
    }
    all[query] = one
  }

  /// Up to so many candidates, the insertion into a beam sorts fastest.
  private static let fewest = 128

  /// Makes candidates of what is kept, best first, at most ``places`` of them.
  private mutating func sort(_ one: inout One, _ query: Int) {
    let beam = query * (places + 1)
    if one.size > PrefixScan.fewest {
      let sorted = unsafe entries.sorted(query, one.size).prefix(places)
      beams.replaceSubrange(beam..<beam + sorted.count, with: sorted)
      one.size = sorted.count
      return
    }
    let (scores, nodes) = unsafe entries.entries(of: query)
    for entry in 0..<one.size { unsafe scores[entry] = -scores[entry] }
    var lowest = places
    one.size = unsafe beams.withUnsafeMutableBufferPointer { beams in
      // Safe: there are `places` and one more from `beam`.
      unsafe kernels.pointee.beam_insert(
        beams.baseAddress! + beam, 0, max(1, places), scores, nodes, one.size, &lowest)
    }
  }
}
