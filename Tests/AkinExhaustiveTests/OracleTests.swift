import AkinExhaustive
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("The exact index against the plain float64 loop")
struct OracleTests {
  static let cases = HardData.allCases.flatMap { world in Metric.allCases.map { (world, $0) } }

  @Test("One query: the same rows, scores and order, whatever the data and the CPU level", arguments: cases)
  func single(world: HardData, metric: Metric) throws {
    for (seed, dimension) in [(UInt64(1), 1), (2, 7), (3, 16), (4, 37)] {
      // More than two blocks of 256, the last one ragged.
      let catalogue = world.catalogue(rows: 530, dimension: dimension, metric: metric, seed: seed)
      let query = world.query(dimension: dimension, seed: seed)
      let truth = catalogue.nearest(to: query, k: 530)
      for level in Kernels.available {
        let index = ExhaustiveIndex(catalogue, level: level)
        for k in [1, 10, 533] {
          let found = try index.nearest(to: query, k: k)
          let place = "\(world), \(metric), \(level), d \(dimension), k \(k), seed \(seed)"
          #expect(found == Array(truth.prefix(k)), "\(place)")
        }
      }
    }
  }

  @Test("A batch: each query's answer is the one that it gets alone, on 1, 2 and 4 threads", arguments: cases)
  func batch(world: HardData, metric: Metric) throws {
    for (seed, dimension, count) in [(UInt64(5), 3, 30), (6, 21, 5)] {
      let catalogue = world.catalogue(rows: 700, dimension: dimension, metric: metric, seed: seed)
      let index = ExhaustiveIndex(catalogue)
      let queries = (0..<count).map { world.query(dimension: dimension, seed: seed &* 1000 &+ UInt64($0)) }
      let matrix = EmbeddingMatrix(uniformRows: queries, dimension: dimension)
      let alone = try queries.map { try index.nearest(to: $0, k: 9) }
      for query in 0..<3 { #expect(alone[query] == catalogue.nearest(to: queries[query], k: 9)) }
      for threads in [1, 2, 4] {
        let table = try index.nearest(toEach: matrix, k: 9, execution: Execution(threads: threads))
        for query in 0..<count {
          #expect(
            Array(table[query]) == alone[query],
            "\(world), \(metric), d \(dimension), query \(query), \(threads) threads, seed \(seed)")
        }
      }
    }
  }

  @Test("Blocks that are left out hold no answer", arguments: Metric.allCases)
  func skipping(metric: Metric) throws {
    for (world, seed) in [(HardData.spread, UInt64(20)), (.fallingNorm, 21)] {
      let catalogue = world.catalogue(rows: 1500, dimension: 2, metric: metric, seed: seed)
      let index = ExhaustiveIndex(catalogue)
      let queries = (0..<24).map { number in
        query(dimension: 2, seed: seed &* 100 &+ number).map { $0 * Float(1 << (number % 4)) }
      }
      try expect(index, toAgreeWith: catalogue, about: queries, k: 3, "\(world), \(metric), seed \(seed)")
    }
  }

  @Test("Queries shared by item slabs, k beyond a slab, exclusions for each query", arguments: Metric.allCases)
  func slabs(metric: Metric) throws {
    // Slabs are of 4,096 items and more: with two threads two.
    let catalogue = HardData.copies.catalogue(rows: 8500, dimension: 4, metric: metric, seed: 7)
    let index = ExhaustiveIndex(catalogue)
    let queries = (0..<3).map { query(dimension: 4, seed: 70 + UInt64($0)) }
    let matrix = EmbeddingMatrix(uniformRows: queries, dimension: 4)
    let excluded = (0..<3).map { seed in Set((0..<8500).filter { ($0 + seed) % 3 == 0 }) }
    let truth = queries.indices.map { catalogue.nearest(to: queries[$0], k: 5000, excluding: excluded[$0]) }
    for threads in [1, 2, 4] {
      let table = try index.nearest(
        toEach: matrix, k: 5000,
        excluding: { query in RowSet(excluded[query].map { Row($0) }, capacity: 8500) },
        execution: Execution(threads: threads))
      for query in queries.indices {
        #expect(Array(table[query]) == truth[query], "\(metric), query \(query), \(threads) threads")
      }
    }
  }

