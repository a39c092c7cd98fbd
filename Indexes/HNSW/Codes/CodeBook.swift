import AkinSupport
import AkinVectors
import CAkinKernels

/// How vectors become byte codes to walk by: a signed byte for each component, or for each of a few axes.
///
/// A vector of 784 floats fills 49 cache lines, its code of 128 bytes two: a walk that waits for memory is several times
/// as fast. Codes only lead the walk; what it finds is scored again from the vectors.
///
/// A vector (at length 1 under cosine) is taken relative to the mean of all. Narrow ones are coded component by component;
/// wide ones are first turned onto 128 axes that span the directions of most spread. Each coordinate is rounded to a
/// multiple of one step, -127 to 127. What the mean adds to an inner product is the same for all items. Under Euclidean
/// distance with axes a float beside the code, the tail, says how much of the squared length the axes leave out.
@safe struct CodeBook {
  /// Vectors up to this many components are coded as they are, wider ones along axes.
  static let widestPlain = 256
  /// Axes of a code, its bytes.
  static let width = 128
  /// The widths that a file may have.
  static let widths = 64...1024

  let metric: Metric
  let dimension: Int
  /// Bytes of a code, a multiple of 64: one an axis, or one a component and zeros.
  let width: Int
  /// The value of one step.
  let step: Float
  /// The mean of all vectors, taken off before turning.
  let mean: UnsafePointer<Float>
  /// The axes as rows; `nil` where components are coded as they are.
  let axes: EmbeddingMatrix?
  let owner: AnyObject

  /// The axes as a product wants them. O(*dimension* · axes).
  func panels(_ kernels: akin_kernels) -> AlignedFloats {
    let panels = AlignedFloats(count: width * dimension)
    if let axes {
      unsafe kernels.pack(axes.base, axes.stride, dimension, axes.count, panels.floats.baseAddress)
    }
    return panels
  }

  /// The coordinates of a vector in double, the same at every CPU level: what codes and tails are made from.
  ///
  /// - Parameters:
  ///   - scratch: `dimension` floats.
  ///   - coordinates: `width` doubles.
  /// - Returns: The squared length of what the coordinates leave out; 0 where rounding left less.
  func place(
    _ vector: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>, _ coordinates: inout [Double],
    kernels: UnsafePointer<akin_kernels>
  ) -> Double {
    let scale = unsafe metric == .cosine ? Coordinates.unitScale(vector, dimension, kernels) : 1
    for component in 0..<dimension {
      unsafe scratch[component] = Float(Double(vector[component]) * scale - Double(mean[component]))
    }
    guard let axes else {
      for component in 0..<dimension { coordinates[component] = unsafe Double(scratch[component]) }
      for place in dimension..<width { coordinates[place] = 0 }
      return 0
    }
    var rest = unsafe kernels.pointee.dot64(scratch, scratch, dimension)
    for axis in 0..<axes.count {
      let value = unsafe kernels.pointee.dot64(scratch, axes.base + axis * axes.stride, dimension)
      coordinates[axis] = value
      rest -= value * value
    }
    return rest > 0 ? rest : 0
  }

  /// A coordinate as a number of steps; a NaN, which only a hostile file can bring here, becomes the least.
  @inline(__always)
  static func steps(_ coordinate: Double, perStep inverse: Double) -> Int8 {
    Int8(Coordinates.steps(coordinate * inverse))
  }
}
