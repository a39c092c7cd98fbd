import AkinSupport

extension VectorIndex {
  /// Chooses a list from candidates by maximal marginal relevance (Carbonell and Goldstein, 1998): each place goes to the candidate
  /// `i` with the largest
  ///
  ///     (1 − diversity) · relevance(i) − diversity · likeness(i)
  ///
  /// where `relevance` is the place of its score among those of the candidates, (score − least) / (best − least), and `likeness` is the
  /// largest cosine between its vector and those of the items before it. A zero vector is like nothing: its cosines are 0.
  ///
  /// The first item is the best candidate, and equal values go to the better one. With a diversity of 0 the list is the plain one.
  /// Scores stay as they are, so a later item may have a larger one.
  ///
  /// - Parameters:
  ///   - candidates: Items of the index, best first: a search for ``SearchRequest/candidatesPerItem`` × `k`.
  ///   - k: The length of the list, at least 1.
  ///   - diversity: From 0, which takes the best, to 1, which looks at likeness alone after the first.
  /// - Throws: ``SearchError/badDiversity(_:)``, ``SearchError/badCount(k:)``.
  /// - Complexity: O(*k* × *candidates* × *dimension*).
  public func diversified(
    _ candidates: [Neighbor], k: Int, diversity: Double
  ) throws(SearchError) -> [Neighbor] {
    guard k >= 1 else { throw .badCount(k: k) }
    try SearchRequest.check(diversity: diversity)
    guard diversity > 0, let best = candidates.first, let last = candidates.last else {
      return Array(candidates.prefix(k))
    }
    let (most, least) = (Double(best.score), Double(last.score))
    let units = candidates.map { unitVector(of: $0.row) }
    // The value of each candidate but for its likeness, and its likeness so far.
    let worth = candidates.map {
      most > least ? (1 - diversity) * (Double($0.score) - least) / (most - least) : 1 - diversity
    }
    var likeness = [Double](repeating: -1, count: candidates.count)
    var isLeft = [Bool](repeating: true, count: candidates.count)
    var list = [best]
    var chosen = 0
    isLeft[0] = false
    while list.count < min(k, candidates.count) {
      var next = -1
      var value = -Double.infinity
      for place in candidates.indices where isLeft[place] {
        likeness[place] = max(likeness[place], cosine(units[place], units[chosen]))
        let found = worth[place] - diversity * likeness[place]
        if found > value { (next, value) = (place, found) }
      }
      // Scores that are not finite have no order to go by.
      if next < 0 { break }
      chosen = next
      isLeft[next] = false
      list.append(candidates[next])
    }
    return list
  }

  /// The vector of an item at length 1, or zeros.
  private func unitVector(of row: Row) -> [Double] {
    let vector = (self.vector(of: row) ?? []).map { Double($0) }
    let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return norm > 0 ? vector.map { $0 / norm } : vector
  }
}

/// The product of two vectors of length 1.
private func cosine(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for component in 0..<min(a.count, b.count) { sum += a[component] * b[component] }
  return sum
}

extension SearchRequest {
  /// How many candidates a diverse list is chosen from, for each of its items.
  public static let candidatesPerItem = 5

  /// The request for the candidates of a diverse list.
  ///
  /// - Parameter diversity: 0 leaves the request as it is.
  public func forCandidates(diversity: Double) -> SearchRequest {
    guard diversity > 0 else { return self }
    var request = self
    request.k = k > Int.max / SearchRequest.candidatesPerItem ? k : k * SearchRequest.candidatesPerItem
    return request
  }

  /// Throws for a diversity outside of 0 to 1.
  package static func check(diversity: Double) throws(SearchError) {
    guard diversity >= 0, diversity <= 1 else { throw .badDiversity(diversity) }
  }
}

extension NeighborTable {
  /// The list of each query, chosen from these candidates; the table itself for a diversity of 0.
  ///
  /// - Parameters:
  ///   - index: The index of the items.
  ///   - k: The length of a list.
  ///   - diversity: From 0 to 1.
  ///   - execution: Threads; cancellation.
  package func diversified(
    by index: any VectorIndex, k: Int, diversity: Double, _ execution: Execution
  ) throws -> NeighborTable {
    guard diversity > 0 else { return self }
    return try NeighborTable(queryCount: queryCount, k: min(k, index.count), execution: execution) { range, answer in
      for query in range { answer(query, try index.diversified(Array(self[query]), k: k, diversity: diversity)) }
    }
  }
}
