import AkinSupport
import AkinVectors
import Testing

@Suite("Matrices of vectors")
struct EmbeddingMatrixTests {
  @Test("Rows and flat numbers make the same matrix", arguments: [1, 3, 16, 17])
  func shapes(dimension: Int) throws {
    let rows = (0..<5).map { row in (0..<dimension).map { Float(row * 100 + $0) } }
    let matrix = try EmbeddingMatrix(rows: rows)
    let flat = try EmbeddingMatrix(flat: rows.flatMap { $0 }, dimension: dimension)
    for matrix in [matrix, flat, try EmbeddingMatrix(rows: rows, dimension: dimension)] {
      #expect(matrix.count == 5 && matrix.dimension == dimension && matrix.stride == (dimension + 15) / 16 * 16)
      for row in 0..<5 { #expect(matrix[Row(row)] == rows[row]) }
    }
    #expect(try EmbeddingMatrix(flat: [], dimension: dimension).count == 0)
    #expect(try EmbeddingMatrix(rows: [], dimension: dimension).count == 0)
  }

  @Test("What makes no matrix is refused, with the row and both numbers")
  func refused() {
    #expect(throws: MatrixError.ragged(row: 1, expected: 2, found: 3)) {
      try EmbeddingMatrix(rows: [[1, 2], [1, 2, 3]])
    }
    #expect(throws: MatrixError.ragged(row: 0, expected: 3, found: 2)) {
      try EmbeddingMatrix(rows: [[1, 2]], dimension: 3)
    }
    #expect(throws: MatrixError.noRows) { try EmbeddingMatrix(rows: []) }
    #expect(throws: MatrixError.badDimension(found: 0)) { try EmbeddingMatrix(rows: [[]]) }
    #expect(throws: MatrixError.badDimension(found: 65_537)) { try EmbeddingMatrix(flat: [], dimension: 65_537) }
    #expect(throws: MatrixError.notWholeRows(numbers: 5, dimension: 2)) {
      try EmbeddingMatrix(flat: [1, 2, 3, 4, 5], dimension: 2)
    }
  }

  @Test("Filters: what they let in, alone and with rows left out, is what sets say", arguments: [1, 2, 3] as [UInt64])
  func filters(seed: UInt64) {
    let random = CounterRandom(seed: seed, purpose: 90)
    let (first, second) = ((0..<130).filter { random.uniform(at: UInt64($0)) < 0.5 }, (0..<130).filter { $0 % 3 == 0 })
    let (a, b) = (Set(first), Set(second))
    func set(_ rows: [Int]) -> RowSet { RowSet(rows.map { Row($0) }, capacity: 130) }
    func rows(_ filter: RowFilter) -> Set<Int> { Set((0..<130).filter { filter.allows(Row($0)) }) }
    let cases: [(RowFilter, Set<Int>)] = [
      (.excluding(set(first)), Set(0..<130).subtracting(a)), (.only(set(first)), a),
      (RowFilter.excluding(set(first)).excluding(set(second)), Set(0..<130).subtracting(a).subtracting(b)),
      (RowFilter.only(set(first)).excluding(set(second)), a.subtracting(b)),
    ]
    for (filter, expected) in cases {
      #expect(rows(filter) == expected, "seed \(seed)")
      #expect(filter.allowedCount == expected.count && filter.excludedCount == 130 - expected.count, "seed \(seed)")
    }
  }
}
