import AkinHNSW
import AkinVectors

// What each part gets of a request.

extension CatalogueIndex {
  /// The request as a part gets it; `nil` when the part has no item that may be in the answer.
  func own(_ request: SearchRequest, in part: SearchPart) -> SearchRequest? {
    var own = request
    own.filter = part.filter
    if let filter = request.filter {
      guard let those = self.part(of: filter, in: part) else { return nil }
      own.filter = those
    } else {
      // Deleted rows lie among the others everywhere: few as they are, the walk is to go on until it has met enough others.
      own.alwaysPreparesFilter = true
    }
    own.excluded = request.excluded.flatMap { excluded in
      let those = excluded.slice(part.rows)
      return those.count == 0 ? nil : those
    }
    if case .scan = part.way {
      own.effort = .exact
    } else if case .ef(let ef) = request.resolvedEffort {
      own.effort = .ef(share(of: ef, k: request.k, in: part))
    }
    return own
  }

  /// The part of a filter that one of the parts gets, without deleted rows; `nil` when it lets nothing in. The parts of the last
  /// filter are remembered, and so are those that the segments have prepared for them.
  private func part(of filter: RowFilter, in part: SearchPart) -> RowFilter? {
    let own = lastFilter.withLock { last in
      if let last, last.filter == filter { return last.parts }
      let made = parts.map { $0.own(filter) }
      last = (filter, made)
      return made
    }
    return own[part.number]
  }

  /// From this share of the items on, the best items of hardly any query are fewer elsewhere than a standard deviation says.
  private static let mostItems = 0.75

  /// The candidates that a linked segment expands of `ef` in all: as many of the best as lie in it by its size, and three
  /// standard deviations more, since they are not spread evenly; one where it holds most items, since there each
  /// candidate more finds the less. A catalogue of one segment expands `ef`.
  private func share(of ef: Int, k: Int, in part: SearchPart) -> Int {
    // No answer has more items, and no walk more candidates.
    let (ef, k) = (min(ef, max(1, count)), min(k, count))
    let share = Double(part.live) / Double(max(1, liveCount))
    let mean = Double(ef) * share
    let deviations = share < CatalogueIndex.mostItems ? 3.0 : 1
    let wanted = mean + deviations * (mean * (1 - share)).squareRoot()
    // Fewer than one for four of the answer, and the walk finds too few.
    return max(1, min(ef, max(Int(wanted.rounded(.up)), min(ef, (k + 3) / 4))))
  }
}
