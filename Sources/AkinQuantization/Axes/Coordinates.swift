import AkinVectors
import CAkinKernels

/// What is done to vectors before their coordinates become byte codes, in row codes and in block codes alike.
package enum Coordinates {
  /// What a vector is multiplied by to have length 1; 0 for a zero vector.
  @unsafe package static func unitScale(
    _ vector: UnsafePointer<Float>, _ dimension: Int, _ kernels: UnsafePointer<akin_kernels>
  ) -> Double {
    let norm = unsafe kernels.pointee.dot64(vector, vector, dimension).squareRoot()
    return norm > 0 ? 1 / norm : 0
  }

  /// The mean of vectors, taken at length 1 or as they are.
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

  /// `count` vectors spread evenly over all, relative to `mean`, taken at length 1 or as they are.
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

  /// A number of steps as a whole one, -127 to 127, ties to even; a NaN becomes the least.
  @inlinable
  package static func steps(_ value: Double) -> Double {
    let limited = value > -127 ? (value < 127 ? value : 127) : -127
    // At 2⁵² a double has no place left for fractions. (`rounded` is a call on CPUs of the first generation.)
    return (limited + 0x1.8p52) - 0x1.8p52
  }
}
