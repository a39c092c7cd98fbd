import AkinExhaustive
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("A recall asked for in place of ef")
struct RecallPlanTests {
  typealias Clusters = RecallTests.Clusters

  /// A calibration whose exact scan costs so much that the graph is taken wherever it reaches.
  private static func graphOnly(_ calibration: RecallCalibration, items: Int) throws -> RecallCalibration {
    let dear = calibration.measurements.map { one in
      var one = one
      if one.ef == nil { one.components = one.queries << 40 }
      return one
    }
    return try #require(RecallCalibration(dear, items: items))
  }

  private static let cost = SearchCost(
    dimension: 32, codeWidth: 0, scansCodes: false, minimumPrefix: 0, links: 32, items: 1_000_000, rates: .wide)

  @Test(
    "Queries of the kind that was measured get what they were promised",
    arguments: zip(Clusters.allCases, [1, 2, 1, 2]))
  func kept(world: Clusters, seed: UInt64) throws {
    var embeddings = Embeddings(world.catalogue(seed: seed))
    // The catalogue's own clusters: queries of another kind are promised nothing.
    let random = CounterRandom(seed: seed, purpose: 5)
    let queries = EmbeddingMatrix(
      uniformRows: (0..<600).map { world.vector(random, RecallTests.rows + $0, $0 % 40) }, dimension: 32)
    if world.metric == .innerProduct {
      embeddings.users = EmbeddingMatrix(uniformRows: (300..<600).map { queries[Row($0)] }, dimension: 32)
      embeddings.userIDs = .rowNumbers(count: 300)
    }
    let fresh = EmbeddingMatrix(uniformRows: (0..<300).map { queries[Row($0)] }, dimension: 32)
    let index = try Built(embeddings, HNSWBuildOptions(m: 8, efConstruction: 32, seed: seed), threads: 2).index
    let calibration = try Self.graphOnly(#require(index.calibration), items: index.count)
    let one = Execution(threads: 2)
    let truth = try index.exhaustive().nearest(toEach: fresh, k: 10, execution: one)
    for target in [0.9, 0.95, 0.99, 0.999] {
      let plan = calibration.plan(k: 10, recall: target, of: .nearest, isBatch: true, cost: Self.cost)
      guard let ef = plan.ef else { continue }
      let table = try index.nearest(toEach: fresh, k: 10, ef: ef, execution: one)
      let recalls = (0..<300).map { Double(Set(table[$0]).intersection(truth[$0]).count) / 10 }
      let mean = recalls.reduce(0, +) / 300
      let error = (recalls.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 299 / 300).squareRoot()
      #expect(
        mean >= target - 0.005 - 3 * error, "\(world), seed \(seed), \(target): ef \(ef) finds \(mean) ± \(error)")
    }
  }

  @Test(
    "A larger recall never gets a plan with a smaller one or a lower price", arguments: Clusters.allCases)
  func monotone(world: Clusters) throws {
    let index = try Built(Embeddings(world.catalogue(seed: 3)), HNSWBuildOptions(m: 8, efConstruction: 32), threads: 2)
      .index
    let measured = try #require(index.calibration)
    for calibration in [measured, try Self.graphOnly(measured, items: index.count)] {
      for k in [1, 3, 10, 40, 100, 101] {
        for question in Question.allCases {
          var last = calibration.plan(k: k, recall: 0.0001, of: question, isBatch: false, cost: Self.cost)
          // Coarse where plans change little, fine where most of what was measured lies.
          for step in Array(stride(from: 25, to: 900, by: 25)) + Array(stride(from: 900, to: 990, by: 5))
            + Array(990...1000)
          {
            let target = Double(step) / 1000
            let plan = calibration.plan(k: k, recall: target, of: question, isBatch: false, cost: Self.cost)
            let isLarger = plan.recall ?? 0 >= max(last.recall ?? 1, target) && plan.cost ?? 0 >= last.cost ?? 0
            #expect(isLarger, "\(world), k \(k), \(question), \(target): \(plan) after \(last)")
            last = plan
          }
          #expect(last.way == .exact && last.recall == 1)
        }
      }
    }
  }

