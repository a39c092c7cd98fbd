import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("Narrow vectors that are many are walked by a byte for each component")
struct PlainCodesTests {
  /// An index of few vectors that codes them all the same.
  private func coded(_ catalogue: Catalogue, threads: Int = 1) throws -> [UInt8] {
    try withDirectory { directory in
      try Embeddings(catalogue).write(to: "\(directory)/a.emb")
      let source = try EmbeddingFile(path: "\(directory)/a.emb")
      let execution = Execution(threads: threads)
      let built = try unsafe BuiltIndex(
        stored: StoredItems(source.items), biases: source.itemBiases?.values,
        queries: normalMatrix(rows: 30, dimension: source.items.dimension, seed: 3), metric: source.metric,
        options: .small, leastCodedBytes: 0, kernels: Kernels.table, execution: execution)
      _ = try built.container(IndexSource(checking: source, execution), .small)
        .write(to: "\(directory)/a.idx", overwrite: false, execution: execution)
      return try read("\(directory)/a.idx")
    }
  }

  @Test("The answers are the exact ones, their scores bit for bit, alone and in a batch", arguments: Metric.allCases)
  func answers(metric: Metric) throws {
    for (seed, dimension) in [(UInt64(1), 5), (2, 64), (3, 70)] {
      let catalogue = Catalogue.normal(rows: 300, dimension: dimension, metric: metric, seed: seed)
      let index = try opened(coded(catalogue))
      #expect(index.facts.codeWidth == (dimension + 31) / 32 * 32)
      let queries = (0..<20).map { query(dimension: dimension, seed: seed * 100 + UInt64($0)) }
      let table = try index.nearest(
        toEach: EmbeddingMatrix(uniformRows: queries, dimension: dimension), k: 10, ef: 150,
        execution: Execution(threads: 1))
      var hits = 0
      for (place, query) in queries.enumerated() {
        let found = try index.nearest(to: query, k: 10, ef: 150)
        #expect(Array(table[place]) == found, "\(metric), d \(dimension), query \(place), seed \(seed)")
        #expect(found == found.sorted())
        for neighbor in found { #expect(catalogue.score(of: query, Int(neighbor.row.index)) == neighbor.score) }
        hits += Set(found).intersection(catalogue.nearest(to: query, k: 10)).count
      }
      #expect(hits >= 190, "\(metric), d \(dimension): \(hits) of 200, seed \(seed)")
    }
  }

  @Test("Vectors closer to each other than a step of their codes are walked as they are", arguments: Metric.allCases)
  func confused(metric: Metric) throws {
    // Twenty places, each with thirty vectors that differ by a thousandth of what the places do.
    let places = Catalogue.normal(rows: 20, dimension: 16, metric: metric, seed: 9)
    let noise = normalMatrix(rows: 600, dimension: 16, seed: 10)
    let rows = (0..<600).map { row in
      zip(places.items[Row(row % 20)], noise[Row(row)]).map { $0 + 0.001 * $1 }
    }
    let tight = try coded(Catalogue(rows: rows, dimension: 16, metric: metric))
    #expect(tight.section("CODE").isEmpty)
    #expect(try verified(tight).isSound)
    let wide = try coded(
      Catalogue(
        rows: (0..<600).map { row in zip(places.items[Row(row % 20)], noise[Row(row)]).map { $0 + $1 } }, dimension: 16,
        metric: metric))
    #expect(!wide.section("CODE").isEmpty)
  }

  @Test("The sections are codes and a book of one row, the same bytes at any thread count", arguments: Metric.allCases)
  func bytes(metric: Metric) throws {
    let catalogue = Catalogue.normal(rows: 300, dimension: 20, metric: metric, seed: 4)
    let bytes = try coded(catalogue)
    #expect(try coded(catalogue, threads: 3) == bytes)
    #expect(try verified(bytes).isSound)
    #expect(bytes.number(at: 132, bytes: 2) == 2 && bytes.number(at: 164, bytes: 4) == 32)
    #expect(bytes.section("CODE").count == 300 * 32)
    #expect(bytes.section("CBOK").count == 128, "the mean, padded like a vector")
    #expect(bytes.section("NTAL").isEmpty)
    let spread = Float(bitPattern: UInt32(bytes.number(at: 228, bytes: 4)))
    #expect(spread.isFinite && spread > 0)
  }

  @Test("Copies, zero vectors, and vectors that are all one", arguments: Metric.allCases)
  func degenerate(metric: Metric) throws {
    let zero = [Float](repeating: 0, count: 6)
    for rows in [Array(repeating: zero, count: 20), Array(repeating: [1, 2, 3, 4, 5, 6], count: 20), [zero]] {
      let catalogue = Catalogue(rows: rows, dimension: 6, metric: metric)
      let bytes = try coded(catalogue)
      #expect(try verified(bytes).isSound)
      let query = query(dimension: 6, seed: 5)
      #expect(try opened(bytes).nearest(to: query, k: 30, ef: 30) == catalogue.nearest(to: query, k: 30))
    }
  }

  @Test("Hostile codes, books and fields lead nowhere outside, or are refused by name", arguments: Metric.allCases)
  func hostile(metric: Metric) throws {
    let bytes = try coded(Catalogue.normal(rows: 62, dimension: 3, metric: metric, seed: 6))
    for name in ["CODE", "CBOK"] as [SectionName] {
      let section = bytes.section(name)
      for value in [0, 0x7F7F_7F7F, 0x8080_8080, UInt32.max, Float.nan.bitPattern, Float.infinity.bitPattern] {
        var hostile = bytes
        for offset in stride(from: section.lowerBound, to: section.upperBound, by: 4) { hostile.put(value, at: offset) }
        try exercise(opened(hostile), "\(metric), \(name) all \(value)")
      }
      var changed = bytes
      changed[section.lowerBound + 3] ^= 0x55
      let report = try verified(changed)
      #expect(!report.isSound && report.damages.contains { $0.section == "CODE" })
    }
    func name(_ value: UInt32, at offset: Int) throws -> String? {
      do {
        try exercise(opened(bytes.with(value, at: offset).sealed), "\(offset): \(value)")
        return nil
      } catch let error as FileError {
        if case .badField(let name, _, _) = error.problem { return name }
        return "\(error.problem)"
      }
    }
    for value in [Float.nan, .infinity, -.infinity] {
      #expect(try name(value.bitPattern, at: 224) == "code bias")
      #expect(try name(value.bitPattern, at: 228) == "code spread")
      #expect(try name(value.bitPattern, at: 220) == "code step")
    }
    for value in [Float.greatestFiniteMagnitude, -Float.greatestFiniteMagnitude, -1, 0, 0x1p-140] as [Float] {
      #expect(try name(value.bitPattern, at: 224) == nil)
      #expect(try name(value.bitPattern, at: 228) == nil)
    }
    for value in [Float(0), -1] { #expect(try name(value.bitPattern, at: 220) == "code step") }
    for width in [0, 63, 128, 1088] as [UInt32] { #expect(try name(width, at: 164) == "code width") }
    var axes = bytes
    axes[132] = 1
    #expect(openedUnless(axes.sealed, "codes along axes", isExpected: isContradiction) == nil)
  }
}
