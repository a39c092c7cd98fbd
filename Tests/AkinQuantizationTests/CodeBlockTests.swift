import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinQuantization

@Suite("What the codes of a block say of scores")
struct CodeBlockTests {
  /// Items that are hard to code together: one far longer than the others, one of a single component, zeros, copies.
  private static func items(dimension: Int, scale: Float, seed: UInt64) -> EmbeddingMatrix {
    let normal = normalMatrix(rows: 300, dimension: dimension, seed: seed)
    return EmbeddingMatrix(
      uniformRows: (0..<300).map { row in
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
    "is off by no more than the error, and hides nothing that reaches a score",
    arguments: [1, 3, 4, 19, 64, 300], [1e-20, 1e-3, 1, 1e4, 1e18] as [Float])
  func bound(dimension: Int, scale: Float) throws {
    for (seed, isBiased) in [(UInt64(1), false), (2, true)] {
      let catalogue = Catalogue(
        items: Self.items(dimension: dimension, scale: scale, seed: seed), metric: .innerProduct,
        biases: isBiased ? (0..<300).map { Float($0 % 11 - 5) * scale } : nil)
      let items = catalogue.items
      let biases = catalogue.biases.map { HeldColumn($0) }
      let queries = EmbeddingMatrix(
        uniformRows: (0..<8).map { query in
          query == 3
            ? [Float](repeating: 0, count: dimension)
            : query == 4
              ? (0..<dimension).map { $0 == 0 ? 1e3 : 1e-6 }
              : normalMatrix(rows: 8, dimension: dimension, seed: seed + 5)[Row(query)]
        }, dimension: dimension)
      let scores = (0..<8).flatMap { query in
        (0..<300).map { node in
          // Safe: queries and items have `dimension` components. A plain loop, for it is most of what the test does.
          let (one, two) = unsafe (queries.base + query * queries.stride, items.base + node * items.stride)
          var (sum, component) = (Double(catalogue.biases?[node] ?? 0), 0)
          while component < dimension {
            unsafe sum += Double(one[component]) * Double(two[component])
            component &+= 1
          }
          return sum
        }
      }
      for level in Kernels.available {
        let kernels = try unsafe #require(Kernels.table(at: level))
        let encoded = try unsafe EncodedItems(
          items, count: 300, metric: .innerProduct, biases: biases?.base,
          rotation: Rotation(identity: dimension, kernels: kernels), blockRows: 512, kernels: kernels,
          execution: Execution(threads: 1), isSound: { _ in true })
        let block = unsafe encoded.blocks[0]
        let norms = (0..<8).map { query in
          queries[Row(query)].reduce(isBiased ? 1.0 : 0) { $0 + Double($1) * Double($1) }.squareRoot()
        }
        let asked = unsafe EncodedQueries(
          queries.base, stride: queries.stride, count: 8, norms: norms, inPairs: isBiased, for: encoded)
        let batch = unsafe QueryBatch(queries: 8, width: encoded.width)
        for query in 0..<8 {
          let scale = asked.rounding(of: query, in: block).startScale
          unsafe batch.add(
            query,
            akin_code_query(code_sum: asked.facts[query].sum, start_scale: scale, tail_scale: 0, floor: 0),
            code: asked.code(of: query))
        }
        let lanes = 304
        let values = AlignedFloats(count: 8 * lanes)
        let (codes, starts, _) = unsafe encoded.panels(from: 0)
        unsafe kernels.pointee.code_product(
          batch.codes, encoded.width, batch.about, 8, codes, lanes / 16, encoded.width, starts,
          values.floats.baseAddress!, lanes)
        for query in 0..<8 {
          let rounding = asked.rounding(of: query, in: block)
          #expect((rounding.unit > 0) == (rounding.error < .infinity))
          if rounding.unit == 0 { continue }
          var wrong = 0
          for node in 0..<300 {
            let score = scores[query * 300 + node]
            let value = unsafe values.floats[query * lanes + node]
            if abs(score - Double(value) * rounding.unit) > rounding.error { wrong += 1 }
            if value < rounding.least(score: Double(Float(score))) { wrong += 1 }
          }
          #expect(wrong == 0, "\(level), d \(dimension), scale \(scale), query \(query), seed \(seed)")
        }
        // Only what is at the ends of `Float`, or nothing, has no bytes.
        let isUsual = scale >= 1e-3 && scale <= 1e4
        #expect(!isUsual || (0..<3).allSatisfy { asked.rounding(of: $0, in: block).unit > 0 })
      }
    }
  }
}
