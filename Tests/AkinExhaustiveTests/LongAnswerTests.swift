import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinExhaustive

/// Answers of hundreds of items, which begin from a guess where there are enough items (``ScoreSample``).
@Suite("Long answers")
struct LongAnswerTests {
  private static let rows = 4200
  private static let worlds = [HardData.normal, .copies, .allEqual, .fallingNorm, .zeros, .spread, .nearlyEqual]

  /// Compares some queries of a batch that is looked at by codes, and one of them alone, with the full scan.
  private func expectTruth(
    _ catalogue: Catalogue, rows order: [UInt32]? = nil, queries: [[Float]], ks: [Int],
    excluding excluded: Set<Int> = [],
    _ about: String
  ) throws {
    let scan = FullScan(catalogue: catalogue, rows: order)
    let asked = Array(queries.indices.filter { $0 % 32 == 0 })
    let truth = asked.map { scan.nearest(to: queries[$0], k: catalogue.count, excluding: excluded) }
    let matrix = EmbeddingMatrix(uniformRows: queries, dimension: catalogue.items.dimension)
    let without: RowSet? = excluded.isEmpty ? nil : RowSet(excluded.map { Row($0) }, capacity: catalogue.count)
    let index = ExhaustiveIndex(catalogue, rows: order, level: Kernels.active)
    for k in ks {
      let table = try index.nearest(toEach: matrix, k: k, excluding: { _ in without })
      for (place, query) in asked.enumerated() {
        #expect(Array(table[query]) == Array(truth[place].prefix(k)), "\(about), k \(k), query \(query)")
      }
      let vector = queries[asked[1]]
      let alone = try index.nearest(to: vector.span, k: k, excluding: without)
      #expect(alone == Array(truth[1].prefix(k)), "\(about), k \(k), alone")
    }
  }

  private func queries(_ world: HardData, dimension: Int, seed: UInt64) -> [[Float]] {
    (0..<65).map { world.query(dimension: dimension, seed: seed &+ UInt64($0)) }
  }

  @Test("The same items, scores and order as the full scan", arguments: worlds, Metric.allCases)
  func everyWorld(world: HardData, metric: Metric) throws {
    let seed = UInt64(7 + world.rawValue.count)
    let catalogue = world.catalogue(rows: Self.rows, dimension: 6, metric: metric, seed: seed)
    try expectTruth(
      catalogue, queries: queries(world, dimension: 6, seed: seed),
      // Each world has both, some by each metric.
      ks: [(Int(metric.rawValue) + world.rawValue.count) % 2 == 0 ? 33 : 500],
      "\(world), \(metric), seed \(seed)")
  }

  @Test("All items, all but one, and more than there are", arguments: Metric.allCases)
  func wholeCatalogue(metric: Metric) throws {
    let catalogue = HardData.normal.catalogue(rows: Self.rows, dimension: 3, metric: metric, seed: 3)
    try expectTruth(
      catalogue, queries: queries(.normal, dimension: 3, seed: 8), ks: [Self.rows - 1, Self.rows, Self.rows + 9, .max],
      "\(metric)")
  }

  @Test("Rows in another order, and items left out", arguments: Metric.allCases)
  func leftOut(metric: Metric) throws {
    let catalogue = HardData.copies.catalogue(rows: Self.rows, dimension: 5, metric: metric, seed: 4)
    let order = (0..<Self.rows).map { UInt32(($0 * 11 + 5) % Self.rows) }
    for (share, count) in [(60, 70), (2, Self.rows / 2)] {
      let excluded = Set((0..<count).map { ($0 * share + 1) % Self.rows })
      try expectTruth(
        catalogue, rows: order, queries: queries(.copies, dimension: 5, seed: 2), ks: [100], excluding: excluded,
        "\(metric), \(excluded.count) left out")
    }
  }

  @Test("A guess that is too high is noticed: the sampled items are the best", arguments: Metric.allCases)
  func tooHigh(metric: Metric) throws {
    // The sample takes each n-th item; those score far more than all others.
    let wanted = 256
    let sampled = Set((0..<wanted).map { $0 * Self.rows / wanted })
    let items = unsafe matrix(rows: Self.rows, dimension: 4) { row, values in
      let angle = Float(CounterRandom(seed: 6).normal(at: UInt64(row))) / (sampled.contains(row) ? 100 : 2)
      unsafe values[0] = 1
      unsafe values[1] = sampled.contains(row) ? angle : 1 + angle.magnitude
      for component in 2..<4 { unsafe values[component] = angle * Float(component) }
    }
    let catalogue = Catalogue(items: items, metric: metric)
    let vectors = (0..<65).map { number -> [Float] in [1, -0.5 - Float(number) / 200, 0, 0] }
    let index = ExhaustiveIndex(catalogue, rows: nil, level: Kernels.active)
    let summary = index.normSummary()
    let sample = try #require(ScoreSample(of: index, summary))
    #expect(sample.count == wanted)
    let k = 300
    let entries = unsafe QueryBlock(
      of: index, queries: EmbeddingMatrix(uniformRows: vectors, dimension: 4), range: 0..<1, allowed: nil, coded: nil,
      reached: nil, sample: sample, summary, k: k)
    try unsafe entries.scan(0..<Self.rows, summary)
    let room = UnsafeMutablePointer<UInt64>.allocate(capacity: k)
    defer { unsafe room.deallocate() }
    #expect(unsafe entries.finish(0, into: room) == nil, "\(metric): 300 items reach the guess")
    try expectTruth(catalogue, queries: vectors, ks: [k], "\(metric)")
  }

