import AkinExhaustive
import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("What an index measured of itself")
struct RecallCalibrationTests {
  private static func measured(
    found: Int, of expected: Int, queries: Int, squared: Int? = nil, ef: Int? = 20
  ) -> MeasuredRecall {
    MeasuredRecall(
      question: .nearest, family: .items, k: 10, ef: ef, queries: queries, expected: expected, found: found,
      squaredMisses: squared ?? expected - found, scored: 0, hops: 0, components: 0)
  }

  @Test("The lower bound is Wilson's, for so many places as the spread of the misses leaves")
  func bound() {
    let z2 = 1.644854 * 1.644854
    // Nothing missed: n / (n + z²).
    #expect(abs(Self.measured(found: 1000, of: 1000, queries: 100).lowerBound - 1000 / (1000 + z2)) < 1e-12)
    // One miss in each of 100 queries is less spread than chance: all 1,000 places count.
    let even = Self.measured(found: 900, of: 1000, queries: 100, squared: 100).lowerBound
    // All misses in ten queries: only queries count.
    let together = Self.measured(found: 900, of: 1000, queries: 100, squared: 1000).lowerBound
    let wilson = { (n: Double) in
      (0.9 + z2 / (2 * n) - 1.644854 * (0.09 / n + z2 / (4 * n * n)).squareRoot()) / (1 + z2 / n)
    }
    #expect(abs(even - wilson(1000)) < 1e-12)
    #expect(together < even && abs(together - wilson(100)) < 2e-3)
    #expect(Self.measured(found: 0, of: 1000, queries: 100, squared: 10_000).lowerBound >= 0)
    #expect(Self.measured(found: 0, of: 0, queries: 100).lowerBound == 0)
    #expect(Self.measured(found: 10, of: 10, queries: 1, ef: nil).lowerBound == 1)
  }

  @Test("A measurement is good enough for a recall that allows a tenth more misses, and for no lucky sample")
  func assured() {
    // Of so many queries the sample's luck is no matter: a tenth more is let pass up to 0.01, from there on 0.001.
    for (missed, misses) in [(1, 1e-4 / 1.1), (11, 1e-3), (110, 1e-2), (1000, 0.099), (10_000, 0.999)] {
      let one = Self.measured(found: 100_000_000 - missed * 10_000, of: 100_000_000, queries: 10_000_000)
      #expect(abs(1 - one.assured - misses) < 1e-9, "\(missed)")
    }
    // Of few it is: half of what is likely, or 0.0025 less than that.
    let few = Self.measured(found: 1000, of: 1000, queries: 100)
    #expect(abs(1 - few.assured - (1 - few.lowerBound) / 2) < 1e-12)
    let fewer = Self.measured(found: 90, of: 100, queries: 10)
    #expect(abs(1 - fewer.assured - (1 - fewer.lowerBound - MeasuredRecall.confidenceTolerance)) < 1e-12)
    var last = 1.0
    for missed in 0...1000 {
      let one = Self.measured(found: 1000 - missed, of: 1000, queries: 100)
      #expect(one.assured <= last && one.assured <= one.recall + MeasuredRecall.tolerance + 1e-12 && one.assured >= 0)
      last = one.assured
    }
    #expect(Self.measured(found: 10, of: 10, queries: 1, ef: nil).assured == 1)
  }

  @Test("A build's measurements are in its file, number by number", arguments: Metric.allCases)
  func roundTrip(metric: Metric) throws {
    let bytes = try Built(Catalogue.normal(rows: 500, dimension: 6, metric: metric, seed: 4)).bytes
    let calibration = try #require(try opened(bytes).calibration)
    let section = bytes.section("RCAL")
    let numbers = stride(from: section.lowerBound, to: section.upperBound, by: 8).map { bytes.number(at: $0, bytes: 8) }
    #expect(RecallTable.encode(calibration.measurements) == numbers)
    #expect(RecallCalibration(calibration.measurements, items: 500) == calibration)
    #expect(try verified(bytes).isSound)

    let questions = Set(calibration.measurements.map(\.question))
    #expect(questions == [.nearest, .related])
    for one in calibration.measurements {
      // The items that a stand-in is a sum of do not count.
      let parts = [.sumsOfTwo: 2, .sumsOfFour: 4][one.family, default: 0]
      #expect([1, 10, 100].contains(one.k) && one.queries > 0 && one.expected <= one.queries * one.k)
      #expect(one.expected >= one.queries * max(0, one.k - parts))
      #expect(one.ef == nil ? one.recall == 1 && one.rowsPerQuery <= 500 : one.scored > 0)
      // So few items are all among the largest: there is nothing to walk for.
      #expect((one.hops > 0) == (one.ef != nil && !(metric == .innerProduct && one.question == .nearest)))
      #expect(one.lowerBound <= one.recall)
    }
  }

