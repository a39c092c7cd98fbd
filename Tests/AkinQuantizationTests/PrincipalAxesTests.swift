import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinQuantization

@Suite("The directions in which vectors spread most")
struct PrincipalAxesTests {
  private static let dimension = 272

  /// Vectors of 272 components that lie near a space of 24.
  private static func items(rows: Int, seed: UInt64) -> EmbeddingMatrix {
    let random = CounterRandom(seed: seed, purpose: 11)
    let basis = (0..<24).map { axis in
      (0..<dimension).map { random.normal(at: UInt64(axis * dimension + $0)) / 5 }
    }
    return EmbeddingMatrix(
      uniformRows: (0..<rows).map { row in
        let place = (0..<24).map { random.normal(at: 1 << 40 + UInt64(row * 24 + $0)) }
        return (0..<dimension).map { component in
          var value = 3 + 0.02 * random.normal(at: 1 << 41 + UInt64(row * dimension + component))
          for axis in 0..<24 { value += place[axis] * basis[axis][component] }
          return Float(value)
        }
      }, dimension: dimension)
  }

  /// The inner product of two rows, in float64.
  private func product(_ a: EmbeddingMatrix, _ row: Int, _ b: EmbeddingMatrix, _ other: Int) -> Double {
    // Safe: both have rows of 272 components. A plain loop, for it is most of what the test does.
    let (one, two) = unsafe (a.base + row * a.stride, b.base + other * b.stride)
    var (sum, component) = (0.0, 0)
    while component < Self.dimension {
      unsafe sum += Double(one[component]) * Double(two[component])
      component &+= 1
    }
    return sum
  }

  @Test(
    "Axes are orthonormal, in falling order of spread, and say what share they keep", arguments: [1, 2] as [UInt64])
  func axes(seed: UInt64) throws {
    let items = PrincipalAxesTests.items(rows: 400, seed: seed)
    var mean = [Float](repeating: 0, count: PrincipalAxesTests.dimension)
    for row in 0..<400 { for (place, value) in items[Row(row)].enumerated() { mean[place] += value / 400 } }
    let centred = EmbeddingMatrix(
      uniformRows: (0..<400).map { row in zip(items[Row(row)], mean).map { $0 - $1 } },
      dimension: PrincipalAxesTests.dimension
    )
    let (axes, share) = unsafe PrincipalAxes.find(in: centred, count: 32, kernels: Kernels.table)
    var spreads: [Double] = []
    for i in 0..<32 {
      for j in 0...i {
        let product = product(axes, i, axes, j)
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-5, "seed \(seed), axes \(i) and \(j)")
      }
      let coordinates = (0..<400).map { product(centred, $0, axes, i) }
      spreads.append(coordinates.reduce(0) { $0 + $1 * $1 } / 400)
    }
    // 24 real directions, far above the noise; beyond them neighbouring spreads are too close to order exactly.
    for i in 1..<24 { #expect(spreads[i] <= spreads[i - 1] * 1.001, "seed \(seed), axis \(i)") }
    var whole = 0.0
    for row in 0..<400 {
      for (value, mean) in zip(items[Row(row)], mean) { whole += Double(value - mean) * Double(value - mean) / 400 }
    }
    #expect(abs(spreads.reduce(0, +) / whole - share) < 1e-3, "seed \(seed)")
    #expect(share > 0.97)
  }
}
