import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("One vector against another, at every level")
struct KernelPairTests {
  @Test("dot and squared_euclidean stay within the rounding bound of the exact sum", arguments: Kernels.available)
  func withinBound(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 1)
    for dimension in kernelDimensions {
      for slack in 0...3 {
        let a = EdgeFloats(rows: 1, dimension: dimension, stride: dimension, slack: slack, generator: &generator)
        let b = EdgeFloats(
          rows: 1, dimension: dimension, stride: dimension, slack: (slack + dimension) & 3, generator: &generator)
        let dot = unsafe ExactSum.dot(a.start, b.start, dimension)
        let squared = unsafe ExactSum.squaredEuclidean(a.start, b.start, dimension)
        let gotDot = unsafe Double(kernels.dot(a.start, b.start, dimension))
        let gotSquared = unsafe Double(kernels.squared_euclidean(a.start, b.start, dimension))
        unsafe #expect(abs(gotDot - dot.value) <= dot.tolerance, "\(level), dimension \(dimension), slack \(slack)")
        unsafe #expect(
          abs(gotSquared - squared.value) <= squared.tolerance, "\(level), dimension \(dimension), slack \(slack)")
      }
    }
  }

  @Test("The 64-bit ones give the same bits at every level", arguments: Kernels.available)
  func sameBits(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    let scalar = unsafe kernelTable(.scalar)
    var generator = SeededGenerator(seed: 2)
    for dimension in kernelDimensions {
      let slack = dimension & 3
      let a = EdgeFloats(rows: 1, dimension: dimension, stride: dimension, slack: slack, generator: &generator)
      let b = EdgeFloats(rows: 1, dimension: dimension, stride: dimension, slack: 3 - slack, generator: &generator)
      // Sizes far apart, so that the order of the additions shows.
      for j in 0..<dimension { unsafe a.floats[j] *= j % 3 == 0 ? 0x1p20 : 0x1p-20 }
      let dot = unsafe kernels.dot64(a.start, b.start, dimension)
      let squared = unsafe kernels.squared_euclidean64(a.start, b.start, dimension)
      unsafe #expect(dot == scalar.dot64(a.start, b.start, dimension), "\(level), dimension \(dimension)")
      unsafe #expect(
        squared == scalar.squared_euclidean64(a.start, b.start, dimension), "\(level), dimension \(dimension)")
      #expect(dot == lanesInDouble(a, b, dimension) { $0 * $1 }, "\(level), dimension \(dimension)")
      #expect(
        squared == lanesInDouble(a, b, dimension) { ($0 - $1) * ($0 - $1) }, "\(level), dimension \(dimension)")
      var square = 0.0
      unsafe #expect(kernels.dot_and_square64(b.start, a.start, dimension, &square) == dot)
      #expect(square == lanesInDouble(a, a, dimension) { $0 * $1 }, "\(level), dimension \(dimension)")
    }
  }

  @Test("A vector's distance to itself is zero, and no components give zero", arguments: Kernels.available)
  func zero(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 3)
    let a = EdgeFloats(rows: 1, dimension: 97, stride: 97, slack: 1, generator: &generator)
    unsafe #expect(kernels.squared_euclidean(a.start, a.start, 97) == 0)
    unsafe #expect(kernels.squared_euclidean64(a.start, a.start, 97) == 0)
    unsafe #expect(kernels.dot(a.start, a.start, 0) == 0)
    unsafe #expect(kernels.dot64(a.start, a.start, 0) == 0)
  }

  @Test("NaN and infinity among the components come through", arguments: Kernels.available)
  func notFinite(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 4)
    for dimension in [1, 7, 16, 33, 65, 100] {
      for place in [0, dimension / 2, dimension - 1] {
        let a = EdgeFloats(rows: 1, dimension: dimension, stride: dimension, slack: 0, generator: &generator)
        let b = EdgeFloats(rows: 1, dimension: dimension, stride: dimension, slack: 0, generator: &generator)
        unsafe a.floats[place] = .infinity
        unsafe b.floats[place] = 1
        unsafe #expect(kernels.dot(a.start, b.start, dimension) == .infinity)
        unsafe #expect(kernels.squared_euclidean64(a.start, b.start, dimension) == .infinity)
        unsafe a.floats[place] = .nan
        unsafe #expect(kernels.dot(a.start, b.start, dimension).isNaN)
        unsafe #expect(kernels.squared_euclidean(a.start, b.start, dimension).isNaN)
        unsafe #expect(kernels.dot64(a.start, b.start, dimension).isNaN)
      }
    }
  }
}

/// The header's rule for the 64-bit sums, word for word.
private func lanesInDouble(
  _ a: EdgeFloats, _ b: EdgeFloats, _ dimension: Int, term: (Double, Double) -> Double
) -> Double {
  var lane = [Double](repeating: 0, count: 8)
  for j in 0..<dimension { unsafe lane[j % 8] += term(Double(a.floats[j]), Double(b.floats[j])) }
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]))
}
