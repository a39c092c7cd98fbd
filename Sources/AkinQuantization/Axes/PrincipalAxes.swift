import AkinSupport
import AkinVectors
import CAkinKernels

/// The principal axes of vectors: the leading eigenvectors of their second moments.
///
/// Computed by subspace iteration (Halko, Martinsson, Tropp 2011, section 4.5) and sorted by one small
/// eigendecomposition (Rayleigh–Ritz).
enum PrincipalAxes {
  /// Extra directions of the iteration, so that the last requested ones converge too.
  private static let extra = 16
  private static let rounds = 4

  /// Returns `count` orthonormal axes, largest spread first, as rows of a matrix, and their share of the total spread.
  ///
  /// - Parameters:
  ///   - rows: At least one row; the spread is about the origin.
  ///   - count: At most the dimension of the rows.
  /// - Complexity: O(*rows* · *d*²) for the second moments, O(*d*² · *count*) for each of four rounds.
  static func find(
    in rows: EmbeddingMatrix, count: Int, kernels: UnsafePointer<akin_kernels>
  ) -> (axes: EmbeddingMatrix, share: Double) {
    let dimension = rows.dimension
    let moments = moments(of: rows, level: unsafe kernels.pointee.level)
    let width = min(dimension, count + extra)
    let random = CounterRandom(seed: 0, purpose: 7)
    var axes = Directions(count: width, dimension: dimension) { random.normal(at: UInt64($0)) }
    axes.orthonormalise()
    for _ in 0..<rounds {
      axes = unsafe axes.times(moments, kernels)
      axes.orthonormalise()
    }
    let image = unsafe axes.times(moments, kernels)
    var small = [Double](repeating: 0, count: width * width)
    for i in 0..<width {
      for j in 0...i {
        let value = (axes.dot(i, image, j) + axes.dot(j, image, i)) / 2
        small[i * width + j] = value
        small[j * width + i] = value
      }
    }
    var values = [Double](repeating: 0, count: width)
    var work = [Double](repeating: 0, count: 3 * width)
    // Not finite, so the iteration did not converge: a share of 0 rejects these axes.
    guard unsafe akin_eigen(&small, width, &values, &work) == 0 else {
      return (EmbeddingMatrix(uniformRows: [], dimension: dimension), 0)
    }
    let order = (0..<width).sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }.prefix(count)
    let whole = (0..<dimension).reduce(0) { $0 + Double(moments[Row($1)][$1]) }
    let kept = order.reduce(0) { $0 + values[$1] }
    let found = unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      for (place, axis) in order.enumerated() {
        let turned = axes.combined(by: small[axis * width..<(axis + 1) * width])
        for component in 0..<dimension { unsafe floats[place * stride + component] = Float(turned[component]) }
      }
    }
    return (found, whole > 0 ? kept / whole : 0)
  }

  /// Orthonormal axes, rotated among themselves by a fixed random rotation: they keep their span, and no coordinate is
  /// much larger than the others, as codes with one common step need.
  static func mixed(_ axes: EmbeddingMatrix) -> EmbeddingMatrix {
    let random = CounterRandom(seed: 0, purpose: 8)
    let count = axes.count
    var turn = Directions(count: count, dimension: count) { random.normal(at: UInt64($0)) }
    turn.orthonormalise()
    let dimension = axes.dimension
    var sums = [Double](repeating: 0, count: dimension)
    return unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        guard let sums = sums.baseAddress else { return }
        for row in 0..<count {
          unsafe sums.update(repeating: 0, count: dimension)
          for other in 0..<count {
            // Safe: an axis and the sums have `dimension` numbers.
            let (weight, axis) = unsafe (turn[row, other], axes.base + other * axes.stride)
            var component = 0
            while component < dimension {
              unsafe sums[component] += weight * Double(axis[component])
              component &+= 1
            }
          }
          for component in 0..<dimension { unsafe floats[row * stride + component] = Float(sums[component]) }
        }
      }
    }
  }

  /// The second moments, summed in double, as a full symmetric matrix.
  private static func moments(of rows: EmbeddingMatrix, level: akin_level) -> EmbeddingMatrix {
    let stride = rows.stride
    var sums = [Double](repeating: 0, count: stride * stride)
    let scratch = AlignedFloats(count: stride * stride)
    guard let solver = unsafe akin_solver_at(level) ?? akin_solver_at(AKIN_SCALAR) else { return rows }
    unsafe solver.pointee.gramian(rows.base, stride, rows.count, scratch.floats.baseAddress, &sums)
    return unsafe EmbeddingMatrix(count: rows.dimension, dimension: rows.dimension) { floats, width in
      for i in 0..<rows.dimension {
        for j in i..<rows.dimension {
          let value = Float(sums[i * stride + j] / Double(rows.count))
          unsafe floats[i * width + j] = value
          unsafe floats[j * width + i] = value
        }
      }
    }
  }
}

