import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinHNSW

/// Keeps the floats of a matrix alive, and tells whether anybody still holds it.
@safe private final class Floats {
  let matrix: EmbeddingMatrix
  init(_ matrix: EmbeddingMatrix) { self.matrix = matrix }
}

@Suite("What a build holds in memory")
struct BuildMemoryTests {
  @Test("Codes to link by hold nothing of the vectors", arguments: Metric.allCases, [false, true])
  func vectors(metric: Metric, hasBiases: Bool) throws {
    if hasBiases && metric != .innerProduct { return }
    let biases = hasBiases ? (0..<300).map { Float($0 % 7) } : nil
    for (leastCodedBytes, isCoded) in [(0, true), (1 << 30, false)] {
      var floats: Floats? = Floats(normalMatrix(rows: 300, dimension: 9, seed: 3))
      weak let held = floats
      func made() throws -> BuildVectors {
        let floats = try #require(held)
        let items = unsafe EmbeddingMatrix(
          base: floats.matrix.base, count: 300, dimension: 9, owner: floats)
        return try unsafe BuildMetric.vectors(
          of: items, biases: biases, metric: metric, codes: nil, leastCodedBytes: leastCodedBytes,
          kernels: Kernels.table, execution: Execution(threads: 1))
      }
      let vectors = try made()
      #expect((vectors.codes != nil) == isCoded && vectors.dimension == (hasBiases ? 10 : 9))
      floats = nil
      // Directions are vectors of their own; only Euclidean distance is measured by the items as they are.
      #expect((held != nil) == (!isCoded && metric == .euclidean), "\(metric), biases \(hasBiases), coded \(isCoded)")
      withExtendedLifetime(vectors) {}
    }
  }

  @Test(
    "Rows keep their links when the slack goes", arguments: [(1, 3, 2), (7, 36, 32), (9000, 36, 32), (12_000, 20, 9)])
  func tighten(rows: Int, capacity: Int, limit: Int) {
    let table = LinkTable(rows: rows, capacity: capacity)
    func links(_ row: Int) -> [UInt32] { (0..<row % (limit + 1)).map { UInt32(row * 31 + $0) } }
    for row in 0..<rows { for link in links(row) { table.append(link, to: row) } }
    table.tighten(to: limit)
    #expect(table.capacity == limit)
    var wrong = 0
    for row in 0..<rows {
      let places = (0..<limit).map { unsafe table.row(row)[$0] }
      let rest = [UInt32](repeating: Layer.noNode, count: limit - links(row).count)
      if table.count(row) != links(row).count || places != links(row) + rest { wrong += 1 }
    }
    #expect(wrong == 0, "\(wrong) of \(rows) rows")
    table.tighten(to: capacity)
    #expect(table.capacity == limit, "nothing grows")
  }

  @Test("Reordered vectors are the source's, which is let go of as it is read", arguments: [0, 1, 5, 12_000])
  func reordered(count: Int) {
    let matrix = normalMatrix(rows: count, dimension: 40, seed: 8)
    let rows = (0..<UInt32(count)).map { UInt32((Int($0) * 7 + 3) % max(1, count)) }
    var released = 0
    let copy = matrix.reordered(rows) { released += 1 }
    #expect(released == count / matrix.releasedRows + 1 && (count < 12_000 || released > 2))
    #expect((0..<count).allSatisfy { copy[Row($0)] == matrix[Row(Int(rows[$0]))] })
  }
}
