import AkinExhaustive
import AkinFiles
import AkinQuantization
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("Wide vectors are walked by codes and scored by themselves")
struct CodesTests {
  static let options = HNSWBuildOptions(m: 8, efConstruction: 40, seed: 3)

  /// A catalogue of wide vectors and its index, built once for all tests that look at one: axes take long to find.
  struct WideIndex: Sendable {
    let catalogue: Catalogue
    let bytes: [UInt8]

    static func of(_ metric: Metric) throws -> WideIndex {
      switch metric {
      case .innerProduct: try innerProduct.get()
      case .cosine: try cosine.get()
      case .euclidean: try euclidean.get()
      }
    }

    private static let innerProduct = Result { try WideIndex(.innerProduct) }
    private static let cosine = Result { try WideIndex(.cosine) }
    private static let euclidean = Result { try WideIndex(.euclidean) }

    private init(_ metric: Metric) throws {
      catalogue = Catalogue.nearSpace(metric, rows: 560, seed: 1)
      bytes = try Built(barelyMeasured: catalogue, CodesTests.options).bytes
    }
  }

  /// The codes of the vectors, by cosine or Euclidean distance.
  static func rowCodes(_ metric: Metric) throws -> RowCodes {
    let codes = try metric == .cosine ? cosineCodes.get() : euclideanCodes.get()
    return try #require(codes)
  }

  private static let cosineCodes = Result { try codes(of: .cosine) }
  private static let euclideanCodes = Result { try codes(of: .euclidean) }

  private static func codes(of metric: Metric) throws -> RowCodes? {
    try unsafe RowCodes(
      of: Catalogue.nearSpace(metric, rows: 560, seed: 1).items, metric: metric, leastBytes: 0, kernels: Kernels.table,
      execution: Execution(threads: 1))
  }

  @Test("The answers are the exact ones, their scores bit for bit, by any metric", arguments: Metric.allCases)
  func answers(metric: Metric) throws {
    let wide = try WideIndex.of(metric)
    let catalogue = wide.catalogue
    #expect(!wide.bytes.section("CODE").isEmpty)
    let index = try opened(wide.bytes)
    let queries = Catalogue.nearSpace(metric, rows: 590, seed: 1).items
    var hits = 0
    for query in 560..<590 {
      let vector = queries[Row(query)]
      let truth = try index.exhaustive().nearest(to: vector.span, k: 10)
      let found = try index.nearest(to: vector, k: 10, ef: 64)
      #expect(found == found.sorted())
      for neighbor in found {
        #expect(catalogue.score(of: vector, Int(neighbor.row.index)) == neighbor.score)
      }
      hits += Set(found).intersection(truth).count
    }
    #expect(hits >= 290, "\(metric): \(hits) of 300")
    var related = 0
    for item in 0..<30 {
      let truth = try index.exhaustive(by: index.relatedMetric)
        .nearest(to: catalogue.items[Row(item)].span, k: 10, excluding: RowSet([Row(item)], capacity: 560))
      related += Set(try index.related(to: Row(item), k: 10, ef: 64)).intersection(truth).count
    }
    #expect(related >= 290, "\(metric): \(related) of 300")
  }

  @Test("The same bytes at any thread count, and verify finds them sound")
  func bytes() throws {
    let one = try WideIndex.of(.euclidean)
    #expect(try Built(barelyMeasured: one.catalogue, CodesTests.options, threads: 3).bytes == one.bytes)
    #expect(try verified(one.bytes).isSound)
  }

  @Test("Vectors have codes where these tell near items, however much axes keep, which costs of exact scans go by")
  func halves() throws {
    // Clouds in ten directions, and as much again evenly in all.
    let (rows, dimension) = (640, 320)
    let noise = normalMatrix(rows: rows, dimension: dimension, seed: 8)
    let places = normalMatrix(rows: 40, dimension: 10, seed: 9)
    let items = EmbeddingMatrix(
      uniformRows: (0..<rows).map { row in
        noise[Row(row)].enumerated().map { component, value in
          value + (component < 10 ? 6 * places[Row(row % 40)][component] + 2 * value : 0)
        }
      }, dimension: dimension)
    let index = try Built(
      barelyMeasured: Catalogue(items: items, metric: .euclidean), HNSWBuildOptions(m: 4, efConstruction: 16, seed: 3)
    ).index
    let storage = index.searcher.storage
    let kept = storage.keptShare.value(of: storage.vectors, try #require(storage.codes))
    // The axes hold the ten directions, and of the others more than their part.
    #expect(kept > 0.85 && kept < 0.99, "\(kept)")
    #expect(SearchCost(of: storage, .nearest).scansCodes == (kept >= 0.85))
    let truth = try index.exhaustive().nearest(toEach: items, k: 10, execution: Execution(threads: 2))
    let found = try index.nearest(
      toEach: items, SearchRequest(k: 10, effort: .ef(64)), execution: Execution(threads: 2))
    let good = (0..<rows).reduce(0) { $0 + RecallCheck.good(found[$1], truth[$1]) }
    #expect(good >= rows * 10 * 95 / 100, "\(good)")
  }

  @Test("Narrow vectors, few vectors, and vectors that spread in all directions are walked as they are")
  func plain() throws {
    // As much along each of 280 axes, of which codes have 256; a little more, so that no two are equally far.
    let noise = normalMatrix(rows: 560, dimension: 280, seed: 3)
    let even = unsafe matrix(rows: 560, dimension: 280) { row, values in
      // Safe: a row has 280 components.
      for component in 0..<280 { unsafe values[component] = noise.base[row * noise.stride + component] / 10 }
      unsafe values[row / 2] += row % 2 == 0 ? 10 : -10
    }
    let few = normalMatrix(rows: 100, dimension: Catalogue.wideDimension, seed: 4)
    for items in [even, few, normalMatrix(rows: 200, dimension: 32, seed: 5)] {
      // Few links will do: whether there are codes is decided before.
      let built = try Built(
        barelyMeasured: Catalogue(items: items, metric: .euclidean),
        HNSWBuildOptions(m: 2, efConstruction: 8, seed: 3))
      #expect(built.bytes.section("CODE").isEmpty)
      #expect(try verified(built.bytes).isSound)
    }
  }

  @Test(
    "Hostile codes, tails and books lead nowhere outside, and verify names them",
    arguments: [Metric.euclidean, .cosine])
  func hostile(metric: Metric) throws {
    let bytes = try WideIndex.of(metric).bytes
    for name in ["CODE", "CBOK", "NTAL"] as [SectionName] {
      let section = bytes.section(name)
      #expect(section.isEmpty == (name == "NTAL" && metric == .cosine))
      if section.isEmpty { continue }
      for value in [0, 0x7F7F_7F7F, 0x8080_8080, UInt32.max, Float.nan.bitPattern, Float.infinity.bitPattern] {
        var hostile = bytes
        for offset in stride(from: section.lowerBound, to: section.upperBound, by: 4) { hostile.put(value, at: offset) }
        try exercise(opened(hostile), thoroughly: false, "\(name) all \(value)")
      }
      for place in [section.lowerBound, (section.lowerBound + section.upperBound) / 2] {
        var changed = bytes
        changed[place] ^= 0x55
        try exercise(opened(changed), thoroughly: false, "\(name), byte \(place)")
        let report = try verified(changed)
        #expect(!report.isSound)
        // Not the checksum alone: the codes no longer follow from the vectors. (The first mean is nearly all padding.)
        #expect(report.damages.contains { $0.section == "CODE" } || name == "CBOK")
      }
    }
  }
}
