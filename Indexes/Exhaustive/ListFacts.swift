import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// Where the items of one list lie.
@safe struct ListFacts {
  // Safe: positions are of items, and each has a bias where any has.

  /// The mean of the items.
  let centre: [Float]
  /// At least the distance of any item from the centre.
  let radius: Double
  /// The root of the mean squared difference of a component from that of the centre.
  let deviation: Double
  /// The mean of the biases, their standard deviation, and the greatest.
  let bias: (mean: Double, deviation: Double, greatest: Double)

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
    radius = greatest.squareRoot() * (1 + 0x1p-20)
    let number = Double(items.count)
    deviation = (sum / (number * Double(max(1, items.dimension)))).squareRoot()
    let biases = unsafe index.biases.map { all in positions.map { unsafe Double(all[Int($0)]) } } ?? [0]
    let mean = biases.reduce(0, +) / Double(biases.count)
    let spread = biases.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(biases.count)
    bias = (mean, spread.squareRoot(), biases.max() ?? 0)
  }
}
