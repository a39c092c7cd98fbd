import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("Nearly equal vectors are linked once and found together")
struct NodeGroupsTests {
  /// `rows` vectors around `rows / size` normal ones, each in a random place.
  ///
  /// - Parameter noise: The deviation of a component from its centre's, whose deviation from 0 is 1.
  static func clouds(
    rows: Int, dimension: Int, size: Int, noise: Float, metric: Metric, biased: Bool = false, seed: UInt64
  ) -> Catalogue {
    let centres = normalMatrix(rows: rows / size, dimension: dimension, seed: seed)
    let jitter = normalMatrix(rows: rows, dimension: dimension, seed: seed + 1)
    var random = SeededGenerator(seed: seed)
    let places = (0..<rows).shuffled(using: &random)
    let items = places.enumerated().map { row, place in
      zip(centres[Row(place / size)], jitter[Row(row)]).map { $0 + noise * $1 }
    }
    return Catalogue(
      rows: items, dimension: dimension, metric: metric,
      biases: biased ? places.map { Float($0 / size % 5) / 4 } : nil)
  }

  private static func options() -> HNSWBuildOptions { HNSWBuildOptions(m: 4, efConstruction: 40, seed: 3) }

  @Test(
    "Of every cloud, whatever its noise, a search finds what the exact scan finds",
    arguments: Metric.allCases, [(size: 40, noise: 1e-6), (200, 1e-6), (50, 1e-4), (500, 1e-7)] as [(Int, Float)])
  func recall(metric: Metric, cloud: (size: Int, noise: Float)) throws {
    let (size, noise) = cloud
    let seed: UInt64 = 11
    let catalogue = Self.clouds(
      rows: 1_000, dimension: 16, size: size, noise: noise, metric: metric, biased: metric == .innerProduct, seed: seed)
    let built = try Built(barelyMeasured: catalogue, Self.options())
    let index = try built.index
    #expect(built.report.grouped >= 900, "\(built.report.grouped) grouped, seed \(seed)")
    #expect(built.report.linked + built.report.grouped + built.report.copies == 1_000)
    #expect(try verified(built.bytes).isSound)
    var hits = 0
    for row in stride(from: 0, to: 1_000, by: 25) {
      let query = catalogue.items[Row(row)]
      let truth = catalogue.nearest(to: query, k: 10)
      let found = try index.nearest(to: query, k: 10, ef: 16)
      hits += zip(found, truth).count { $0.score == $1.score }
      let related = try index.related(to: Row(row), SearchRequest(k: 10, effort: .ef(16)))
      #expect(related.count == 10 && !related.contains { $0.row == Row(row) })
    }
    #expect(hits >= 395, "\(hits) of 400, seed \(seed)")
  }

  @Test(
    "What is only near is not grouped, in few dimensions and in many, however far one item lies",
    arguments: [1, 2, 3, 24])
  func near(dimension: Int) throws {
    let normal = normalMatrix(rows: 1_000, dimension: dimension, seed: 5)
    for metric in Metric.allCases {
      var rows = (0..<1_000).map { normal[Row($0)] }
      rows[7] = rows[7].map { $0 * 1e6 }
      let catalogue = Catalogue(rows: rows, dimension: dimension, metric: metric)
      // One direction has many lengths, and two directions are all that one dimension has.
      if metric == .cosine && dimension == 1 { continue }
      // What a build joins.
      let one = Execution(threads: 1)
      let order = try unsafe NodeOrder(
        items: catalogue.items, biases: nil, metric: metric, kernels: Kernels.table, execution: one)
      let found = try NodeGroups(of: catalogue.items, biases: nil, metric: metric, order: order).find(one)
      #expect(found.groups.isEmpty, "\(metric), \(dimension) dimensions")
    }
  }

  @Test("The bytes do not depend on the threads, and an answer not on the scale", arguments: Metric.allCases)
  func deterministic(metric: Metric) throws {
    let catalogue = Self.clouds(rows: 1_500, dimension: 12, size: 60, noise: 1e-6, metric: metric, seed: 8)
    let one = try Built(Embeddings(catalogue), Self.options(), threads: 1)
    let four = try Built(Embeddings(catalogue), Self.options(), threads: 4)
    #expect(one.bytes == four.bytes)
    #expect(one.report.grouped > 1_000)
    let larger = Catalogue(
      rows: (0..<1_500).map { catalogue.items[Row($0)].map { $0 * 0x1p30 } }, dimension: 12, metric: metric)
    #expect(try Built(larger, Self.options()).report.grouped == one.report.grouped)
  }

  @Test("A filter that lets in members alone finds them, and no other", arguments: Metric.allCases)
  func filtered(metric: Metric) throws {
    let catalogue = Self.clouds(rows: 1_200, dimension: 12, size: 60, noise: 1e-6, metric: metric, seed: 9)
    let built = try Built(barelyMeasured: catalogue, Self.options())
    let index = try built.index
    let next = built.bytes.section("NGRP")
    // Nodes that others stand for.
    var members = RowSet(capacity: 1_200)
    for node in 0..<1_200 {
      let member = built.bytes.number(at: next.lowerBound + 4 * node, bytes: 4)
      if member < 1_200 { members.insert(Row(index.searcher.storage.row(of: UInt32(member)) ?? 0)) }
    }
    #expect(members.count == built.report.grouped && members.count > 1_000)
    for row in stride(from: 0, to: 1_200, by: 100) {
      let query = catalogue.items[Row(row)]
      let request = SearchRequest(k: 30, effort: .ef(16), filter: .only(members))
      let exact = SearchRequest(k: 30, effort: .exact, filter: .only(members))
      let (found, truth) = try (index.nearest(to: query, request), index.nearest(to: query, exact))
      #expect(found.map(\.score) == truth.map(\.score), "row \(row)")
      #expect(found.allSatisfy { members.contains($0.row) })
    }
  }

  @Test("Hostile groups lead nowhere outside and to no item twice, and verify finds them", arguments: Metric.allCases)
  func hostile(metric: Metric) throws {
    let catalogue = Self.clouds(rows: 200, dimension: 6, size: 50, noise: 1e-6, metric: metric, seed: 10)
    let bytes = try Built(barelyMeasured: catalogue, Self.options()).bytes
    let next = bytes.section("NGRP")
    for (place, offset) in stride(from: next.lowerBound, to: next.upperBound, by: 4).enumerated() {
      // At each place three of six values in turn.
      for (turn, value) in [0, UInt32(place), UInt32(max(0, place - 1)), 199, 200, 1 << 31].enumerated()
      where (turn + place) % 2 == 0 && UInt32(bytes.number(at: offset, bytes: 4)) != value {
        let index = try opened(bytes.with(value, at: offset))
        let found = try index.nearest(to: catalogue.items[Row(3)], k: 60, ef: 16)
        #expect(Set(found.map(\.row)).count == found.count && found.count == 60, "place \(place): \(value)")
        // Hashes are slow in debug builds: every third place will do.
        if place % 3 == turn % 3, value <= place || value >= 200 {
          #expect(try !verified(bytes.with(value, at: offset)).isSound, "place \(place): \(value)")
        }
      }
    }
    // A radius that no group has.
    #expect(try !verified(bytes.with(Float(1e-12).bitPattern, at: 244).sealed).isSound)
    #expect(throws: FileError.self) { try opened(bytes.with(Float.nan.bitPattern, at: 244).sealed) }
    #expect(throws: FileError.self) { try opened(bytes.with(Float(-1).bitPattern, at: 244).sealed) }
  }
}
