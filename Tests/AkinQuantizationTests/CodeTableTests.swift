import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinQuantization

@Suite("Codes of directions tell near directions apart")
struct CodeTableTests {
  /// Items around a few directions, at any length: much nearer to each other than a code's step and the lengths of
  /// rounded rows differ.
  private static func packed(rows: Int, dimension: Int, spread: Float, seed: UInt64) -> EmbeddingMatrix {
    let centres = normalMatrix(rows: 5, dimension: dimension, seed: seed)
    let noise = normalMatrix(rows: rows, dimension: dimension, seed: seed + 100)
    return EmbeddingMatrix(
      uniformRows: (0..<rows).map { row in
        let length = Float(0.5) + Float(row % 7)
        return zip(centres[Row(row % 5)], noise[Row(row)]).map { ($0 + spread * $1) * length }
      }, dimension: dimension)
  }

  /// The law: with *d* the distance of the directions, and δ what rounding moves one of two directions by at most, the
  /// value is off by at most |*q*| (*d* · 2δ + 2δ²). An inner product of codes is off by δ, however near the directions.
  @Test(
    "Values are off by no more than the distance times the rounding", arguments: [8, 64, 200], [0.3, 0.03] as [Float])
  func bound(dimension: Int, spread: Float) throws {
    let items = Self.packed(rows: 150, dimension: dimension, spread: spread, seed: 1)
    let queries = Self.packed(rows: 160, dimension: dimension, spread: spread, seed: 1)
    for level in Kernels.available {
      let kernels = try unsafe #require(Kernels.table(at: level))
      let codes = try #require(
        try unsafe RowCodes(
          of: items, metric: .cosine, leastBytes: 0, kernels: kernels, execution: Execution(threads: 1)))
      var scratch = [Float](repeating: 0, count: CodeBook.coordinates)
      var code = [Int16](repeating: 0, count: CodeBook.coordinates)
      let all = (0..<UInt32(150)).map { $0 }
      var values = [Float](repeating: 0, count: 150)
      let norms = (0..<150).map { norm(items[Row($0)]) }
      for place in 150..<160 {
        let query = queries[Row(place)]
        unsafe query.withUnsafeBufferPointer { query in
          unsafe scratch.withUnsafeMutableBufferPointer { scratch in
            unsafe code.withUnsafeMutableBufferPointer { code in
              unsafe codes.table.scorer(
                of: query.baseAddress!, by: .cosine, coordinates: nil, scratch: scratch.baseAddress!, code.baseAddress!
              ).scores(all, all.count, into: &values)
            }
          }
        }
        let length = norm(query)
        let rounding = Double(codes.book.step) * Double(dimension).squareRoot()
        for row in 0..<150 {
          let item = items[Row(row)]
          let product = zip(query, item).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / norms[row]
          let distance = (2 - 2 * min(1, product / length)).squareRoot()
          let bound = length * (distance * rounding + rounding * rounding / 2 + 1e-6)
          #expect(
            abs(Double(values[row]) - product) <= bound,
            "\(level), query \(place), row \(row): \(values[row]) for \(product), bound \(bound)")
        }
      }
    }
  }

  @Test("A query of zeros has the value 0 everywhere")
  func zero() throws {
    let items = Self.packed(rows: 100, dimension: 16, spread: 0.1, seed: 2)
    let codes = try #require(
      try unsafe RowCodes(
        of: items, metric: .cosine, leastBytes: 0, kernels: Kernels.table, execution: Execution(threads: 1)))
    var scratch = [Float](repeating: 0, count: CodeBook.coordinates)
    var code = [Int16](repeating: 0, count: CodeBook.coordinates)
    var values = [Float](repeating: 1, count: 100)
    unsafe [Float](repeating: 0, count: 16).withUnsafeBufferPointer { query in
      unsafe scratch.withUnsafeMutableBufferPointer { scratch in
        unsafe code.withUnsafeMutableBufferPointer { code in
          unsafe codes.table.scorer(
            of: query.baseAddress!, by: .cosine, coordinates: nil, scratch: scratch.baseAddress!, code.baseAddress!
          ).scores((0..<100).map { UInt32($0) }, 100, into: &values)
        }
      }
    }
    #expect(values.allSatisfy { $0 == 0 })
  }

  private func norm(_ vector: [Float]) -> Double {
    vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
