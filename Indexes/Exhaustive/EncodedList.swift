import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The items of one list as codes relative to their mean, and how they lie around it.
@safe struct EncodedList {
  // Safe: the codes hold as many blocks as the items need.

  /// The mean of the items.
  let centre: [Float]
  let codes: EncodedItems
  /// At least the distance of any item from the centre; infinite where codes do not serve.
  let radius: Double
  /// The root of the mean squared difference of a component from that of the centre.
  let deviation: Double
  /// The mean of the biases, and their standard deviation.
  let bias: (mean: Double, deviation: Double)

  /// - Parameter positions: The items of the list, at least one.
  init(_ positions: ArraySlice<UInt32>, of source: UnitRows, _ execution: Execution) throws {
    let (index, items) = (source.index, source.gathered(positions))
    centre = unsafe Coordinates.mean(of: items, atUnitLength: false, index.kernels)
    // Safe: positions are of items, and each has a bias.
    let biases = unsafe index.biases.map { all in positions.map { unsafe all[Int($0)] } }
    let rotation = unsafe Rotation(relativeTo: centre, kernels: index.kernels)
    codes = try unsafe (biases ?? []).withUnsafeBufferPointer { biases in
      try unsafe EncodedItems(
        items, count: items.count, metric: index.metric == .innerProduct ? .innerProduct : .euclidean,
        biases: biases.isEmpty ? nil : biases.baseAddress, rotation: rotation, blockRows: QueryBlock.blockRows,
        kernels: index.kernels, execution: execution
      ) { _ in true }
    }
    let blocks = unsafe UnsafeBufferPointer(
      start: codes.blocks, count: (items.count + QueryBlock.blockRows - 1) / QueryBlock.blockRows)
    radius = unsafe blocks.reduce(0) { $1.isSound ? max($0, $1.norm) : .infinity }
    var square = 0.0
    for item in 0..<items.count {
      // Safe: the row lies inside the matrix, and the centre has as many components.
      unsafe square += index.kernels.pointee.squared_euclidean64(
        items.base + item * items.stride, centre, items.dimension)
    }
    deviation = (square / Double(items.count * max(1, items.dimension))).squareRoot()
    let number = Double(items.count)
    let mean = (biases ?? []).reduce(0.0) { $0 + Double($1) } / number
    let spread = (biases ?? []).reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / number
    bias = (mean, spread.squareRoot())
  }
}
