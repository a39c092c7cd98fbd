import AkinSupport
import AkinVectors

/// A promise that every index keeps, exact or not; laws about what is found, not about how much of the truth is.
///
/// A test target runs them all on its own index:
///
///     @Test("Keeps the laws of every index", arguments: IndexLaw.all)
///     func laws(law: IndexLaw) throws {
///       #expect(try law.violations { try MyIndex(of: $0) } == [])
///     }
public struct IndexLaw: Sendable, CustomStringConvertible {
  /// Builds the index that is tested.
  public typealias Builder = (Catalogue) throws -> any VectorIndex

  /// The promise in words.
  public let description: String
  private let check: @Sendable (inout Witness) throws -> Void

  /// What the index did against the law, a sentence each; empty when it keeps the law.
  public func violations(_ build: Builder) throws -> [String] {
    try withoutActuallyEscaping(build) { build in
      var witness = Witness(build: build)
      try check(&witness)
      return witness.violations
    }
  }

  /// All laws.
  public static let all: [IndexLaw] = [
    IndexLaw("best first, equal scores in row order, no row twice, scores are the float64 scores rounded") { witness in
      for seed in UInt64(1)...3 {
        try witness.eachMetric { metric, witness in
          let catalogue = Catalogue.normal(rows: 300, dimension: 13, metric: metric, seed: seed)
          try witness.searches(catalogue, k: 10, seed: seed)
        }
      }
    },
    IndexLaw("k larger than the catalogue finds every item") { witness in
      for rows in [1, 2, 5, 37] {
        try witness.eachMetric { metric, witness in
          let catalogue = Catalogue.normal(rows: rows, dimension: 6, metric: metric, seed: 4)
          try witness.searches(catalogue, k: rows, all: true, seed: 4)
          try witness.searches(catalogue, k: rows + 3, all: true, seed: 4)
        }
      }
    },
    IndexLaw("an empty catalogue answers with nothing") { witness in
      try witness.eachMetric { metric, witness in
        let index = try witness.build(Catalogue(rows: [], dimension: 3, metric: metric))
        witness.expect(index.count == 0 && index.dimension == 3 && index.metric == metric, "\(metric): facts")
        witness.expect(try index.nearest(to: [1, 2, 3], k: 5).isEmpty, "\(metric): found something in nothing")
      }
    },
    IndexLaw("excluded rows are never found, and k others are while there are so many") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 120, dimension: 9, metric: metric, seed: 5)
        let query = query(dimension: 9, seed: 6)
        let best = catalogue.nearest(to: query, k: 120).map { Int($0.row.index) }
        for excluded in [Set(best.prefix(1)), Set(best.prefix(60)), Set(best.prefix(113)), Set(best)] {
          let all = excluded.count >= 110
          try witness.searches(catalogue, query: query, k: 10, excluding: excluded, all: all, seed: 6)
        }
      }
    },
    IndexLaw("copies of an item are found side by side, in row order") { witness in
      try witness.eachMetric { metric, witness in
        let distinct = normalMatrix(rows: 4, dimension: 7, seed: 8)
        let rows = (0..<48).map { distinct[Row($0 % 4)] }
        let catalogue = Catalogue(rows: rows, dimension: 7, metric: metric)
        try witness.searches(catalogue, query: distinct[Row(2)], k: 48, all: true, seed: 8)
        try witness.searches(catalogue, query: distinct[Row(2)], k: 5, seed: 8)
        let same = Catalogue(rows: Array(repeating: distinct[Row(1)], count: 60), dimension: 7, metric: metric)
        try witness.searches(same, query: distinct[Row(0)], k: 60, all: true, seed: 8)
      }
    },
    IndexLaw("zero vectors match nothing under cosine and are items like others elsewhere") { witness in
      try witness.eachMetric { metric, witness in
        let zero = [Float](repeating: 0, count: 5)
        let some = normalMatrix(rows: 20, dimension: 5, seed: 9)
        let rows = (0..<30).map { $0 % 3 == 0 ? zero : some[Row($0 * 2 / 3)] }
        let catalogue = Catalogue(rows: rows, dimension: 5, metric: metric)
        try witness.searches(catalogue, k: 30, all: true, seed: 9)
        try witness.searches(catalogue, query: zero, k: 30, all: true, seed: 9)
        let nothing = Catalogue(rows: [zero, zero], dimension: 5, metric: metric)
        try witness.searches(nothing, k: 2, all: true, seed: 9)
      }
    },
    IndexLaw("a search that has no meaning throws what is wrong with it") { witness in
      try witness.eachMetric { metric, witness in
        let index = try witness.build(Catalogue.normal(rows: 10, dimension: 3, metric: metric, seed: 10))
        witness.expect(.badCount(k: 0)) { try index.nearest(to: [1, 2, 3], k: 0) }
        witness.expect(.badCount(k: -4)) { try index.nearest(to: [1, 2, 3], k: -4) }
        witness.expect(.dimensionMismatch(expected: 3, found: 2)) { try index.nearest(to: [1, 2], k: 1) }
        witness.expect(.dimensionMismatch(expected: 3, found: 4)) { try index.nearest(to: [1, 2, 3, 4], k: 1) }
        witness.expect(.notFinite(query: 0, component: 1)) { try index.nearest(to: [1, .nan, 3], k: 1) }
        witness.expect(.notFinite(query: 0, component: 2)) { try index.nearest(to: [1, 2, -.infinity], k: 1) }
      }
    },
    IndexLaw("the same catalogue gives the same answers again") { witness in
      try witness.eachMetric { metric, witness in
        let catalogue = Catalogue.normal(rows: 200, dimension: 8, metric: metric, seed: 11)
        let first = try witness.build(catalogue)
        let second = try witness.build(catalogue)
        for seed in UInt64(0)..<5 {
          let query = query(dimension: 8, seed: seed)
          let a = try first.nearest(to: query, k: 7)
          witness.expect(try a == second.nearest(to: query, k: 7), "\(metric), query seed \(seed)")
        }
      }
    },
  ]

  private init(_ description: String, _ check: @escaping @Sendable (inout Witness) throws -> Void) {
    self.description = description
    self.check = check
  }
}

