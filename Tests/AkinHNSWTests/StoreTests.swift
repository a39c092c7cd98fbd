import AkinExhaustive
import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("Vectors in fewer bytes")
struct StoreTests {
  static let rounded: [VectorStore] = [.float16, .int8, .codes]

  static func options(_ store: VectorStore) -> HNSWBuildOptions {
    var options = HNSWBuildOptions.small
    options.store = store
    return options
  }

  /// A catalogue with zeros, copies, and biases where the metric has them.
  private static func catalogue(_ metric: Metric, seed: UInt64, dimension: Int = 11) -> Catalogue {
    var catalogue = Catalogue.normal(rows: 110, dimension: dimension, metric: metric, seed: seed)
    var rows = (0..<110).map { catalogue.items[Row($0)] }
    rows[9] = rows[9].map { _ in 0 }
    rows[70] = rows[12]
    if let bias = catalogue.biases?[12] { catalogue.biases?[70] = bias }
    catalogue.items = EmbeddingMatrix(uniformRows: rows, dimension: dimension)
    return catalogue
  }

  @Test(
    "An index of rounded vectors is the index of those, and no score is farther from the true one than it says",
    arguments: rounded, Metric.allCases)
  func scores(store: VectorStore, metric: Metric) throws {
    for seed: UInt64 in [1] {
      let catalogue = Self.catalogue(metric, seed: seed)
      let index = try Built(barelyMeasured: catalogue, Self.options(store)).index
      let facts = index.facts
      #expect(facts.store == store && facts.vectorError > 0 && facts.vectorError < 0.3, "seed \(seed)")
      let vectors = EmbeddingMatrix(
        uniformRows: (0..<110).map { index.vector(of: Row($0)) ?? [] }, dimension: catalogue.items.dimension)
      #expect(vectors[Row(9)].allSatisfy { $0 == 0 } && vectors[Row(12)] == vectors[Row(70)])
      let rounded = ExhaustiveIndex(items: vectors, metric: metric, biases: catalogue.biases)
      let exact = ExhaustiveIndex(items: catalogue.items, metric: metric, biases: catalogue.biases)
      let queries = normalMatrix(rows: 6, dimension: catalogue.items.dimension, seed: seed + 50)
      var found = 0
      for query in (0..<6).map({ queries[Row($0)] }) {
        let length = query.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let all: [Neighbor] = try rounded.nearest(to: query.span, k: 110)
        #expect(try index.exhaustive().nearest(to: query.span, k: 110) == all, "seed \(seed)")
        let walked: [Neighbor] = try index.nearest(to: query, k: 10, ef: 60)
        let scores = Dictionary(uniqueKeysWithValues: all.map { ($0.row, $0.score) })
        #expect(walked.allSatisfy { scores[$0.row] == $0.score }, "seed \(seed)")
        found += Set(walked.map(\.row)).intersection(all.prefix(10).map(\.row)).count
        var worst = 0.0
        for one in try exact.nearest(to: query.span, k: 110) {
          guard let score = scores[one.row] else { continue }
          let (a, b) = (Double(one.score), Double(score))
          let off: Double =
            switch metric {
            case .innerProduct: (a - b).magnitude / length
            case .cosine: (a - b).magnitude
            case .euclidean: ((-a).squareRoot() - (-b).squareRoot()).magnitude
            }
          worst = max(worst, off)
        }
        #expect(worst <= Double(facts.vectorError) + 1e-6, "seed \(seed): \(worst), \(facts.vectorError)")
      }
      #expect(found >= 57, "seed \(seed): \(found) of 60")
    }
  }

  @Test(
    "The same bytes at any number of threads; sound; and smaller the fewer bits are kept", arguments: Metric.allCases)
  func files(metric: Metric) throws {
    // Wide enough for vectors to weigh more than the codes that all but float32 have at any size.
    let embeddings = Embeddings(Self.catalogue(metric, seed: 5, dimension: 60), ids: .texts)
    var sizes: [Int] = []
    for store in VectorStore.allCases {
      let (one, three) = (
        try Built(embeddings, Self.options(store)), try Built(embeddings, Self.options(store), threads: 3)
      )
      #expect(one.bytes == three.bytes, "\(store)")
      let index = try one.index
      #expect(one.report.store == store && one.report.vectorError == index.facts.vectorError)
      let report = try verified(one.bytes)
      #expect(report.isSound, "\(store): \(report.damages)")
      sizes.append(one.bytes.count)
      let inMemory = try HNSWIndex(embeddings, options: Self.options(store))
      #expect(inMemory.facts.store == store && inMemory.vector(of: Row(3)) == index.vector(of: Row(3)))
    }
    #expect(sizes[1] < sizes[0] && sizes[2] < sizes[1] && sizes[3] < sizes[2], "\(sizes)")
  }

