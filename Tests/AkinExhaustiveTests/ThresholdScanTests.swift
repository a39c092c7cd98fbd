import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinExhaustive

/// The bound behind the codes never leaves out a query whose list has the item: thresholds lie at the very scores of the item, a step
/// of `Float` above and below them, and the row decides where they are equal.
@Suite("In whose list an item is")
struct ThresholdScanTests {
  static let worlds = HardData.allCases.flatMap { world in Metric.allCases.map { (world, $0) } }

  /// Last keys around the score of an item for each query, some of lists with room.
  private func keys(_ scores: [Float?], row: UInt32) -> [UInt64] {
    scores.enumerated().map { query, score in
      guard let score else { return query % 2 == 0 ? 0 : RankKey.make(score: -1e30, row: 0) }
      switch query % 7 {
      case 0: return RankKey.make(score: score, row: row)
      case 1: return RankKey.make(score: score, row: row + 1)
      case 2: return RankKey.make(score: score, row: row - 1)
      case 3: return RankKey.make(score: score.nextUp, row: row)
      case 4: return RankKey.make(score: score.nextDown, row: row)
      case 5: return query % 3 == 0 ? 0 : RankKey.make(score: score / 2, row: row)
      default: return RankKey.make(score: score * 2 + 1, row: row)
      }
    }
  }

  @Test("Just the queries that a plain loop finds, with the same scores, in every world", arguments: worlds)
  func everyWorld(world: HardData, metric: Metric) throws {
    for (seed, (dimension, rows)) in [(1, 513), (5, 1025), (19, 511), (64, 40)].enumerated() {
      let queries = world.catalogue(rows: rows, dimension: dimension, metric: metric, seed: UInt64(seed)).items
      for number in 0..<3 {
        let item =
          number == 0 ? queries[Row(rows / 2)] : world.query(dimension: dimension, seed: UInt64(seed * 10 + number))
        let bias: Float = metric == .innerProduct ? [0, 0.75, -3e4][number] : 0
        let row: UInt32 = 12
        let one = Catalogue(rows: [item], dimension: dimension, metric: metric, biases: [bias])
        let scores = (0..<rows).map { one.score(of: queries[Row($0)], 0) }
        let keys = keys(scores.map { $0.flatMap { $0.isNaN ? nil : $0 } }, row: row)
        let scan = try unsafe ThresholdScan(queries, metric: metric, lastKeys: keys, execution: Execution(threads: 2))
        let found = scan.queries(of: item, bias: bias, row: Row(row))
        let expected = (0..<rows).compactMap { query -> (query: Int, score: Float)? in
          guard let score = scores[query], !score.isNaN, RankKey.make(score: score, row: row) >= keys[query] else {
            return nil
          }
          return (query, score)
        }
        let note: Comment = "\(world), \(metric), dimension \(dimension), seed \(seed), item \(number)"
        #expect(found.map(\.query) == expected.map(\.query), note)
        #expect(found.map(\.score) == expected.map(\.score), note)
      }
    }
  }

  @Test("Wide queries, encoded along axes, lose nothing either", arguments: Metric.allCases)
  func axes(metric: Metric) throws {
    let queries = Catalogue.nearSpace(metric, rows: 600, seed: 3).items
    let item = Catalogue.nearSpace(metric, rows: 2, seed: 4).items[Row(1)]
    let one = Catalogue(rows: [item], dimension: queries.dimension, metric: metric)
    let scores = (0..<600).map { one.score(of: queries[Row($0)], 0) }
    let keys = keys(scores, row: 5)
    let expected = (0..<600).filter { RankKey.make(score: scores[$0] ?? 0, row: 5) >= keys[$0] }
    // Axes take long to find: every level by one metric.
    for level in metric == .euclidean ? Kernels.available : [Kernels.active] {
      let scan = try unsafe ThresholdScan(
        queries, metric: metric, lastKeys: keys, execution: Execution(threads: 1), kernels: Kernels.table(at: level)!)
      #expect(scan.queries(of: item, bias: 0, row: Row(5)).map(\.query) == expected, "\(level)")
    }
  }

  @Test("Codes rule most queries out, and nobody is asked where there is nobody")
  func few() throws {
    let queries = normalMatrix(rows: 2000, dimension: 32, seed: 1)
    let item = query(dimension: 32, seed: 2)
    let keys = [UInt64](repeating: RankKey.make(score: 20, row: 0), count: 2000)
    let scan = try unsafe ThresholdScan(
      queries, metric: .innerProduct, lastKeys: keys, execution: Execution(threads: 1))
    let asked = scan.candidates(of: item, bias: 0)
    #expect(asked.count < 200 && asked == asked.sorted(), "\(asked.count) of 2000 are scored")
    let none = try unsafe ThresholdScan(
      EmbeddingMatrix(uniformRows: [], dimension: 32), metric: .innerProduct, lastKeys: [],
      execution: Execution(threads: 1))
    #expect(none.queries(of: item, bias: 0, row: Row(0)).isEmpty)
  }
}
