import AkinExhaustive
import AkinVectors

// What an index of several parts needs of each: items by their parts, and items related to a vector of another part.

extension HNSWIndex {
  /// Whether the graph has links; otherwise every search is an exact scan.
  package var isLinked: Bool { searcher.storage.entry != nil }

  /// Whether nodes have taken over the links of an older graph, so that a build of the same items gives other bytes.
  package var isGrown: Bool { facts.container.provenance?["grown"] == .bool(true) }

  /// Whether the items have biases.
  package var hasBiases: Bool { unsafe searcher.storage.biases != nil }

  /// Lends the vector of an item; `nil` for an unknown row.
  package func withVector<R>(of row: Row, _ body: (Span<Float>) -> R) -> R? {
    guard let node = searcher.storage.node(of: row.index) else { return nil }
    return searcher.storage.vectors.withRow(Int(node), body)
  }

  /// Returns the items most similar to a vector by ``VectorIndex/relatedMetric``, best first.
  ///
  /// - Parameters:
  ///   - vector: ``dimension`` finite components.
  ///   - request: The number of items, the search effort and the filter.
  /// - Throws: `SearchError` for an invalid request.
  package func related(toVector vector: Span<Float>, _ request: SearchRequest) throws(SearchError) -> [Neighbor] {
    let plan = try plan(request, for: .related)
    guard case .graph(let ef) = plan.way, isLinked else {
      return try exhaustive(by: relatedMetric).nearest(to: vector, request)
    }
    return walk(vector, request, ef: ef, by: relatedMetric)
  }
}
