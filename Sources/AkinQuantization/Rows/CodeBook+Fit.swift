import AkinSupport
import AkinVectors
import CAkinKernels

extension CodeBook {
  /// The number of rows, spread evenly, that the axes and the step are computed from.
  private static let sampleRows = 16_384

  /// The book for some vectors, and their mean; `nil` where no axes were found for wide ones.
  ///
  /// How much of the spread the axes keep does not tell how good codes are: with the half that 256 of 1,536 axes kept of
  /// clustered vectors, nine of the ten nearest items were as near by codes. The owner compares neighbours.
  ///
  /// - Parameter axisCount: The number of axes for wide vectors, at most their dimension.
  /// - Complexity: O(*items* · *dimension*), and O(*sample* · *dimension* · axes) on all threads.
  static func fitted(
    to items: EmbeddingMatrix, metric: Metric, axisCount: Int, kernels: UnsafePointer<akin_kernels>,
    execution: Execution
  ) throws -> (book: CodeBook, mean: [Float])? {
    let (dimension, isUnit) = (items.dimension, metric == .cosine)
    let mean = unsafe Coordinates.mean(of: items, atUnitLength: isUnit, kernels)
    var axes: EmbeddingMatrix?
    if dimension > widestPlain {
      let sample = unsafe Coordinates.sample(
        min(items.count, sampleRows), of: items, relativeTo: mean, atUnitLength: isUnit, kernels)
      let found = unsafe PrincipalAxes.find(in: sample, count: axisCount, kernels: kernels)
      guard found.share > 0 else { return nil }
      axes = unsafe PrincipalAxes.mixed(found.axes, kernels: kernels)
    }
    let column = AlignedFloats(count: dimension)
    for component in 0..<dimension { unsafe column.floats[component] = mean[component] }
    func book(step: Float) -> CodeBook {
      unsafe CodeBook(
        metric: metric, dimension: dimension,
        width: axes == nil ? componentWidth(dimension: dimension) : axisCount / 2,
        step: step, mean: UnsafePointer(column.floats.baseAddress!), axes: axes, owner: column)
    }
    let step = try unsafe book(step: 1).step(for: items, kernels: kernels, execution: execution)
    return (book(step: step > 0 && step.isFinite ? step : 1), mean)
  }

  /// The step for the coordinates of a sample: the largest is 127 steps; along axes, the root mean square is
  /// ``stepsOfSpread`` steps.
  private func step(
    for items: EmbeddingMatrix, kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws -> Float {
    let taken = min(items.count, CodeBook.sampleRows)
    let rotated = unsafe RotatedAxes(self, kernels: kernels)
    // For each vector, the largest coordinate, or along axes the sum of squares.
    var spread = [Double](repeating: 0, count: taken)
    try unsafe spread.withUnsafeMutableBufferPointer { spread in
      // Safe: each place is written by the one chunk that holds it.
      let spread = unsafe spread
      try execution.forEachChunk(of: taken, by: 256) { _, range in
        var scratch = [Float](repeating: 0, count: dimension)
        var coordinates = [Float](repeating: 0, count: count)
        for place in range {
          let vector = unsafe items.base + place * items.count / taken * items.stride
          _ = unsafe self.place(vector, axes: rotated, scratch: &scratch, &coordinates, kernels: kernels)
          unsafe spread[place] =
            axes == nil
            ? Double(coordinates.reduce(0) { max($0, abs($1)) })
            : coordinates.reduce(0) { $0 + Double($1) * Double($1) }
        }
      }
    }
    if axes == nil { return Float((spread.max() ?? 0) / 127) }
    return Float((spread.reduce(0, +) / Double(taken * count)).squareRoot() / CodeBook.stepsOfSpread)
  }
}