  @Test("1 is exact, alone, in a batch and for related items", arguments: Metric.allCases)
  func exact(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 300, dimension: 7, metric: metric, seed: 1)
    let index = try Built(catalogue).index
    let queries = normalMatrix(rows: 12, dimension: 7, seed: 2)
    let table = try index.nearest(toEach: queries, k: 9, recall: 1, execution: Execution(threads: 2))
    for row in 0..<12 {
      let query = queries[Row(row)]
      let truth = catalogue.nearest(to: query, k: 9)
      #expect(try index.nearest(to: query, k: 9, recall: 1) == truth)
      #expect(Array(table[row]) == truth)
      let likeness = Catalogue(items: catalogue.items, metric: index.relatedMetric)
      let related = likeness.nearest(to: catalogue.items[Row(row)], k: 9, excluding: [row])
      #expect(try index.related(to: Row(row), k: 9, recall: 1) == related)
    }
    let excluded = RowSet([Row(3)], capacity: 300)
    let query = queries[Row(0)]
    #expect(
      try index.nearest(to: query, k: 300, recall: 0.9, excluding: excluded)
        == catalogue.nearest(to: query, k: 300, excluding: [3]))
  }

  @Test("What is no recall is refused")
  func refused() throws {
    let index = try Built(Catalogue.normal(rows: 40, dimension: 3, metric: .cosine, seed: 1)).index
    for wrong in [0, -0.5, 1.000001, Double.infinity] {
      #expect(throws: SearchError.badRecall(wrong)) { try index.plan(k: 1, recall: wrong) }
    }
    let nan = try #require(throws: SearchError.self) { try index.plan(k: 1, recall: .nan) }
    guard case .badRecall(let found) = nan, found.isNaN else { throw nan }
    #expect(throws: SearchError.badCount(k: 0)) { try index.plan(k: 0, recall: 0.9) }
    #expect("\(SearchError.badRecall(2))" == "a recall must be above 0 and at most 1, found 2.0")
  }

  @Test("Between two measured ef the plan is on their line, and where families differ on the worse one")
  func interpolation() throws {
    func point(_ family: QueryFamily, ef: Int?, found: Int) -> MeasuredRecall {
      MeasuredRecall(
        question: .nearest, family: family, k: 10, ef: ef, queries: 1000, expected: 10_000, found: found,
        squaredMisses: 10_000 - found, scored: ef.map { 100_000 * $0 } ?? 1_000_000_000,
        hops: ef.map { 1000 * $0 } ?? 0, components: ef == nil ? 100_000_000_000 : 0)
    }
    let points = [
      point(.sumsOfTwo, ef: nil, found: 10_000), point(.sumsOfTwo, ef: 16, found: 9000),
      point(.sumsOfTwo, ef: 64, found: 9600),
      point(.sumsOfFour, ef: nil, found: 10_000), point(.sumsOfFour, ef: 16, found: 9200),
      point(.sumsOfFour, ef: 64, found: 9500),
      point(.sumsOfFour, ef: 128, found: 10_000),
    ]
    let calibration = try #require(RecallCalibration(points, items: 1_000_000))
    func plan(_ recall: Double, k: Int = 10) -> SearchPlan {
      calibration.plan(k: k, recall: recall, of: .nearest, isBatch: true, cost: Self.cost)
    }
    let (low, high) = (points[1].assured, points[5].assured)
    // Of a tenth that is missed, as much as the tolerance or, for certain, a little more; users may miss more than what
    // stands in for them.
    let misses = max(0.1 - MeasuredRecall.tolerance, 1 - points[1].lowerBound - MeasuredRecall.confidenceTolerance)
    #expect(abs(low - (1 - 1.1 * misses)) < 1e-12 && low < points[1].recall)
    #expect(plan(0.5).way == .graph(ef: 16) && plan(0.5).recall == low)
    #expect(plan(high).way == .graph(ef: 64))
    // The mean misses of the two, as factors, belong to their mean width, as factors.
    let middle = plan(1 - ((1 - low) * (1 - high)).squareRoot())
    #expect([32, 33].contains(try #require(middle.ef)))
    #expect(abs(try #require(middle.rowsPerQuery) - 100 * Double(middle.ef ?? 0)) < 1e-6)
    // Only one family was measured at 128, k = 11 is beyond what was measured, and 3 is within.
    #expect(plan(0.99).way == .exact && plan(0.5, k: 11).way == .exact && plan(0.5, k: 3).ef == 16)
  }
}
