import AkinSupport
import AkinVectors
import CAkinKernels

/// One tower in training: its weights, their gradient and Adam's moments, and the batch that is on its way.
@safe final class TowerTrainer: @unchecked Sendable {
  // Safe: one thread at a time works on a tower; who hands it on is `forEachChunk`, which waits for all.

  typealias Adam = akin_adam

  let network: TowerNetwork
  /// Whether the last batch came to finite numbers.
  private(set) var isFinite = true
  /// The batch, 32 examples each.
  private var spaces: [TowerSpace] = []
  private var blockCount = 0
  private let rows: FeatureRows
  /// Gradient, first and second moments, each as long as the weights.
  private let moments: AlignedFloats
  /// The loss's slope at the unit vectors, block after block; then two tables for slopes between layers, and scratch.
  private let slopes: AlignedFloats
  private let between: AlignedFloats
  private var slopeCount: Int { shape.layers[shape.layers.count - 1].paddedOutputs * TowerNetwork.batch }
  private var shape: TowerShape { network.shape }

  init(_ side: TwoTowerData.Side, options: TwoTowerOptions, loops: LayerLoops = .active) {
    network = TowerNetwork(means: side.means, scales: side.scales, widths: options.widths, loops: loops)
    rows = side.rows
    let blocks = (options.batch - 1) / TowerNetwork.batch + 1
    let shape = network.shape
    spaces = (0..<blocks).map { _ in TowerSpace(shape) }
    moments = AlignedFloats(count: 3 * shape.parameterCount)
    slopes = AlignedFloats(
      count: blocks * shape.layers[shape.layers.count - 1].paddedOutputs * TowerNetwork.batch)
    between = AlignedFloats(count: 3 * shape.widest * TowerNetwork.batch)
    draw(CounterRandom(seed: options.seed, purpose: side.purpose))
  }

  /// Weights uniform within ±√(6 / (inputs + outputs)), biases 0.
  private func draw(_ random: CounterRandom) {
    var place: UInt64 = 0
    for layer in shape.layers {
      let limit = (6 / Double(max(1, layer.inputs) + layer.outputs)).squareRoot()
      for input in 0..<layer.inputs {
        for output in 0..<layer.outputs {
          // Safe: inside the layer's weights.
          unsafe network.parameters[layer.weights + input * layer.paddedOutputs + output] = Float(
            (2 * random.uniform(at: place) - 1) * limit)
          place += 1
        }
      }
    }
  }

  /// Takes a batch to its vectors.
  ///
  /// - Parameters:
  ///   - places: The pairs of the batch.
  ///   - pairs: This side's row of each pair.
  func forward(_ places: ArraySlice<UInt32>, of pairs: [UInt32]) {
    blockCount = (places.count + TowerNetwork.batch - 1) / TowerNetwork.batch
    isFinite = true
    for (place, pair) in places.enumerated() {
      network.put(rows, Int(pairs[Int(pair)]), in: spaces[place / TowerNetwork.batch], at: place % TowerNetwork.batch)
    }
    for block in 0..<blockCount {
      if !network.run(spaces[block]) { isFinite = false }
    }
  }

  /// Compares the vectors of two towers with what their products are to be, and leaves the slopes of the mean squared
  /// error with both.
  ///
  /// - Returns: The sum of squared errors.
  static func compare(_ users: TowerTrainer, _ items: TowerTrainer, targets: [Float]) -> Double {
    let batch = TowerNetwork.batch
    let width = users.slopeCount / batch
    let factor = 2 / Float(targets.count)
    var sum = 0.0
    for block in 0..<users.blockCount {
      // Safe: both towers have this block, `width` components of 32 examples.
      let u = unsafe users.spaces[block].unit
      let v = unsafe items.spaces[block].unit
      let du = unsafe users.slopes.floats.baseAddress! + block * users.slopeCount
      let dv = unsafe items.slopes.floats.baseAddress! + block * items.slopeCount
      for example in 0..<batch {
        let place = block &* batch &+ example
        var slope: Float = 0
        if place < targets.count {
          var dot: Float = 0
          for component in 0..<width {
            unsafe dot += u[component &* batch &+ example] * v[component &* batch &+ example]
          }
          let error = dot - targets[place]
          sum += Double(error) * Double(error)
          slope = factor * error
        }
        // Examples beyond the batch have no slope.
        for component in 0..<width {
          let at = component &* batch &+ example
          unsafe du[at] = slope * v[at]
          unsafe dv[at] = slope * u[at]
        }
      }
    }
    return sum
  }

