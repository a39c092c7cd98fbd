import AkinVectors
import CAkinKernels

/// A few vectors in double, by the trainers' loops in double precision (akin_dense.h).
@safe final class Directions {
  // Safe: memory and loops live as long as this, and an index is compared or the caller's to know.
  let count: Int
  let dimension: Int
  /// Doubles from one vector to the next: the loops take eight at a time, and what is behind a vector is 0.
  private let stride: Int
  /// Two floats for each double.
  private let memory: AlignedFloats
  private let numbers: UnsafeMutablePointer<Double>
  private let loops: UnsafePointer<akin_dense>
  private let kernels: UnsafePointer<akin_kernels>

  /// Creates vectors of 0.
  private init(zero count: Int, dimension: Int, kernels: UnsafePointer<akin_kernels>) {
    (self.count, self.dimension) = (count, dimension)
    stride = (dimension + 7) & ~7
    memory = AlignedFloats(count: 2 * count * stride)
    // Safe: memory that nothing else has read or written, aligned to 64 bytes, as long as its owner, which this keeps.
    unsafe numbers = UnsafeMutableRawPointer(memory.floats.baseAddress!)
      .bindMemory(to: Double.self, capacity: count * stride)
    unsafe self.kernels = unsafe kernels
    guard let loops = unsafe akin_dense_at(kernels.pointee.level) ?? akin_dense_at(AKIN_SCALAR) else {
      preconditionFailure("every build has the scalar loops")
    }
    unsafe self.loops = unsafe loops
  }

  /// Creates vectors of numbers that follow from their places: the place of a component is *vector* · *dimension* + *component*.
  convenience init(
    count: Int, dimension: Int, kernels: UnsafePointer<akin_kernels>, _ number: (_ place: Int) -> Double
  ) {
    unsafe self.init(zero: count, dimension: dimension, kernels: kernels)
    for index in 0..<count {
      // Safe: there are `count` vectors of `dimension` numbers.
      for component in 0..<dimension { unsafe self[index][component] = number(index * dimension + component) }
    }
  }

  /// A vector; the index must be one of `count`.
  @unsafe private subscript(index: Int) -> UnsafeMutablePointer<Double> { unsafe numbers + index * stride }

  /// A component of a vector.
  subscript(index: Int, component: Int) -> Double {
    precondition(index < count && component < dimension, "a component of a vector that there is")
    return unsafe self[index][component]
  }

  /// The product of each vector with a symmetric matrix.
  func times(_ matrix: EmbeddingMatrix) -> Directions {
    precondition(matrix.count == dimension && matrix.dimension == dimension, "a row and a column for each component")
    let product = unsafe Directions(zero: count, dimension: dimension, kernels: kernels)
    var vector = [Float](repeating: 0, count: dimension)
    var image = vector
    for index in 0..<count {
      // Safe: vector, image, and the rows of the matrix have `dimension` numbers.
      let (own, result) = unsafe (self[index], product[index])
      for component in 0..<dimension { vector[component] = unsafe Float(own[component]) }
      unsafe kernels.pointee.dot_run(vector, matrix.base, matrix.stride, dimension, dimension, &image)
      for component in 0..<dimension { unsafe result[component] = Double(image[component]) }
    }
    return product
  }

  /// The inner product of a vector with one of `other`.
  func dot(_ index: Int, _ other: Directions, _ otherIndex: Int) -> Double {
    precondition(index < count && otherIndex < other.count && dimension == other.dimension, "vectors that there are")
    return unsafe loops.pointee.dot(self[index], other[otherIndex], stride)
  }

  /// The weighted sum of all vectors.
  ///
  /// - Parameter weight: Gets the index of a vector.
  func combined(by weight: (Int) -> Double) -> [Double] {
    let sum = unsafe Directions(zero: 1, dimension: dimension, kernels: kernels)
    for index in 0..<count { unsafe loops.pointee.add(sum.numbers, 1, weight(index), self[index], stride) }
    return unsafe Array(UnsafeBufferPointer(start: sum.numbers, count: dimension))
  }

  /// Gram–Schmidt, twice, which is enough (Giraud, Langou, Rozložník 2005); a vector that vanishes becomes zero.
  ///
  /// - Complexity: O(*count*² · *dimension*).
  func orthonormalise() {
    for index in 0..<count {
      // Safe: there are `count` vectors of `stride` numbers.
      let vector = unsafe self[index]
      for _ in 0..<2 {
        for earlier in 0..<index {
          let other = unsafe self[earlier]
          unsafe loops.pointee.add(vector, 1, -loops.pointee.dot(vector, other, stride), other, stride)
        }
      }
      let norm = unsafe loops.pointee.dot(vector, vector, stride).squareRoot()
      unsafe loops.pointee.add(vector, norm > 0 ? 1 / norm : 0, 0, vector, stride)
    }
  }
}
