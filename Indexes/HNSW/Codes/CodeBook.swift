import AkinSupport
import AkinVectors
import CAkinKernels

/// How wide vectors become byte codes: one signed byte for each of their leading principal axes.
///
/// A vector of 784 floats fills 49 cache lines, its code of 128 bytes two: a walk that waits for memory is several times
/// as fast. Codes only lead the walk; what it finds is scored again from the vectors.
///
/// A vector is first brought into the space of its metric (less the mean under Euclidean distance; at length 1 under
/// cosine; as it is for inner products), then turned onto the axes, and each coordinate is rounded to a multiple of one
/// step, -127 to 127. Under Euclidean distance a float beside the code, the tail, says how much of the squared length the
/// axes leave out.
@safe struct CodeBook {
  /// Vectors up to this many components are walked by as they are: their own lines are few.
  static let widestPlain = 256
  /// Axes of a code, its bytes.
  static let width = 128
  /// The widths that a file may have.
  static let widths = 64...1024

  let metric: Metric
  let dimension: Int
  /// Bytes of a code, one an axis: a multiple of 64.
  var width: Int { axes.count }
  /// The value of one step.
  let step: Float
  /// Taken off before turning; zeros but under Euclidean distance.
  let mean: UnsafePointer<Float>
  /// The axes as rows.
  let axes: EmbeddingMatrix
  let owner: AnyObject

  /// The coordinates of a vector in double, the same at every CPU level: what codes and tails are made from.
  ///
  /// - Parameters:
  ///   - scratch: `dimension` floats.
  ///   - coordinates: `width` doubles.
  /// - Returns: The squared length of what the coordinates leave out.
  func place(
    _ vector: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>, _ coordinates: inout [Double],
    kernels: akin_kernels
  ) -> Double {
    let norm = unsafe metric == .cosine ? kernels.dot64(vector, vector, dimension).squareRoot() : 1
    let scale = norm > 0 ? 1 / norm : 0
    for component in 0..<dimension {
      unsafe scratch[component] = Float(Double(vector[component] - mean[component]) * scale)
    }
    var rest = unsafe kernels.dot64(scratch, scratch, dimension)
    for axis in 0..<axes.count {
      let value = unsafe kernels.dot64(scratch, axes.base + axis * axes.stride, dimension)
      coordinates[axis] = value
      rest -= value * value
    }
    return max(0, rest)
  }

  /// A coordinate as a number of steps; a NaN, which only a hostile file can bring here, becomes the least.
  @inline(__always)
  static func steps(_ coordinate: Double, perStep inverse: Double) -> Int8 {
    let value = (coordinate * inverse).rounded(.toNearestOrEven)
    return value > -127 ? (value < 127 ? Int8(value) : 127) : -127
  }
}