  /// Takes a step against the gradient of the batch before.
  func step(_ adam: Adam) {
    var adam = adam
    let gradient = unsafe gradient()
    let count = shape.parameterCount
    // Safe: four tables of `count` floats.
    unsafe network.loops.adam(
      &adam, UnsafePointer(gradient), network.parameters, gradient + count, gradient + 2 * count, count)
  }

  /// The gradient of the batch before, as long as the weights.
  func gradient() -> UnsafeMutablePointer<Float> {
    let batch = TowerNetwork.batch
    let gradient = unsafe moments.floats.baseAddress!
    let size = shape.widest * batch
    let scratch = unsafe between.floats.baseAddress! + 2 * size
    for block in 0..<blockCount {
      let space = spaces[block]
      // Safe: all tables are of the sizes that the shape says, and `between` holds three of the largest.
      var above = unsafe between.floats.baseAddress!
      var below = unsafe above + size
      unsafe throughLength(space, slopes.floats.baseAddress! + block * slopeCount, to: above)
      for (index, layer) in shape.layers.enumerated().reversed() {
        unsafe network.loops.gradient(
          space.values + layer.input, above, layer.paddedInputs, layer.paddedOutputs, block > 0 ? 1 : 0, scratch,
          gradient + layer.weights, gradient + layer.biases)
        guard index > 0 else { break }
        unsafe network.loops.backward(
          network.parameters + layer.weights, above, space.values + layer.input, layer.paddedInputs,
          layer.paddedOutputs, below)
        unsafe swap(&above, &below)
      }
    }
    return unsafe gradient
  }

  /// From the slopes at y = z / |z| to those at z: (dy − y (y · dy)) / |z|; for a z shorter than the shortest, dy / that.
  private func throughLength(
    _ space: TowerSpace, _ slopes: UnsafeMutablePointer<Float>, to out: UnsafeMutablePointer<Float>
  ) {
    let batch = TowerNetwork.batch
    let width = slopeCount / batch
    let unit = unsafe space.unit
    for example in 0..<batch {
      // Safe: `width` components of 32 examples.
      let length = unsafe space.lengths[example]
      var along: Float = 0
      if length > Float(TowerNetwork.shortest) {
        for component in 0..<width {
          let at = component &* batch &+ example
          unsafe along += unit[at] * slopes[at]
        }
      }
      let factor = 1 / length
      for component in 0..<width {
        let at = component &* batch &+ example
        unsafe out[at] = (slopes[at] - unit[at] * along) * factor
      }
    }
  }

  /// The vectors of all rows.
  func vectors(execution: Execution) throws -> EmbeddingMatrix {
    try network.vectors(of: rows, execution: execution)
  }

  /// Weights and moments at some time.
  struct Snapshot {
    fileprivate let weights: [Float]
    fileprivate let moments: [Float]
  }

  var snapshot: Snapshot {
    // Safe: the tables have these lengths.
    unsafe Snapshot(
      weights: Array(UnsafeBufferPointer(start: network.parameters, count: shape.parameterCount)),
      moments: Array(moments.floats))
  }

  func restore(_ snapshot: Snapshot) {
    // Safe: a snapshot has the same lengths.
    for place in snapshot.weights.indices { unsafe network.parameters[place] = snapshot.weights[place] }
    for place in snapshot.moments.indices { unsafe moments.floats[place] = snapshot.moments[place] }
  }
}