  @Test("Items in another order: results, ties and exclusions are in embeddings-file rows", arguments: Metric.allCases)
  func permuted(metric: Metric) throws {
    let catalogue = HardData.copies.catalogue(rows: 400, dimension: 6, metric: metric, seed: 8)
    var generator = SeededGenerator(seed: 8)
    let rows = (0..<UInt32(400)).shuffled(using: &generator)
    let index = ExhaustiveIndex(
      items: EmbeddingMatrix(uniformRows: rows.map { catalogue.items[Row($0)] }, dimension: 6), metric: metric,
      biases: catalogue.biases.map { biases in rows.map { biases[Int($0)] } }, rows: rows)
    let one = query(dimension: 6, seed: 8)
    let excluded = Set(stride(from: 0, to: 400, by: 2))
    #expect(try index.nearest(to: one, k: 30) == catalogue.nearest(to: one, k: 30))
    let without = catalogue.nearest(to: one, k: 30, excluding: excluded)
    #expect(try index.nearest(to: one, k: 30, excluding: excluded) == without)
    let table = try index.nearest(
      toEach: EmbeddingMatrix(uniformRows: [one], dimension: 6), k: 30,
      excluding: { _ in RowSet(excluded.map { Row($0) }, capacity: 400) })
    #expect(Array(table[0]) == without)
  }

  @Test("Norms that are given change nothing", arguments: Metric.allCases)
  func givenNorms(metric: Metric) throws {
    let catalogue = HardData.fallingNorm.catalogue(rows: 900, dimension: 11, metric: metric, seed: 9)
    let norms = (0..<900).map { row in
      Float(catalogue.items[Row(row)].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }
    let queries = (0..<40).map { query(dimension: 11, seed: 900 + UInt64($0)) }
    try unsafe norms.withUnsafeBufferPointer { norms in
      let index = unsafe ExhaustiveIndex(
        items: LazyMatrix(catalogue.items), metric: metric, biases: nil, rows: nil, norms: norms.baseAddress!,
        owner: nil)
      let plain = Catalogue(items: catalogue.items, metric: metric)
      try expect(index, toAgreeWith: plain, about: queries, k: 5, "\(metric)")
    }
  }

  @Test("An item with a NaN or an infinity never makes a NaN", arguments: Metric.allCases)
  func notFinite(metric: Metric) throws {
    var rows = (0..<300).map { query(dimension: 5, seed: UInt64($0)) }
    rows[3][1] = .nan
    rows[270][2] = .infinity
    let catalogue = Catalogue(rows: rows, dimension: 5, metric: metric)
    let index = ExhaustiveIndex(catalogue)
    let one = query(dimension: 5, seed: 1000)
    let found = try index.nearest(to: one, k: 300)
    #expect(found.count >= 298 && found.allSatisfy { !$0.score.isNaN && $0.row != Row(3) })
    let table = try index.nearest(toEach: EmbeddingMatrix(uniformRows: [one], dimension: 5), k: 300)
    #expect(Array(table[0]) == found)
  }

  @Test("A batch that has no meaning throws what is wrong with it")
  func batchErrors() throws {
    let index = ExhaustiveIndex(Catalogue.normal(rows: 10, dimension: 3, metric: .cosine, seed: 1))
    let good = EmbeddingMatrix(uniformRows: [[1, 2, 3]], dimension: 3)
    #expect(throws: SearchError.badCount(k: 0)) { try index.nearest(toEach: good, k: 0) }
    #expect(throws: SearchError.dimensionMismatch(expected: 3, found: 2)) {
      try index.nearest(toEach: EmbeddingMatrix(uniformRows: [[1, 2]], dimension: 2), k: 1)
    }
    #expect(throws: SearchError.notFinite(query: 1, component: 2)) {
      try index.nearest(toEach: EmbeddingMatrix(uniformRows: [[1, 2, 3], [1, 2, .nan]], dimension: 3), k: 1)
    }
    #expect(try index.nearest(toEach: EmbeddingMatrix(uniformRows: [], dimension: 3), k: 1).queryCount == 0)
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: Cancelled.self) {
      try index.nearest(toEach: good, k: 1, execution: Execution(threads: 1, cancellation: cancellation))
    }
    #expect(try index.nearest(toEach: good, k: 1)[0].count == 1, "a cancelled search leaves the index whole")
  }
}

/// Expects that an index answers queries, one by one and as a batch, as the plain loop does.
private func expect(
  _ index: ExhaustiveIndex, toAgreeWith catalogue: Catalogue, about queries: [[Float]], k: Int, _ place: String
) throws {
  let table = try index.nearest(toEach: EmbeddingMatrix(uniformRows: queries, dimension: index.dimension), k: k)
  for (number, query) in queries.enumerated() {
    let truth = catalogue.nearest(to: query, k: k)
    #expect(try index.nearest(to: query, k: k) == truth, "\(place), query \(number)")
    #expect(Array(table[number]) == truth, "\(place), query \(number) of the batch")
  }
}