  @Test("A part of the queries that missed nothing tells nearly as much as all of them", arguments: [1])
  func asksAPart(seed: UInt64) throws {
    let (execution, kernels) = (Execution(threads: 1), unsafe Kernels.table)
    let items = normalMatrix(rows: 6000, dimension: 6, seed: seed)
    let order = try unsafe NodeOrder(
      items: items, biases: nil, metric: .euclidean, kernels: kernels, execution: execution)
    let (draft, _) = try GraphBuilder.build(
      vectors: unsafe BuildVectors(items, kernels: kernels),
      order: InsertionOrder(of: order.linked, among: 6000, m: 6, seed: seed), m: 6,
      options: HNSWBuildOptions(efConstruction: 20), execution: execution)
    let searcher = unsafe InMemoryGraph(
      items: items, biases: nil, metric: .euclidean, order: order, minimumPrefix: 0, kernels: kernels
    ).searcher(of: draft, codes: nil)
    let set = QuerySet(.queries, normalMatrix(rows: 300, dimension: 6, seed: seed + 9), items: items, seed: seed)
    let asked = try #require(
      try GroundTruth(
        set, sizes: [1, 10], known: nil,
        by: unsafe ExhaustiveIndex(items: items, metric: .euclidean, biases: nil, rows: nil, kernels: kernels),
        execution: execution))
    let all = try Asking(searcher: searcher, execution: execution, budget: 1e8, fewestComplete: .max).measure(asked)
    let part = try Asking(searcher: searcher, execution: execution, budget: 1e8, fewestComplete: 50).measure(asked)
    #expect(part.count > 20 && part != all, "seed \(seed)")
    for (one, other) in zip(all, part) {
      let place = "seed \(seed), k \(one.k), ef \(one.ef ?? 0)"
      #expect(one.k == other.k && one.ef == other.ef && one.expected == other.expected, "\(place)")
      #expect(abs(one.recall - other.recall) <= 0.003, "\(place): \(one.recall), \(other.recall)")
      #expect(abs(one.rowsPerQuery / other.rowsPerQuery - 1) < 0.05, "\(place)")
      #expect(other.found <= other.expected && other.squaredMisses >= 0, "\(place)")
    }
  }

  @Test("Users of the file are asked where they are there, but for those without a vector")
  func users() throws {
    var embeddings = Embeddings(Catalogue.normal(rows: 400, dimension: 5, metric: .innerProduct, seed: 5))
    var rows = (0..<60).map { normalMatrix(rows: 60, dimension: 5, seed: 6)[Row($0)] }
    rows[7] = [0, 0, 0, 0, 0]
    embeddings.users = EmbeddingMatrix(uniformRows: rows, dimension: 5)
    embeddings.userIDs = .rowNumbers(count: 60)
    let first = try Built(embeddings, threads: 1).bytes
    for threads in [2, 4] { #expect(try Built(embeddings, threads: threads).bytes == first, "\(threads) threads") }
    let nearest = try #require(try opened(first).calibration).measurements.filter { $0.question == .nearest }
    #expect(nearest.allSatisfy { $0.family == .users && $0.queries == 59 })
  }

  @Test("A small index measures nothing, and answers exactly", arguments: Metric.allCases, [0, 1, 31])
  func small(metric: Metric, rows: Int) throws {
    let catalogue = Catalogue.normal(rows: rows, dimension: 4, metric: metric, seed: 7)
    let built = try Built(catalogue)
    let index = try built.index
    #expect(built.bytes.entry("RCAL") == nil && index.calibration == nil)
    let plan = try index.plan(k: 3, recall: 0.5)
    #expect(plan.way == .exact && plan.recall == 1 && plan.cost == nil)
    let query = query(dimension: 4, seed: 8)
    #expect(try index.nearest(to: query, k: 3, recall: 0.5) == catalogue.nearest(to: query, k: 3))
    #expect(try index.related(to: Row(0), k: 3, recall: 0.5).count == min(3, max(0, rows - 1)))
  }

  @Test("Any number in any field is refused by verify or means what it says; no plan and no search minds")
  func hostile() throws {
    for sample in SampleIndex.allCases {
      let bytes = try sample.bytes
      let section = bytes.section("RCAL")
      #expect(!section.isEmpty && section.count % 64 == 0)
      var refused = 0
      for place in stride(from: section.lowerBound, to: min(section.upperBound, section.lowerBound + 256), by: 4) {
        let value = UInt32(bytes.number(at: place, bytes: 4))
        for found in Set([0, 1, value &+ 1, value &- 1, 61, 63, 1 << 16, 1 << 24 + 1, 1 << 31, .max])
        where found != value {
          let hostile = bytes.with(found, at: place)
          let index = try opened(hostile)
          if index.calibration == nil { refused += 1 }
          for k in [1, 2, 10, 62, .max] {
            for recall in [1e-300, 0.9, 0.999999, 1] {
              for question in Question.allCases {
                let plan = try index.plan(k: k, recall: recall, question: question, isBatch: k == 2)
                #expect((recall...1).contains(plan.recall ?? -1))
              }
            }
          }
          try exercise(index, thoroughly: false, "\(sample), byte \(place): \(found)")
        }
      }
      #expect(refused > 100)
      // A careful attacker's sums fit; the rule does not.
      let wrong = bytes.with(UInt64.max, at: section.lowerBound + 24).wholeSealed
      let damages = try verified(wrong).damages
      #expect(damages.map(\.section) == ["RCAL"], "\(damages)")
    }
  }

  @Test("Measurements out of order, twice, or beyond the index are none")
  func implausible() {
    var good = Self.measured(found: 90, of: 100, queries: 10)
    #expect(RecallCalibration([good], items: 1000) != nil)
    #expect(RecallCalibration([good, good], items: 1000) == nil)
    #expect(RecallCalibration([good], items: 19) == nil, "ef is above the number of items")
    good.found = 101
    #expect(RecallCalibration([good], items: 1000) == nil)
    good.found = 90
    good.squaredMisses = 101
    #expect(RecallCalibration([good], items: 1000) == nil, "no query misses more than k")
    good.squaredMisses = 10
    good.ef = 9
    #expect(RecallCalibration([good], items: 1000) != nil, "fewer candidates may be followed than items are wanted")
    good.ef = 0
    #expect(RecallCalibration([good], items: 1000) == nil, "ef is below 1")
  }
}