  @Test(
    "Related items, filters and batches answer as they do by the rounded vectors", arguments: rounded, Metric.allCases)
  func others(store: VectorStore, metric: Metric) throws {
    let catalogue = Self.catalogue(metric, seed: 8)
    let index = try Built(barelyMeasured: catalogue, Self.options(store)).index
    let exact = index.exhaustive(by: index.relatedMetric)
    var hits = 0
    for row in [0, 12, 70, 80, 109].map({ Row($0) }) {
      let found = try index.related(to: row, k: 5, ef: 60)
      let vector = try #require(index.vector(of: row))
      let truth = try exact.nearest(to: vector.span, k: 5, excluding: RowSet([row], capacity: 110))
      #expect(found.count == 5 && !found.contains { $0.row == row })
      hits += Set(found.map(\.row)).intersection(truth.map(\.row)).count
    }
    #expect(hits >= 23, "\(hits) of 25")
    #expect(try index.related(to: Row(12), k: 1, ef: 60).first?.row == Row(70))
    let queries = normalMatrix(rows: 9, dimension: 11, seed: 3)
    let filter = RowFilter.only(RowSet(stride(from: 0, to: 110, by: 3).map { Row($0) }, capacity: 110))
    let request = SearchRequest(k: 7, effort: .ef(40), filter: filter)
    let table = try index.nearest(toEach: queries, request, execution: Execution(threads: 2))
    for query in 0..<9 {
      let one = try index.nearest(to: queries[Row(query)].span, request)
      #expect(Array(table[query]) == one && one.count == 7 && one.allSatisfy { $0.row.index % 3 == 0 })
    }
  }

  @Test("Whole numbers less than 256 apart lose nothing as halves or bytes", arguments: Metric.allCases)
  func whole(metric: Metric) throws {
    for dimension in [12, 130] {
      let random = CounterRandom(seed: 4, purpose: 9)
      let items = EmbeddingMatrix(
        uniformRows: (0..<90).map { row in
          (0..<dimension).map { Float(random.bits(at: UInt64(row * dimension + $0)) % 256) - 100 }
        }, dimension: dimension)
      for store in [VectorStore.int8, .float16] {
        let built = try Built(barelyMeasured: Catalogue(items: items, metric: metric), Self.options(store))
        let index = try built.index
        #expect(index.facts.vectorError == 0, "\(store), \(dimension)")
        #expect((0..<90).allSatisfy { index.vector(of: Row($0)) == items[Row($0)] })
        let report = try verified(built.bytes)
        #expect(report.isSound, "\(report.damages)")
        let exact = ExhaustiveIndex(items: items, metric: metric)
        let query = items[Row(17)]
        let (one, other) = (try index.nearest(to: query, k: 5, ef: 90), try exact.nearest(to: query.span, k: 5))
        #expect(one == other)
      }
    }
  }

  @Test("What cannot be rounded is refused with a sentence; no items are as they are")
  func refused() throws {
    func error(_ rows: [[Float]], _ store: VectorStore) -> HNSWError? {
      let items = EmbeddingMatrix(uniformRows: rows, dimension: rows[0].count)
      do {
        _ = try HNSWIndex(Embeddings(items: items, metric: .innerProduct), options: Self.options(store))
        return nil
      } catch {
        return error as? HNSWError
      }
    }
    for store in Self.rounded {
      #expect(error([[1, 2], [0x1p126, 0]], store) == .tooLargeToRound(row: 1, found: 0x1p126))
      #expect(error([[1, 2], [0x1.fp125, 0]], store) == nil)
      let none = Embeddings(items: EmbeddingMatrix(uniformRows: [], dimension: 4), metric: .cosine)
      #expect(try HNSWIndex(none, options: Self.options(store)).count == 0)
    }
    let wide = error([[Float](repeating: 1, count: 257)], .codes)
    #expect(wide == .tooWideForCodes(dimension: 257, limit: 256))
    #expect(wide?.description == "codes stand for vectors of up to 256 components, found 257")
    #expect(wide?.help == "keep a byte a component: int8")
    #expect(
      HNSWError.tooLargeToRound(row: 1, found: 9e37).description
        == "row 1 has a component of 9e+37; vectors in fewer bytes have components below 2^126")
  }

  @Test("Hostile headers, scales and rows are refused, or found by verify, and trap nothing", arguments: rounded)
  func hostile(store: VectorStore) throws {
    for sample in SampleIndex.allCases {
      let bytes = try Built(sample.embeddings, Self.options(store)).bytes
      let index = try opened(bytes)
      for name in ["VECS", "VSCL", "CODE", "CBOK", "NNRM"] as [SectionName] {
        guard let entry = index.facts.container.entry(name) else { continue }
        let section = Int(entry.offset)..<Int(entry.offset + entry.byteCount)
        for value in [UInt32(0xFFFF_FFFF), 0x7FC0_7FC0, 0, 0x7C00_7C00, 0xFF80_0000] {
          for offset in stride(from: section.lowerBound, to: section.upperBound - 3, by: 804) {
            let hostile = bytes.with(value, at: offset).sealed
            let place = "\(store), \(sample), \(name) at \(offset): \(value)"
            guard let index = openedUnless(hostile, place, isExpected: isContradiction) else { continue }
            try exercise(index, thoroughly: offset % 3 == 0, place)
          }
        }
        // A section of another length.
        let short = (0..<24).map { 256 + 64 * $0 }.first { bytes.number(at: $0 + 8, bytes: 8) == entry.offset }
        let table = try #require(short)
        let cut = bytes.with(UInt64(entry.count - 1), at: table + 24).sealed
        #expect(throws: FileError.self) { _ = try opened(cut) }
      }
      for type in [UInt16(0), 1, 2, 4] where type != store.elementType {
        _ = openedUnless(bytes.with(type, at: 204).sealed, "\(store), \(type)", isExpected: isContradiction)
      }
      let nan = bytes.with(Float.nan.bitPattern, at: 236).sealed
      #expect(throws: FileError.self) { _ = try opened(nan) }
      if store == .int8 {
        let entry = try #require(index.facts.container.entry("VSCL"))
        let report = try verified(bytes.with(Float.nan.bitPattern, at: Int(entry.offset)))
        #expect(!report.isSound)
      }
    }
  }
}