  @Test("Rows that are in the table twice, contrary to the claim of its owner, stay within the room for answers")
  func repeatedRows() throws {
    let catalogue = HardData.allEqual.catalogue(rows: 900, dimension: 3, metric: .innerProduct, seed: 5)
    let index = ExhaustiveIndex(catalogue, rows: [UInt32](repeating: 7, count: 900), level: Kernels.active)
    for k in [1, 10, 100] {
      let found = try index.nearest(to: catalogue.items[Row(0)], SearchRequest(k: k))
      #expect(found.count <= k && found.allSatisfy { $0.row == Row(7) }, "k \(k)")
    }
  }

  @Test("A sample under a mask holds allowed items alone")
  func maskedSample() throws {
    let catalogue = HardData.normal.catalogue(rows: 12_000, dimension: 2, metric: .innerProduct, seed: 1)
    let index = ExhaustiveIndex(catalogue, rows: nil, level: Kernels.active)
    let allowed = RowSet((0..<6000).map { Row(2 * $0) }, capacity: 12_000)
    let mask = unsafe PositionMask(.only(allowed), rows: nil, count: 12_000)
    #expect(mask.allowedCount == 6000)
    let sample = try #require(ScoreSample(of: index, index.normSummary(), mask: mask))
    let query = AlignedFloats(count: 16)
    unsafe query.floats[0] = 1
    let values = AlignedFloats(count: sample.lanes)
    unsafe sample.score(query.floats.baseAddress!, stride: 16, 1, into: values.floats.baseAddress!)
    let first = (0..<6000).map { catalogue.items[Row(2 * $0)][0] + (catalogue.biases?[2 * $0] ?? 0) }
    for place in 0..<sample.count {
      let value = unsafe values.floats[place]
      #expect(first.contains { abs($0 - value) <= 1e-6 * max(1, abs($0)) }, "place \(place)")
    }
    let few = RowSet((0..<100).map { Row($0) }, capacity: 12_000)
    let small = unsafe PositionMask(.only(few), rows: nil, count: 12_000)
    #expect(ScoreSample(of: index, index.normSummary(), mask: small) == nil, "too few items to guess from")
  }
}

@Suite("The k-th largest value, and keys by score")
struct SelectionTests {
  @Test("At least k values reach the bound, and at most a sixteenth more unless they are equal")
  func kthValue() {
    var generator = SeededGenerator(seed: 31)
    for count in [1, 2, 7, 64, 100, 513] {
      for kind in 0..<4 {
        let values = AlignedFloats(count: count)
        for place in 0..<count {
          let random = Float(generator.next() % 2000) / 1000 - 1
          unsafe values.floats[place] =
            switch kind {
            case 0: random
            case 1: (random * 3).rounded()
            case 2: random * Float(sign: .plus, exponent: Int(generator.next() % 80) - 40, significand: 1)
            default: place % 3 == 0 ? -0.0 : 0
            }
        }
        let all = unsafe Array(values.floats[0..<count])
        for k in Set([1, count, (count + 1) / 2, max(1, count / 10)]) {
          let bound = unsafe KthValue.lowerBound(
            values.floats.baseAddress!, count, k, least: all.min()!, greatest: all.max()!, Kernels.table)
          let reaching = all.count { $0 >= bound }
          #expect(reaching >= k, "\(count) values of kind \(kind), k \(k)")
          #expect(
            reaching <= k + k / 16 || bound == all.sorted(by: >)[k - 1], "\(count) values of kind \(kind), k \(k)")
        }
      }
    }
  }

  @Test("Keys sorted by digits are the keys sorted by comparison")
  func keys() {
    var generator = SeededGenerator(seed: 32)
    for count in [0, 1, 2, 47, 48, 49, 300, 1000] {
      for scores in [1, 3, 900, Int.max] as [Int] {
        let keys = (0..<count).map { row in
          RankKey.make(
            score: Float(Int(generator.next() >> 2) % scores) / 64 - 5,
            row: UInt32(truncatingIfNeeded: row &* 40_503 & 65_535))
        }.shuffled(using: &generator)
        let own = UnsafeMutablePointer<UInt64>.allocate(capacity: count + 1)
        let spare = UnsafeMutablePointer<UInt64>.allocate(capacity: count + 1)
        let starts = UnsafeMutablePointer<UInt32>.allocate(capacity: KeySort.digitCounts)
        defer {
          unsafe own.deallocate()
          unsafe spare.deallocate()
          unsafe starts.deallocate()
        }
        unsafe own.initialize(from: keys + [0], count: count + 1)
        unsafe KeySort.sort(own, count, spare, starts)
        #expect(
          unsafe Array(UnsafeBufferPointer(start: own, count: count)) == keys.sorted(by: >), "\(count) of \(scores)")
      }
    }
  }
}
