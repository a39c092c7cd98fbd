import AkinSupport
import CAkinKernels

/// The layout of the layers of a tower in a table of floats: sizes are padded with zeros to multiples of 16.
package struct TowerShape: Sendable, Equatable {
  /// One layer.
  package struct Layer: Sendable, Equatable {
    /// Inputs and outputs, and their padded sizes.
    package let inputs: Int
    package let outputs: Int
    package let paddedInputs: Int
    package let paddedOutputs: Int
    /// The offsets of the weights and of the biases among all floats.
    package let weights: Int
    package let biases: Int
    /// The offsets of input and output in a ``TowerSpace``.
    package let input: Int
    package let output: Int
  }

  package let layers: [Layer]
  /// The number of floats of all layers, including padding.
  package let parameterCount: Int
  /// The number of floats of a batch in all layers.
  package let valueCount: Int
  /// The largest number of outputs, padded.
  package let widest: Int

  package init(features: Int, widths: [Int]) {
    func padded(_ count: Int) -> Int { max(16, (count + 15) & ~15) }
    var layers: [Layer] = []
    var inputs = features
    var place = 0
    var value = 0
    for outputs in widths {
      let rows = padded(inputs)
      let columns = padded(outputs)
      layers.append(
        Layer(
          inputs: inputs, outputs: outputs, paddedInputs: rows, paddedOutputs: columns, weights: place,
          biases: place + rows * columns, input: value, output: value + rows * TowerNetwork.batch))
      place += (rows + 1) * columns
      value += rows * TowerNetwork.batch
      inputs = outputs
    }
    self.layers = layers
    parameterCount = place
    valueCount = value + padded(inputs) * TowerNetwork.batch
    widest = layers.reduce(0) { max($0, $1.paddedOutputs, $1.paddedInputs) }
  }
}

/// The values of one batch between the layers of a tower, and its unit vectors.
@safe package final class TowerSpace: @unchecked Sendable {
  // Safe: one batch at a time uses the space.

  /// Component by component, 32 examples each: the inputs, then the output of each layer.
  package let values: UnsafeMutablePointer<Float>
  /// The vectors of length 1, component by component.
  package let unit: UnsafeMutablePointer<Float>
  /// The divisor of the last layer of each example.
  package let lengths: UnsafeMutablePointer<Float>
  private let memory: AlignedFloats

  package init(_ shape: TowerShape) {
    let last = shape.layers[shape.layers.count - 1].paddedOutputs * TowerNetwork.batch
    memory = AlignedFloats(count: shape.valueCount + last + TowerNetwork.batch)
    // Safe: three pieces of one block, each a multiple of 32 floats.
    unsafe values = memory.floats.baseAddress!
    unsafe unit = values + shape.valueCount
    unsafe lengths = unit + last
  }
}

