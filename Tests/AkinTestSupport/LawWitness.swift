import AkinVectors

/// Builds, searches and writes down what is against the law.
struct LawWitness {
  let build: IndexLaw.Builder
  var violations: [String] = []

  mutating func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    if !holds { violations.append(sentence()) }
  }

  /// Expects that a search throws an error; a NaN in it is a NaN that is looked for.
  mutating func expect(_ error: SearchError, _ search: () throws -> Void) {
    do {
      try search()
      violations.append("expected \(error); nothing was thrown")
    } catch let thrown {
      expect(thrown is SearchError && "\(thrown)" == "\(error)", "expected \(error); it threw \(thrown)")
    }
  }

  /// Expects `count` neighbours, best first, none of them left out, each with its own score.
  mutating func expect(
    _ found: [Neighbor], are count: Int, of catalogue: Catalogue, for query: [Float], without: Set<Int>, _ place: String
  ) {
    expect(found.count == count, "\(place): \(found.count) found, expected \(count)")
    expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 }, "\(place): not best first, ties by row: \(found)")
    for neighbor in found {
      let row = Int(neighbor.row.index)
      expect(row < catalogue.count && !without.contains(row), "\(place): \(neighbor.row) must not be found")
      guard row < catalogue.count else { continue }
      let score = catalogue.score(of: query, row)
      expect(score == neighbor.score, "\(place): \(neighbor.row) has \(neighbor.score), its score is \(score ?? .nan)")
    }
  }

  mutating func eachMetric(_ body: (Metric, inout LawWitness) throws -> Void) throws {
    for metric in Metric.allCases { try body(metric, &self) }
  }

  /// Searches for each number of neighbours and compares with the truth: everything when `all`, else what holds for a part
  /// of the truth too.
  ///
  /// - Parameters:
  ///   - given: An index over the catalogue; `nil` builds one.
  ///   - query: What to ask; `nil` asks five queries of the seed's.
  mutating func searches(
    _ catalogue: Catalogue, _ given: (any VectorIndex)? = nil, query: [Float]? = nil, k numbers: [Int],
    excluding excluded: Set<Int> = [], all: Bool = false, seed: UInt64
  ) throws {
    let index = try given ?? build(catalogue)
    let queries =
      query.map { [$0] }
      ?? (UInt64(0)..<5).map { AkinTestSupport.query(dimension: index.dimension, seed: seed &* 100 &+ $0) }
    for query in queries {
      let ranked = catalogue.nearest(to: query, k: numbers.max() ?? 0, excluding: excluded)
      for k in numbers {
        let place = "\(catalogue.metric), \(catalogue.count) × \(index.dimension), k \(k), seed \(seed)"
        let found = try index.nearest(to: query, k: k, excluding: excluded)
        let truth = Array(ranked.prefix(k))
        expect(found, are: truth.count, of: catalogue, for: query, without: excluded, place)
        if all { expect(found == truth, "\(place): not all that there is, in order") }
      }
    }
  }
}
