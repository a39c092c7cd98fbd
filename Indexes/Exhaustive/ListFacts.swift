import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// Where the items of one list lie.
@safe package struct ListFacts {
  // Safe: positions are of items, and each has a bias where any has.

  /// The mean of the items.
  package let centre: [Float]
  /// At least the distance of any item from the centre.
  package let radius: Float
  /// The root of the mean squared difference of a component from that of the centre.
  package let deviation: Float
  /// The mean of the biases, their standard deviation, and the greatest; 0 without biases.
  package let bias: (mean: Float, deviation: Float, greatest: Float)

  /// Floats behind a centre, padded like a vector, in a row of a file: radius, deviation, those of biases, and zeros.
  private static let others = 8

  /// Floats of a row of a file.
  package static func floats(dimension: Int) -> Int { EmbeddingMatrix.stride(forDimension: dimension) + others }

  /// - Parameter positions: The items of the list, at least one.
  init(_ positions: ArraySlice<UInt32>, of source: UnitRows) {
    let (index, items) = (source.index, source.gathered(positions))
    centre = unsafe Coordinates.mean(of: items, atUnitLength: false, index.kernels)
    var (sum, greatest) = (0.0, 0.0)
    for item in 0..<items.count {
      // Safe: the row lies inside the matrix, and the centre has as many components.
      let square = unsafe index.kernels.pointee.squared_euclidean64(
        items.base + item * items.stride, centre, items.dimension)
      sum += square
      greatest = max(greatest, square)
    }
    radius = greatest == 0 ? 0 : Float(greatest.squareRoot() * (1 + 0x1p-20)).nextUp
    let number = Double(items.count)
    deviation = Float((sum / (number * Double(max(1, items.dimension)))).squareRoot())
    let biases = unsafe index.biases.map { all in positions.map { unsafe Double(all[Int($0)]) } } ?? [0]
    let mean = biases.reduce(0, +) / Double(biases.count)
    let spread = biases.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(biases.count)
    bias = (Float(mean), Float(spread.squareRoot()), Float(biases.max() ?? 0))
  }

  /// Reads a row of a file. Not trusted: what is wrong changes which lists are visited, and no score.
  @unsafe package init(row: UnsafePointer<Float>, dimension: Int) {
    let stride = EmbeddingMatrix.stride(forDimension: dimension)
    centre = unsafe Array(UnsafeBufferPointer(start: row, count: dimension))
    unsafe (radius, deviation) = (row[stride], row[stride + 1])
    unsafe bias = (row[stride + 2], row[stride + 3], row[stride + 4])
  }

  /// The row in a file.
  package var row: [Float] {
    let zeros = EmbeddingMatrix.stride(forDimension: centre.count) - centre.count
    return centre + [Float](repeating: 0, count: zeros)
      + [radius, deviation, bias.mean, bias.deviation, bias.greatest, 0, 0, 0]
  }
}
