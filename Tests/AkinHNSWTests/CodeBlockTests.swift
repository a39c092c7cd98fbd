import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinHNSW

@Suite("What bytes say of the largest items")
struct CodeBlockTests {
  /// Items that are hard to code together: one far longer than the others, one of a single component, zeros, copies.
  private static func items(dimension: Int, scale: Float, seed: UInt64) -> EmbeddingMatrix {
    let normal = normalMatrix(rows: 300, dimension: dimension, seed: seed)
    return EmbeddingMatrix(
      rows: (0..<300).map { row in
        switch row % 50 {
        case 7: normal[Row(row)].map { $0 * scale * 40 }
        case 8: (0..<dimension).map { $0 == row % dimension ? 3 * scale : 0 }
        case 9: [Float](repeating: 0, count: dimension)
        case 10: normal[Row(0)].map { $0 * scale }
        default: normal[Row(row)].map { $0 * scale }
        }
      }, dimension: dimension)
  }

  @Test(
    "is off by no more than the doubt, and hides nothing that reaches a score",
    arguments: [1, 3, 4, 19, 64, 300], [1e-20, 1e-3, 1, 1e4, 1e18] as [Float])
  func bound(dimension: Int, scale: Float) throws {
    for (seed, isBiased) in [(UInt64(1), false), (2, true)] {
      let catalogue = Catalogue(
        items: Self.items(dimension: dimension, scale: scale, seed: seed), metric: .innerProduct,
        biases: isBiased ? (0..<300).map { Float($0 % 11 - 5) * scale } : nil)
      let index = try Built(catalogue).index
      let storage = index.storage
      let queries = EmbeddingMatrix(
        rows: (0..<8).map { query in
          query == 3
            ? [Float](repeating: 0, count: dimension)
            : query == 4
              ? (0..<dimension).map { $0 == 0 ? 1e3 : 1e-6 }
              : normalMatrix(rows: 8, dimension: dimension, seed: seed + 5)[Row(query)]
        }, dimension: dimension)
      for level in Kernels.available {
        let kernels = try unsafe #require(Kernels.table(at: level)).pointee
        let panels = CodePanels(rows: 300, width: (dimension + 3) & ~3)
        let tile = unsafe CodeBlock(0..<300, of: storage, into: panels, kernels: kernels)
        let lengths = (0..<8).map { query in
          queries[Row(query)].reduce(isBiased ? 1.0 : 0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        let asked = unsafe EncodedQueries(
          queries.base, stride: queries.stride, number: 8, dimension: dimension, lengths: lengths, kernels: kernels)
        asked.lineUp(Array(0..<8), for: tile)
        let values = AlignedFloats(count: 8 * panels.lanes)
        let starts = AlignedFloats(count: panels.lanes)
        for node in 0..<300 { unsafe starts.floats[node] = storage.biases.map { unsafe $0[node] } ?? 0 }
        unsafe kernels.code_product(
          asked.lined, panels.width, asked.about, 8, panels.bytes, panels.lanes / 16, panels.width,
          UnsafePointer(starts.floats.baseAddress!), values.floats.baseAddress!, panels.lanes)
        for query in 0..<8 {
          let rounding = asked.rounding(of: query, in: tile)
          #expect((rounding.unit > 0) == (rounding.doubt < .infinity))
          if rounding.unit == 0 { continue }
          var wrong = 0
          for node in 0..<300 {
            let score = zip(queries[Row(query)], storage.items[Row(node)]).reduce(
              unsafe Double(starts.floats[node])
            ) { $0 + Double($1.0) * Double($1.1) }
            let value = unsafe values.floats[query * panels.lanes + node]
            if abs(score - Double(value) * rounding.unit) > rounding.doubt { wrong += 1 }
            if value < rounding.least(score: Float(score)) { wrong += 1 }
          }
          #expect(wrong == 0, "\(level), d \(dimension), scale \(scale), query \(query), seed \(seed)")
        }
        // Only what is at the ends of `Float`, or nothing, has no bytes.
        let isUsual = scale >= 1e-3 && scale <= 1e4
        #expect(!isUsual || (0..<3).allSatisfy { asked.rounding(of: $0, in: tile).unit > 0 })
      }
    }
  }
}
