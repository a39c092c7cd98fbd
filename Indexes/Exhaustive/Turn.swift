import AkinSupport
import AkinVectors
import CAkinKernels

/// How vectors become few coordinates: their own components, or those along the axes in which items spread most.
///
/// Under Euclidean distance vectors are taken relative to the items' mean, under cosine at length 1. The axes span the
/// directions of most spread, but are turned among themselves at random, so that no coordinate is much larger than
/// the others: codes share one step.
@safe struct Turn: Sendable {
  // Safe: the table of kernels is constant.

  /// Vectors up to this many components stay as they are.
  private static let widestPlain = 256
  /// Axes of wider ones, and the least share of the items' spread that these must keep.
  private static let axisCount = 128
  private static let leastShare = 0.8
  /// Items that the axes are taken from, spread evenly over all.
  private static let sampleRows = 8192

  private let axes: EmbeddingMatrix?
  private let mean: EmbeddingMatrix?
  /// Each axis' inner product with the mean, and the mean's with itself.
  private let meanCoordinates: [Double]
  private let meanSquare: Double
  private let dimension: Int
  /// Whether vectors are taken at length 1.
  let isUnit: Bool
  /// At least the spectral norm of AAᵀ - I.
  let skew: Double
  private nonisolated(unsafe) let kernels: UnsafePointer<akin_kernels>

  /// How many coordinates a vector has.
  var coordinates: Int { axes?.count ?? dimension }
  /// Whether coordinates are the vector's own components, so that nothing is left out.
  var isPlain: Bool { axes == nil }

  /// Finds the axes of `items`, where they are needed and keep enough.
  ///
  /// - Complexity: O(*sample* · *dimension*²) where axes are looked for.
  init(for items: EmbeddingMatrix, metric: Metric, kernels: UnsafePointer<akin_kernels>) {
    unsafe self.kernels = unsafe kernels
    dimension = items.dimension
    isUnit = metric == .cosine
    let mean = unsafe metric == .euclidean ? Turn.mean(of: items, kernels) : nil
    self.mean = mean
    meanSquare = mean.map { unsafe kernels.pointee.dot64($0.base, $0.base, $0.dimension) } ?? 0
    guard items.dimension > Self.widestPlain, items.count >= 2 * items.dimension,
      let (axes, skew) = unsafe Turn.axes(of: items, mean: mean, isUnit: isUnit, kernels)
    else {
      self.axes = nil
      skew = 0
      meanCoordinates = []
      return
    }
    self.axes = axes
    self.skew = skew
    meanCoordinates = (0..<axes.count).map { axis in
      mean.map { unsafe kernels.pointee.dot64($0.base, axes.base + axis * axes.stride, axes.dimension) } ?? 0
    }
  }

  /// Axes that keep enough of the items' spread, or `nil`.
  private static func axes(
    of items: EmbeddingMatrix, mean: EmbeddingMatrix?, isUnit: Bool, _ kernels: UnsafePointer<akin_kernels>
  ) -> (EmbeddingMatrix, skew: Double)? {
    let dimension = items.dimension
    let taken = min(items.count, sampleRows)
    let sample = unsafe EmbeddingMatrix(count: taken, dimension: dimension) { floats, stride in
      for place in 0..<taken {
        // Safe: the row lies inside the matrix.
        let vector = unsafe items.base + place * items.count / taken * items.stride
        let scale = unsafe isUnit ? Turn.unitScale(vector, dimension, kernels) : 1
        for component in 0..<dimension {
          let centre = mean.map { unsafe Double($0.base[component]) } ?? 0
          unsafe floats[place * stride + component] = Float(Double(vector[component]) * scale - centre)
        }
      }
    }
    let found = unsafe PrincipalAxes.find(in: sample, count: axisCount, kernels: kernels)
    guard found.share >= leastShare else { return nil }
    let axes = found.axes.mixed()
    let skew = unsafe Turn.skew(of: axes, kernels)
    return skew < 0x1p-10 ? (axes, skew) : nil
  }

  /// The mean of all items, as one row.
  private static func mean(of items: EmbeddingMatrix, _ kernels: UnsafePointer<akin_kernels>) -> EmbeddingMatrix {
    var sums = [Double](repeating: 0, count: items.dimension)
    for item in 0..<items.count {
      items.withRow(Row(item)) { vector in
        for component in 0..<vector.count { sums[component] += Double(vector[component]) }
      }
    }
    let mean = sums.map { Float($0 / Double(max(1, items.count))) }
    // Items that are not finite have no mean, and need none: their blocks are not coded.
    return EmbeddingMatrix(
      rows: [mean.allSatisfy { $0.magnitude < 0x1p100 } ? mean : mean.map { _ in 0 }], dimension: items.dimension)
  }

  /// Writes a vector's coordinates in double.
  ///
  /// - Parameters:
  ///   - vector: `dimension` floats.
  ///   - target: Room for `coordinates` doubles.
  /// - Returns: The squared length of the vector (relative to the mean, or at length 1), and that of what the coordinates
  ///   leave out, rounded up.
  @unsafe func place(
    _ vector: UnsafePointer<Float>, into target: UnsafeMutablePointer<Double>
  ) -> (square: Double, rest: Double) {
    let scale = unsafe isUnit ? Turn.unitScale(vector, dimension, kernels) : 1
    guard let axes else {
      var square = 0.0
      for component in 0..<dimension {
        var value = unsafe Double(vector[component]) * scale
        if let mean { value -= unsafe Double(mean.base[component]) }
        unsafe target[component] = value
        square += value * value
      }
      return (square, 0)
    }
    var kept = 0.0
    for axis in 0..<axes.count {
      let value =
        unsafe kernels.pointee.dot64(vector, axes.base + axis * axes.stride, dimension) * scale - meanCoordinates[axis]
      unsafe target[axis] = value
      kept += value * value
    }
    let own = unsafe kernels.pointee.dot64(vector, vector, dimension) * scale * scale
    let across = mean.map { unsafe kernels.pointee.dot64(vector, $0.base, dimension) } ?? 0
    let square = max(0, own - 2 * across + meanSquare)
    // |x - AᵀAx|² ≤ |x|² - |Ax|² + δ|Ax|², and 2⁻³⁰ is more than all roundings of float64 here.
    return (square, max(0, square - kept) + skew * kept + 0x1p-30 * (own + meanSquare))
  }

  /// What a vector is multiplied by to have length 1; 0 for a zero vector.
  private static func unitScale(
    _ vector: UnsafePointer<Float>, _ dimension: Int, _ kernels: UnsafePointer<akin_kernels>
  ) -> Double {
    let norm = unsafe kernels.pointee.dot64(vector, vector, dimension).squareRoot()
    return norm > 0 ? 1 / norm : 0
  }

  /// The Frobenius norm of AAᵀ - I, with room for rounding.
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

extension EmbeddingMatrix {
  /// Orthonormal rows turned among themselves at random, always in the same way: they span what they did.
  fileprivate func mixed() -> EmbeddingMatrix {
    let random = CounterRandom(seed: 0, purpose: 8)
    var signs = Directions(count: count, dimension: count) { random.normal(at: UInt64($0)) }
    signs.orthonormalise()
    return unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      for row in 0..<count {
        var sums = [Double](repeating: 0, count: dimension)
        for other in 0..<count {
          let weight = signs[row, other]
          for component in 0..<dimension { sums[component] += unsafe weight * Double(base[other * self.stride + component]) }
        }
        for component in 0..<dimension { unsafe floats[row * stride + component] = Float(sums[component]) }
      }
    }
  }
}
