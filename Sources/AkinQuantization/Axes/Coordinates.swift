import AkinVectors
import CAkinKernels

/// The steps from vectors to coordinates of byte codes, shared by row codes and block codes.
package enum Coordinates {
  /// The factor that normalises a vector; 0 for a zero vector.
  @unsafe package static func unitScale(
    _ vector: UnsafePointer<Float>, _ dimension: Int, _ kernels: UnsafePointer<akin_kernels>
  ) -> Double {
    let norm = unsafe kernels.pointee.dot64(vector, vector, dimension).squareRoot()
    return norm > 0 ? 1 / norm : 0
  }

  /// The mean of vectors, normalised or unchanged.
  ///
  /// - Complexity: O(*items* · *dimension*), in double.
  @unsafe package static func mean(
    of items: EmbeddingMatrix, atUnitLength isUnit: Bool, _ kernels: UnsafePointer<akin_kernels>
  ) -> [Float] {
    var sums = [Double](repeating: 0, count: items.dimension)
    for item in 0..<items.count {
      // Safe: the row lies inside the matrix.
      let vector = unsafe items.base + item * items.stride
      let scale = unsafe isUnit ? unitScale(vector, items.dimension, kernels) : 1
      for component in 0..<items.dimension { sums[component] += unsafe Double(vector[component]) * scale }
    }
    return sums.map { Float($0 / Double(max(1, items.count))) }
  }

  /// `count` vectors spread evenly over all, relative to `mean`, normalised or unchanged.
  @unsafe package static func sample(
    _ count: Int, of items: EmbeddingMatrix, relativeTo mean: [Float]?, atUnitLength isUnit: Bool,
    _ kernels: UnsafePointer<akin_kernels>
  ) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: count, dimension: items.dimension) { floats, stride in
      for place in 0..<count {
        // Safe: the row lies inside the matrix.
        let vector = unsafe items.base + place * items.count / count * items.stride
        let scale = unsafe isUnit ? unitScale(vector, items.dimension, kernels) : 1
        for component in 0..<items.dimension {
          let centre = mean.map { Double($0[component]) } ?? 0
          unsafe floats[place * stride + component] = Float(Double(vector[component]) * scale - centre)
        }
      }
    }
  }

  /// A number of steps rounded to a whole one, -127 to 127, ties to even; NaN becomes -127.
  @inlinable
  package static func steps(_ value: Double) -> Double {
    let limited = value > -127 ? (value < 127 ? value : 127) : -127
    // From 2⁵² on, doubles are whole numbers. (`rounded` is a function call on the oldest x86-64 CPUs.)
    return (limited + 0x1.8p52) - 0x1.8p52
  }
}
