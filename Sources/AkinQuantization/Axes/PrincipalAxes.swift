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
    var axes = unsafe Directions(count: width, dimension: dimension, kernels: kernels) { random.normal(at: UInt64($0)) }
    axes.orthonormalise()
    for _ in 0..<rounds {
      axes = axes.times(moments)
      axes.orthonormalise()
    }
    let image = axes.times(moments)
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
    let order = (0..<width).sorted { (one: Int, other: Int) -> Bool in
      values[one] != values[other] ? values[one] > values[other] : one < other
    }.prefix(count)
    let whole = (0..<dimension).reduce(0) { $0 + Double(moments[Row($1)][$1]) }
    let kept = order.reduce(0) { $0 + values[$1] }
    let found = unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      for (place, axis) in order.enumerated() {
        let turned = axes.combined { small[axis * width + $0] }
        for component in 0..<dimension { unsafe floats[place * stride + component] = Float(turned[component]) }
      }
    }
    return (found, whole > 0 ? kept / whole : 0)
  }

  /// Orthonormal axes, rotated among themselves by a fixed random rotation: they keep their span, and no coordinate is
  /// much larger than the others, as codes with one common step need.
  static func mixed(_ axes: EmbeddingMatrix, kernels: UnsafePointer<akin_kernels>) -> EmbeddingMatrix {
    let random = CounterRandom(seed: 0, purpose: 8)
    let (count, dimension) = (axes.count, axes.dimension)
    let rotation = unsafe Directions(count: count, dimension: count, kernels: kernels) { random.normal(at: UInt64($0)) }
    rotation.orthonormalise()
    let wide = unsafe Directions(count: count, dimension: dimension, kernels: kernels) { place in
      // Safe: an axis has `dimension` numbers.
      unsafe Double(axes.base[place / dimension * axes.stride + place % dimension])
    }
    return unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      for row in 0..<count {
        let mixture = wide.combined { rotation[row, $0] }
        for component in 0..<dimension { unsafe floats[row * stride + component] = Float(mixture[component]) }
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
