import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("An answer does not change when all vectors are multiplied by a power of two")
struct ScaleTests {
  /// Clustered vectors of unequal lengths, at a scale.
  private static func rows(_ count: Int, scale: Float, seed: UInt64) -> [[Float]] {
    let random = CounterRandom(seed: seed, purpose: 31)
    return (0..<count).map { row in
      let length = scale * Float(exp(0.4 * random.normal(at: UInt64(1 << 32 + row))))
      return (0..<6).map { component in
        let centre = random.normal(at: UInt64(1 << 33 + row % 12 * 6 + component))
        return length * Float(centre + 0.4 * random.normal(at: UInt64(row * 6 + component)))
      }
    }
  }

  private static func index(_ metric: Metric, exponent: Int, seed: UInt64) throws -> HNSWIndex {
    let scale = Float(sign: .plus, exponent: exponent, significand: 1)
    return try Built(
      barelyMeasured: Catalogue(rows: rows(300, scale: scale, seed: seed), dimension: 6, metric: metric),
      HNSWBuildOptions(m: 8, efConstruction: 40, seed: seed)
    ).index
  }

  @Test("Items at another scale, queries at theirs or at 1", arguments: Metric.allCases, [1, 2])
  func scaled(metric: Metric, seed: UInt64) throws {
    let plain = try Self.index(metric, exponent: 0, seed: seed)
    let exponents: [Int] =
      switch metric {
      // Both seeds have the extremes, and share the others.
      case .cosine: [-120, seed == 1 ? -80 : -25, seed == 1 ? 63 : 40, 110]
      case .innerProduct: [-50, seed == 1 ? -20 : 20, 56]
      case .euclidean: [-40, seed == 1 ? -20 : 20, 55]
      }
    let queries = Self.rows(20, scale: 1, seed: seed + 10)
    for exponent in exponents {
      let scale = Float(sign: .plus, exponent: exponent, significand: 1)
      let other = try Self.index(metric, exponent: exponent, seed: seed)
      for (number, query) in queries.enumerated() {
        let name = "\(metric), 2^\(exponent), query \(number), seed \(seed)"
        let own = metric == .euclidean || number % 2 == 0 ? query.map { $0 * scale } : query
        for ef in [10, 40] {
          let expected = try plain.nearest(to: query, k: 10, ef: ef).map(\.row)
          #expect(try other.nearest(to: own, k: 10, ef: ef).map(\.row) == expected, "\(name), ef \(ef)")
        }
        let row = Row(number * 7)
        #expect(
          try other.related(to: row, k: 10, ef: 10).map(\.row) == plain.related(to: row, k: 10, ef: 10).map(\.row))
      }
      let matrix = EmbeddingMatrix(uniformRows: queries.map { $0.map { $0 * scale } }, dimension: 6)
      let batch = try other.nearest(toEach: matrix, k: 10, ef: 40, execution: Execution(threads: 2))
      for (number, query) in queries.enumerated() {
        #expect(try batch[number].map(\.row) == plain.nearest(to: query, k: 10, ef: 40).map(\.row), "\(exponent)")
      }
    }
  }

  @Test("Scores that do not fit are told from those that do, of the graph and of the exact scan")
  func outOfRange() throws {
    for exponent in [-60, 66] {
      let scale = Float(sign: .plus, exponent: exponent, significand: 1)
      let index = try Self.index(.innerProduct, exponent: exponent, seed: 3)
      let query = Self.rows(1, scale: scale, seed: 3)[0]
      let (zeros, plain) = ([Float](repeating: 0, count: 6), query.map { $0 / scale })
      for found in [try index.nearest(to: query, k: 3, ef: 10), try index.exhaustive().nearest(to: query, k: 3)] {
        #expect(throws: SearchError.scoreOutOfRange(query: 7)) {
          try index.checkScores(found, of: query.span, index: 7)
        }
      }
      // Zeros fit: every product is 0.
      for fitting in [zeros, plain] {
        try index.checkScores(try index.nearest(to: fitting, k: 3, ef: 10), of: fitting.span)
      }
    }
  }

  @Test("Euclidean distances whose squares do not fit are refused at the build", arguments: [-60, -130, 63, 100])
  func lengths(exponent: Int) throws {
    let error = try #require(throws: HNSWError.self) { _ = try Self.index(.euclidean, exponent: exponent, seed: 4) }
    guard case .lengthOutOfRange = error else { return #expect(Bool(false), "\(error)") }
    #expect(error.help?.contains("multiply all vectors") == true)
  }
}