/// A few contiguous vectors in double.
struct Directions {
  let count: Int
  let dimension: Int
  private var numbers: [Double]

  init(count: Int, dimension: Int, _ number: (Int) -> Double) {
    self.count = count
    self.dimension = dimension
    numbers = (0..<count * dimension).map(number)
  }

  /// A component of a vector.
  subscript(index: Int, component: Int) -> Double { numbers[index * dimension + component] }

  /// The product of each vector with a symmetric matrix.
  func times(_ matrix: EmbeddingMatrix, _ kernels: UnsafePointer<akin_kernels>) -> Directions {
    var product = self
    var image = [Float](repeating: 0, count: dimension)
    for index in 0..<count {
      let vector = numbers[index * dimension..<(index + 1) * dimension].map { Float($0) }
      unsafe kernels.pointee.dot_run(vector, matrix.base, matrix.stride, dimension, dimension, &image)
      for component in 0..<dimension { product.numbers[index * dimension + component] = Double(image[component]) }
    }
    return product
  }

  /// The inner product of a vector with one of `other`.
  func dot(_ index: Int, _ other: Directions, _ otherIndex: Int) -> Double {
    precondition(index < count && otherIndex < other.count && dimension == other.dimension, "vectors that there are")
    return unsafe numbers.withUnsafeBufferPointer { a in
      unsafe other.numbers.withUnsafeBufferPointer { b in
        guard let a = a.baseAddress, let b = b.baseAddress else { return 0 }
        // Safe: both vectors are there.
        return unsafe Directions.dot(a + index * dimension, b + otherIndex * dimension, dimension)
      }
    }
  }

  /// The weighted sum of all vectors.
  func combined(by weights: ArraySlice<Double>) -> [Double] {
    precondition(weights.count == count, "a weight for each vector")
    var sum = [Double](repeating: 0, count: dimension)
    unsafe sum.withUnsafeMutableBufferPointer { sum in
      unsafe numbers.withUnsafeBufferPointer { numbers in
        guard let sum = sum.baseAddress, let numbers = numbers.baseAddress else { return }
        for (index, weight) in weights.enumerated() {
          // Safe: there are `count` vectors.
          unsafe Directions.add(weight, numbers + index * dimension, to: sum, dimension)
        }
      }
    }
    return sum
  }

  /// Gram–Schmidt, twice, which is enough (Giraud, Langou, Rozložník 2005); a vector that vanishes becomes zero.
  mutating func orthonormalise() {
    let (count, dimension) = (count, dimension)
    unsafe numbers.withUnsafeMutableBufferPointer { all in
      guard let first = all.baseAddress else { return }
      for index in 0..<count {
        // Safe: there are `count` vectors of `dimension` numbers.
        let vector = unsafe first + index * dimension
        for _ in 0..<2 {
          for earlier in 0..<index {
            let other = unsafe first + earlier * dimension
            let overlap = unsafe Directions.dot(vector, other, dimension)
            unsafe Directions.add(-overlap, other, to: vector, dimension)
          }
        }
        let norm = unsafe Directions.dot(vector, vector, dimension).squareRoot()
        let scale = norm > 0 ? 1 / norm : 0
        for component in 0..<dimension { unsafe vector[component] *= scale }
      }
    }
  }

  // Plain loops over pointers: they are most of what unoptimised builds do here.

  @unsafe private static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    var sum = 0.0
    var component = 0
    while component < count {
      unsafe sum += a[component] * b[component]
      component &+= 1
    }
    return sum
  }

  /// Adds `weight` times a vector to a sum.
  @unsafe private static func add(
    _ weight: Double, _ vector: UnsafePointer<Double>, to sum: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    var component = 0
    while component < count {
      unsafe sum[component] += weight * vector[component]
      component &+= 1
    }
  }
}
