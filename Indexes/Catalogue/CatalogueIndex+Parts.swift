import AkinHNSW
import AkinVectors

// What each segment gets of a request.

extension CatalogueIndex {
  /// The request as a segment gets it; `nil` when the segment has no item that may be in the answer.
  func own(_ request: SearchRequest, in segment: Segment) -> SearchRequest? {
    var own = request
    own.filter = segment.filter
    if let filter = request.filter {
      guard let part = part(of: filter, in: segment) else { return nil }
      own.filter = part
    } else {
      // Deleted rows lie among the others everywhere: few as they are, the walk is to go on until it has met enough others.
      own.alwaysPreparesFilter = true
    }
    own.excluded = request.excluded.flatMap { excluded in
      let part = excluded.slice(segment.rows)
      return part.count == 0 ? nil : part
    }
    if !segment.record.isLinked {
      own.effort = .exact
    } else if case .ef(let ef) = request.resolvedEffort {
      own.effort = .ef(share(of: ef, k: request.k, in: segment))
    }
    return own
  }

  /// The part of a filter that a segment gets, without deleted rows; `nil` when it lets nothing in. The parts of the last filter
  /// are remembered, and so are those that the segments have prepared for them.
  private func part(of filter: RowFilter, in segment: Segment) -> RowFilter? {
    let parts = lastFilter.withLock { last in
      if let last, last.filter == filter { return last.parts }
      let made = segments.map { $0.own(filter) }
      last = (filter, made)
      return made
    }
    return parts[segment.number]
  }

  /// The candidates that a linked segment expands of `ef` in all: as many of the best as lie in it by its size, and three
  /// standard deviations more, since they are not spread evenly. A catalogue of one segment expands `ef`.
  private func share(of ef: Int, k: Int, in segment: Segment) -> Int {
    let share = Double(segment.record.live) / Double(max(1, liveCount))
    let mean = Double(ef) * share
    let wanted = mean + 3 * (mean * (1 - share)).squareRoot()
    // Fewer than one for four of the answer, and the walk finds too few.
    return max(1, min(ef, max(Int(wanted.rounded(.up)), min(ef, (k + 3) / 4))))
  }
}

extension Segment {
  /// The part of a filter of the whole catalogue that lies in this segment, without deleted rows; `nil` when it lets nothing in.
  func own(_ filter: RowFilter) -> RowFilter? {
    var part = filter.rows.slice(rows)
    if filter.letsIn {
      part.subtract(record.deleted)
      return part.count == 0 ? nil : .only(part)
    }
    if part.count == 0 { return self.filter ?? .excluding(part) }
    part.formUnion(record.deleted)
    return part.count == record.rows ? nil : .excluding(part)
  }
}
