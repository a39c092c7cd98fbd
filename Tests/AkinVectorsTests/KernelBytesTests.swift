import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("Vectors as bytes, at every level")
struct KernelBytesTests {
  private static let odd: [Float] = [
    0, -0.0, .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
    127, -128, 127.5, 0.5, -0.5,
  ]

  @Test("Whole steps of the largest component or pair, as the plain loop has them", arguments: Kernels.available)
  func steps(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 41)
    for dimension in Array(0...70) + [784, 1000] {
      for turn in 0..<4 {
        var vector = (0..<dimension).map { _ in Float(generator.uniform() * 2 - 1) * 300 }
        if turn == 1 { for place in vector.indices { vector[place] = 0 } }
        if turn == 2 && dimension > 0 {
          vector[dimension / 2] = KernelBytesTests.odd[dimension % KernelBytesTests.odd.count]
        }
        let mean: [Float]? = turn == 3 ? vector.map { $0 / 3 + 1 } : nil
        // From any start, in front of memory that cannot be read.
        let edge = EdgeFloats(vector, slack: (dimension + turn) & 3)
        let edgeMean = EdgeFloats(mean ?? [], slack: dimension & 3)
        var bytes = [Int8](repeating: 99, count: dimension + 1)
        var sum: Int32 = 99
        let step = unsafe kernels.to_bytes(edge.start, mean == nil ? nil : edgeMean.start, dimension, &bytes, &sum)
        let values = vector.indices.map { mean == nil ? vector[$0] : vector[$0] - mean![$0] }
        let pairs = stride(from: 0, to: dimension - 1, by: 2).map { values[$0] + values[$0 + 1] }
        let largest = (values + pairs).reduce(Float(0)) { $1.isNaN || $0.isNaN ? .nan : max($0, $1.magnitude) }
        let isScaled = largest >= 0x1p-119 && largest.isFinite
        #expect(step == (isScaled ? largest / 127 : 1), "\(level), \(dimension) in turn \(turn)")
        #expect(bytes.last == 99)
        #expect(sum == bytes.dropLast().reduce(0) { $0 + Int32($1) })
        for j in stride(from: 0, to: dimension - 1, by: 2) {
          #expect(abs(Int(bytes[j]) + Int(bytes[j + 1])) <= 128, "\(level), \(dimension) in turn \(turn), pair at \(j)")
        }
        guard largest.isFinite else { continue }
        let inverse = 1 / step
        let wanted = values.map { Int8(max(-127, min(127, $0 * inverse)).rounded(.toNearestOrEven)) }
        #expect(Array(bytes.dropLast()) == wanted, "\(level), \(dimension) components in turn \(turn), seed 41")
      }
    }
  }

  @Test("Whole numbers within a byte of the offset come back, and nothing else does", arguments: Kernels.available)
  func whole(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 42)
    for dimension in Array(0...70) + [784] {
      for offset in [0, 128, -65_000] as [Float] {
        let bytes = (0..<dimension).map { _ in Int16(generator.next() % 256) - 128 }
        var vector = bytes.map { Float($0) + offset }
        var out = [Int16](repeating: 99, count: dimension + 1)
        let edge = EdgeFloats(vector, slack: dimension & 3)
        #expect(
          unsafe kernels.to_whole(edge.start, offset, dimension, &out) == 1, "\(level), \(dimension), offset \(offset)")
        #expect(Array(out.dropLast()) == bytes && out.last == 99, "\(level), \(dimension), offset \(offset), seed 42")
        if dimension == 0 { continue }
        let place = dimension / 2
        for value in [128, -129, 0.5, -0.0, 1e30, .nan, .infinity, -.infinity] as [Float] {
          vector[place] = offset == 0 ? value : offset + value
          if offset != 0 && value.magnitude < 1 { continue }
          #expect(unsafe kernels.to_whole(vector, offset, dimension, &out) == 0, "\(level), \(dimension), \(value)")
        }
      }
    }
  }
}
