import AkinSupport
import AkinVectors
import CAkinKernels

/// The coordinates of block codes: the components of vectors, or coordinates along the principal axes of the items.
///
/// Under Euclidean distance, vectors are relative to the mean of the items; under cosine, they are normalised. The axes
/// span the directions of largest spread, rotated among themselves at random so that no coordinate is much larger than
/// the others: codes share one step.
@safe package struct Rotation: @unchecked Sendable {
  // Safe: the table of kernels is constant, and nothing writes the axes or their panels after `init`.

  /// The largest number of components without axes.
  package static let widestPlain = 256
  /// The number of axes, and the smallest share of the spread that they must keep.
  private static let axisCount = 128
  private static let leastShare = 0.8
  /// The number of items, spread evenly, that the axes are computed from.
  private static let sampleRows = 8192

  private let axes: EmbeddingMatrix?
  private let mean: EmbeddingMatrix?
  /// The axes in panels.
  private let panels: AlignedFloats?
  /// Components of a vector.
  package let dimension: Int
  private let stride: Int
  /// The rounding error of the coordinates of a vector, as a share of its length.
  private let roundoff: Double
  /// The same error for the components of the vector.
  private static let plainRoundoff = 0x1p-22
  /// Whether vectors are normalised.
  package let isUnit: Bool
  /// An upper bound on the spectral norm of AAᵀ - I.
  package let skew: Double
  private let kernels: UnsafePointer<akin_kernels>

  /// The number of coordinates.
  package var coordinates: Int { axes?.count ?? dimension }
  /// Whether coordinates are components, so that nothing is left out.
  package var isPlain: Bool { axes == nil }
  /// Whether coordinates are the unchanged components.
  package var isIdentity: Bool { axes == nil && mean == nil && !isUnit }

  /// Creates the identity: coordinates are components.
  package init(identity dimension: Int, kernels: UnsafePointer<akin_kernels>) {
    unsafe self.kernels = unsafe kernels
    self.dimension = dimension
    stride = EmbeddingMatrix.stride(forDimension: dimension)
    isUnit = false
    mean = nil
    axes = nil
    panels = nil
    skew = 0
    roundoff = Rotation.plainRoundoff
  }

  /// Creates coordinates that are components relative to a vector.
  ///
  /// - Parameter centre: What to subtract: as many components as vectors have.
  package init(relativeTo centre: [Float], kernels: UnsafePointer<akin_kernels>) {
    unsafe self.kernels = unsafe kernels
    dimension = centre.count
    stride = EmbeddingMatrix.stride(forDimension: centre.count)
    isUnit = false
    mean = EmbeddingMatrix(uniformRows: [centre], dimension: centre.count)
    axes = nil
    panels = nil
    skew = 0
    roundoff = Rotation.plainRoundoff
  }

  /// Computes the axes of `items`, where they are needed and keep enough of the spread.
  ///
  /// - Complexity: O(*sample* · *dimension*²) with axes.
  package init(for items: EmbeddingMatrix, metric: Metric, kernels: UnsafePointer<akin_kernels>) {
    unsafe self.kernels = unsafe kernels
    dimension = items.dimension
    isUnit = metric == .cosine
    let mean = unsafe metric == .euclidean ? Rotation.mean(of: items, kernels) : nil
    self.mean = mean.map { EmbeddingMatrix(uniformRows: [$0], dimension: items.dimension) }
    stride = items.stride
    guard items.dimension > Self.widestPlain, items.count >= 2 * items.dimension,
      let (axes, skew) = unsafe Rotation.axes(of: items, mean: mean, isUnit: isUnit, kernels)
    else {
      axes = nil
      panels = nil
      skew = 0
      roundoff = Rotation.plainRoundoff
      return
    }
    self.axes = axes
    self.skew = skew
    let panels = AlignedFloats(count: (axes.count + 15) / 16 * 16 * axes.dimension)
    unsafe kernels.pointee.pack(
      axes.base, axes.stride, axes.dimension, axes.count, panels.floats.baseAddress)
    self.panels = panels
    // Each coordinate is a sum of d products of components that were rounded once or twice (``RoundingBound``).
    let n = Double(dimension + 4) * 0x1p-24
    roundoff = n / (1 - n) * Double(axes.count).squareRoot() * (1 + 0x1p-8)
  }

  /// Axes that keep enough of the spread of the items, or `nil`.
  private static func axes(
    of items: EmbeddingMatrix, mean: [Float]?, isUnit: Bool, _ kernels: UnsafePointer<akin_kernels>
  ) -> (EmbeddingMatrix, skew: Double)? {
    let sample = unsafe Coordinates.sample(
      min(items.count, sampleRows), of: items, relativeTo: mean, atUnitLength: isUnit, kernels)
    let found = unsafe PrincipalAxes.find(in: sample, count: axisCount, kernels: kernels)
    guard found.share >= leastShare else { return nil }
    let axes = unsafe PrincipalAxes.mixed(found.axes, kernels: kernels)
    let skew = unsafe Rotation.skew(of: axes, kernels)
    return skew < 0x1p-12 ? (axes, skew) : nil
  }

  /// The mean of all items, or zeros.
  private static func mean(of items: EmbeddingMatrix, _ kernels: UnsafePointer<akin_kernels>) -> [Float] {
    let mean = unsafe Coordinates.mean(of: items, atUnitLength: false, kernels)
    // Items that are not finite have no mean and need none: their blocks have no codes.
    return mean.allSatisfy { $0.magnitude < 0x1p100 } ? mean : mean.map { _ in 0 }
  }

  /// The lengths of a vector that bounds need.
  package struct Lengths: Sendable {
    /// The squared length (relative to the mean, or normalised).
    package var square = 0.0
    /// The squared length of the part outside the axes, rounded up.
    package var rest = 0.0
    /// The error of the coordinates.
    package var error = 0.0
  }

  /// The lengths of a vector whose coordinates are its components.
  func lengths(norm: Double) -> Lengths { Lengths(square: norm * norm, rest: 0, error: norm * roundoff) }

  /// Writes the coordinates and lengths of consecutive vectors.
  ///
  /// - Parameters:
  ///   - vectors: `count` rows of ``dimension`` floats at a stride of `rowStride` floats.
  ///   - coordinates: Room for `count` × `width` floats, where `width` is ``coordinates`` rounded up to 16.
  @unsafe func place(
    _ vectors: UnsafePointer<Float>, stride rowStride: Int, count: Int, into coordinates: UnsafeMutablePointer<Float>,
    _ lengths: UnsafeMutablePointer<Lengths>
  ) {
    let width = paddedCoordinates
    let moved = AlignedFloats(count: count * stride)
    for place in 0..<count {
      // Safe: a row has `dimension` floats, and there is room for `stride` of each.
      let vector = unsafe vectors + place * rowStride
      let target = unsafe moved.floats.baseAddress! + place * stride
      let scale = unsafe isUnit ? Coordinates.unitScale(vector, dimension, kernels) : 1
      if let mean {
        for component in 0..<dimension { unsafe target[component] = vector[component] - mean.base[component] }
      } else if isUnit {
        for component in 0..<dimension { unsafe target[component] = Float(Double(vector[component]) * scale) }
      } else {
        unsafe target.update(from: vector, count: dimension)
      }
      let square = unsafe kernels.pointee.dot64(target, target, dimension)
      unsafe lengths[place] = Lengths(square: square, rest: 0, error: square.squareRoot() * roundoff)
      if panels == nil { unsafe (coordinates + place * width).update(from: target, count: dimension) }
    }
    guard let axes, let panels else { return }
    // Safe: the panels hold the axes, and each row of coordinates has a place for all their lanes.
    unsafe kernels.pointee.product(
      moved.floats.baseAddress, stride, count, panels.floats.baseAddress, (axes.count + 15) / 16, dimension, nil,
      coordinates, width)
    for place in 0..<count {
      let kept = unsafe kernels.pointee.dot64(coordinates + place * width, coordinates + place * width, axes.count)
      let (square, error) = unsafe (lengths[place].square, lengths[place].error)
      // x - AᵀAx|² ≤ |x|² - |Ax|² + δ|Ax|², |Ax| ≥ |a| - error, and 2⁻²⁰ exceeds all other roundings here.
      let least = max(0, kept.squareRoot() - error)
      unsafe lengths[place].rest = max(0, square - least * least) + skew * square + 0x1p-20 * square
    }
  }

  /// The stride of coordinates, in floats.
  package var paddedCoordinates: Int { (coordinates + 15) & ~15 }

  /// An upper bound on the Frobenius norm of AAᵀ - I.
  private static func skew(of axes: EmbeddingMatrix, _ kernels: UnsafePointer<akin_kernels>) -> Double {
    var sum = 0.0
    for i in 0..<axes.count {
      for j in 0..<axes.count {
        let product = unsafe kernels.pointee.dot64(
          axes.base + i * axes.stride, axes.base + j * axes.stride, axes.dimension)
        let off = product - (i == j ? 1 : 0)
        sum += off * off
      }
    }
    return sum.squareRoot() * (1 + 0x1p-20) + 0x1p-40
  }
}