/// A tower in the layout of akin_layers.h.
@safe package final class TowerNetwork: @unchecked Sendable {
  // Safe: `parameters` holds `shape.parameterCount` floats, aligned to 64 bytes. A trainer writes them only while no
  // batch runs.

  /// Examples of one batch.
  package static let batch = Int(AKIN_LAYER_BATCH)
  /// Shorter vectors are divided by this instead of their length.
  package static let shortest = 1e-6

  package let shape: TowerShape
  package let loops: LayerLoops
  package let parameters: UnsafeMutablePointer<Float>
  private let memory: AlignedFloats
  private let means: [Float]
  private let scales: [Float]
  /// The input of a feature that a row does not have.
  private let absent: [Float]

  /// - Parameters:
  ///   - means: What is taken off each feature.
  ///   - scales: What it is then multiplied by.
  package init(means: [Float], scales: [Float], widths: [Int], loops: LayerLoops = .active) {
    shape = TowerShape(features: means.count, widths: widths)
    self.loops = loops
    self.means = means
    self.scales = scales
    absent = zip(means, scales).map { TowerNetwork.standardised(0, mean: $0, scale: $1) }
    memory = AlignedFloats(count: shape.parameterCount)
    unsafe parameters = memory.floats.baseAddress!
  }

  /// The network of a tower.
  package convenience init(_ tower: Tower) {
    self.init(means: tower.means, scales: tower.scales, widths: tower.widths)
    var place = 0
    forEachParameter { parameter in
      // Safe: a place inside `parameters`.
      unsafe parameters[parameter] = tower.weights[place]
      place += 1
    }
  }

  /// The tower with the weights of this network.
  package func tower(names: [String]) -> Tower {
    var weights: [Float] = []
    forEachParameter { unsafe weights.append(parameters[$0]) }
    return Tower(
      names: names, means: means, scales: scales, widths: shape.layers.map(\.outputs), weights: weights)
  }

  /// The offsets of all weights and biases without padding, in the order of ``Tower/weights``.
  package func forEachParameter(_ body: (Int) -> Void) {
    for layer in shape.layers {
      for input in 0..<layer.inputs {
        for output in 0..<layer.outputs { body(layer.weights + input * layer.paddedOutputs + output) }
      }
      for output in 0..<layer.outputs { body(layer.biases + output) }
    }
  }

  /// No value of a training is this many standard deviations from the mean: the maximum for n rows is √n.
  private static let farthest: Float = 65_536

  private static func standardised(_ value: Float, mean: Float, scale: Float) -> Float {
    // Larger values would overflow to infinity.
    let result = (value - mean) * scale
    return result.isNaN ? 0 : min(max(result, -farthest), farthest)
  }

  /// Writes a row of features into a batch.
  package func put(_ rows: FeatureRows, _ row: Int, in space: TowerSpace, at example: Int) {
    let batch = TowerNetwork.batch
    let isKnown = rows.isKnown?[row] ?? true
    // Safe: `example` is below 32 and each feature is an input, so all offsets lie in the inputs.
    for feature in absent.indices {
      unsafe space.values[feature * batch + example] = isKnown ? absent[feature] : 0
    }
    for place in rows.offsets[row]..<rows.offsets[row + 1] {
      let feature = Int(rows.columns[place])
      unsafe space.values[feature * batch + example] = TowerNetwork.standardised(
        rows.values[place], mean: means[feature], scale: scales[feature])
    }
  }

  /// Runs a batch through all layers.
  ///
  /// - Returns: Whether all lengths are finite; vectors of other examples are zeros.
  @discardableResult
  package func run(_ space: TowerSpace) -> Bool {
    let batch = TowerNetwork.batch
    let last = shape.layers.count - 1
    for (index, layer) in shape.layers.enumerated() {
      // Safe: the layer lies inside the parameters and the space, as the shape says.
      unsafe loops.forward(
        parameters + layer.weights, parameters + layer.biases, space.values + layer.input, layer.paddedInputs,
        layer.paddedOutputs, index < last ? 1 : 0, space.values + layer.output)
    }
    let layer = shape.layers[last]
    let z = unsafe space.values + layer.output
    let unit = unsafe space.unit
    var isFinite = true
    for example in 0..<batch {
      var sum = 0.0
      for component in 0..<layer.paddedOutputs {
        let value = unsafe Double(z[component &* batch &+ example])
        sum += value * value
      }
      let length = max(sum.squareRoot(), TowerNetwork.shortest)
      let isGood = length.isFinite
      isFinite = isFinite && isGood
      unsafe space.lengths[example] = Float(length)
      let factor = Float(1 / length)
      for component in 0..<layer.paddedOutputs {
        let place = component &* batch &+ example
        unsafe unit[place] = isGood ? z[place] * factor : 0
      }
    }
    return isFinite
  }

  /// The vectors of many rows of features.
  ///
  /// A row's vector does not depend on the rows beside it, nor on the number of threads.
  package func vectors(of rows: FeatureRows, execution: Execution) throws -> EmbeddingMatrix {
    let dimension = shape.layers[shape.layers.count - 1].outputs
    let batch = TowerNetwork.batch
    let spaces = (0..<max(1, min(execution.threads, rows.count / batch + 1))).map { _ in TowerSpace(shape) }
    return try unsafe EmbeddingMatrix(count: rows.count, dimension: dimension) { floats, stride in
      // Safe: each chunk writes its own rows, and the matrix outlives the threads.
      nonisolated(unsafe) let floats = unsafe floats
      try execution.forEachChunk(of: rows.count, by: batch) { worker, range in
        let space = spaces[worker]
        for row in range { put(rows, row, in: space, at: row - range.lowerBound) }
        run(space)
        for row in range {
          for component in 0..<dimension {
            unsafe floats[row * stride + component] =
              space.unit[component * batch + row - range.lowerBound]
          }
        }
      }
    }
  }
}
