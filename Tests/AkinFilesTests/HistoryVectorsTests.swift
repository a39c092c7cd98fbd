import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("History vectors of items")
struct HistoryVectorsTests {
  private var sample: Embeddings {
    var sample = Sample.numbers.embeddings
    let items = sample.items
    sample.historyItems = EmbeddingMatrix(
      uniformRows: (0..<items.count).map { row in items[Row(row)].map { 1 - $0 } }, dimension: items.dimension)
    sample.objective = Objective(model: .contrastive, weighting: .label)
    return sample
  }

  private func rows(_ matrix: EmbeddingMatrix?) -> [[Float]]? {
    matrix.map { matrix in (0..<matrix.count).map { matrix[Row($0)] } }
  }

  @Test("They come back as they were, in a copy too, and a file without them has none")
  func roundTrip() throws {
    let file = try opened(encoded(sample))
    let expected = try #require(rows(sample.historyItems))
    #expect(rows(file.historyItems) == expected && rows(file.items) != expected)
    #expect(rows(try file.embeddings(execution: Execution(threads: 1)).historyItems) == expected)
    #expect(rows(file.forFoldIn.historyItems) == expected)
    #expect(try file.verify(execution: Execution(threads: 1)).damages.isEmpty)
    #expect(try opened(encoded(Sample.numbers.embeddings)).historyItems == nil)
  }

  @Test("Too few, of another dimension, and not finite, they are refused by the writer; damaged, found by verify")
  func damage() throws {
    let good = try #require(rows(sample.historyItems))
    let d = good[0].count
    for (changed, error) in [
      (Array(good.dropLast()), ContentError.countMismatch(what: "history vectors of items", expected: 5, found: 4)),
      (
        good.map { Array($0.dropLast()) },
        .countMismatch(what: "dimensions of history vectors", expected: d, found: d - 1)
      ),
      ([[Float](repeating: .nan, count: d)] + good.dropFirst(), .notFinite(what: "history item", row: 0, component: 0)),
    ] {
      var bad = sample
      bad.historyItems = EmbeddingMatrix(uniformRows: changed, dimension: changed[0].count)
      #expect(throws: error) { try encoded(bad) }
    }
    let bytes = try encoded(sample)
    let place = bytes.section("HVEC").lowerBound + 4
    let file = try opened(bytes.with(Float.infinity.bitPattern, at: place).wholeSealed)
    #expect(try file.verify(execution: Execution(threads: 1)).damages.map(\.reason) == [.notFinite(row: 0)])
  }
}