/// Standard normal components that a seed determines.
public func query(dimension: Int, seed: UInt64) -> [Float] {
  let random = CounterRandom(seed: seed, purpose: 77)
  return (0..<dimension).map { Float(random.normal(at: UInt64($0))) }
}

extension Catalogue {
  /// Normal items, with biases under `innerProduct`.
  public static func normal(rows: Int, dimension: Int, metric: Metric, seed: UInt64) -> Catalogue {
    let random = CounterRandom(seed: seed, purpose: 78)
    let biases = (0..<rows).map { Float(random.normal(at: UInt64($0))) }
    return Catalogue(
      items: normalMatrix(rows: rows, dimension: dimension, seed: seed), metric: metric,
      biases: metric == .innerProduct ? biases : nil)
  }
}

/// Builds, searches and writes down what is against the law.
private struct Witness {
  let build: IndexLaw.Builder
  var violations: [String] = []

  mutating func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    if !holds { violations.append(sentence()) }
  }

  mutating func expect(_ error: SearchError, _ search: () throws -> [Neighbor]) {
    do {
      violations.append("expected \(error); found \(try search().count) neighbours")
    } catch let thrown {
      expect(thrown as? SearchError == error, "expected \(error); it threw \(thrown)")
    }
  }

  mutating func eachMetric(_ body: (Metric, inout Witness) throws -> Void) throws {
    for metric in Metric.allCases { try body(metric, &self) }
  }

  /// Searches and compares with the truth: everything when `all`, else what holds for a part of the truth too.
  mutating func searches(
    _ catalogue: Catalogue, query given: [Float]? = nil, k: Int, excluding excluded: Set<Int> = [], all: Bool = false,
    seed: UInt64
  ) throws {
    let index = try build(catalogue)
    let place = "\(catalogue.metric), \(catalogue.count) × \(index.dimension), k \(k), seed \(seed)"
    for turn in UInt64(0)..<(given == nil ? 5 : 1) {
      let query = given ?? query(dimension: index.dimension, seed: seed &* 100 &+ turn)
      let found = try index.nearest(to: query, k: k, excluding: excluded)
      let truth = catalogue.nearest(to: query, k: k, excluding: excluded)
      expect(found.count == truth.count, "\(place): \(found.count) found, expected \(truth.count)")
      expect(zip(found, found.dropFirst()).allSatisfy { $0 < $1 }, "\(place): not best first, ties by row: \(found)")
      for neighbor in found {
        let row = Int(neighbor.row.index)
        expect(row < catalogue.count && !excluded.contains(row), "\(place): \(neighbor.row) must not be found")
        guard row < catalogue.count else { continue }
        let score = catalogue.score(of: query, row)
        expect(
          score == neighbor.score, "\(place): \(neighbor.row) has \(neighbor.score), its score is \(score ?? .nan)")
      }
      if all { expect(found == truth, "\(place): not all that there is, in order") }
    }
  }
}
