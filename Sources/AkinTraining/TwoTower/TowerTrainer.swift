import AkinSupport
import AkinVectors
import CAkinKernels

/// One tower in training: weights, their gradient, Adam's moments, and the current batch.
@safe final class TowerTrainer: @unchecked Sendable {
  // Safe: one thread at a time works on a tower, and `forEachChunk` waits for all threads.

  typealias Adam = akin_adam

  let network: TowerNetwork
  /// Whether the numbers of the last batch are finite.
  private(set) var isFinite = true
  /// The values of the batch, in blocks of 32 examples.
  private var spaces: [TowerSpace] = []
  private(set) var blockCount = 0
  private let rows: FeatureRows
  /// Gradient, first and second moments: three arrays as long as the weights.
  private let moments: AlignedFloats
  /// The gradient at the unit vectors, block after block.
  private let slopes: AlignedFloats
  /// Two arrays of gradients between layers, and one scratch array.
  private let between: AlignedFloats
  var slopeCount: Int { shape.layers[shape.layers.count - 1].paddedOutputs * TowerNetwork.batch }
  private var shape: TowerShape { network.shape }

  /// Draws the weights.
  ///
  /// - Parameter capacity: The most examples of a batch; `nil` takes the pairs of a step.
  init(_ side: TowerInput, options: TwoTowerOptions, capacity: Int? = nil, loops: LayerLoops = .active) {
    network = TowerNetwork(means: side.means, scales: side.scales, widths: options.widths, loops: loops)
    rows = side.rows
    let blocks = ((capacity ?? options.batch) - 1) / TowerNetwork.batch + 1
    let shape = network.shape
    spaces = (0..<blocks).map { _ in TowerSpace(shape) }
    moments = AlignedFloats(count: 3 * shape.parameterCount)
    slopes = AlignedFloats(
      count: blocks * shape.layers[shape.layers.count - 1].paddedOutputs * TowerNetwork.batch)
    between = AlignedFloats(count: 3 * shape.widest * TowerNetwork.batch)
    draw(CounterRandom(seed: options.seed, purpose: side.purpose))
  }

  /// Draws weights uniformly within ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010); biases stay 0.
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

  /// Runs the forward pass of a batch.
  ///
  /// - Parameters:
  ///   - places: The pairs of the batch.
  ///   - pairs: The row of this side in each pair.
  func forward(_ places: ArraySlice<UInt32>, of pairs: [UInt32]) { forward(places.lazy.map { pairs[Int($0)] }) }

  /// Runs the forward pass of rows of this side.
  func forward(_ batch: some Collection<UInt32>) {
    blockCount = (batch.count + TowerNetwork.batch - 1) / TowerNetwork.batch
    isFinite = true
    for (place, row) in batch.enumerated() {
      network.put(rows, Int(row), in: spaces[place / TowerNetwork.batch], at: place % TowerNetwork.batch)
    }
    for block in 0..<blockCount {
      if !network.run(spaces[block]) { isFinite = false }
    }
  }

  /// The unit vectors of a block of the last batch, component by component.
  @unsafe func unit(_ block: Int) -> UnsafeMutablePointer<Float> { unsafe spaces[block].unit }

  /// Where the gradient at the unit vectors of a block is written, component by component.
  @unsafe func slope(_ block: Int) -> UnsafeMutablePointer<Float> {
    unsafe slopes.floats.baseAddress! + block * slopeCount
  }

  /// Compares the inner products of two towers with their targets, and stores the gradient of the mean squared error in both.
  ///
  /// - Parameters:
  ///   - users: The tower of users.
  ///   - items: The tower of items.
  ///   - targets: The target of each pair of the batch.
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
        // Examples beyond the batch have a gradient of 0.
        for component in 0..<width {
          let at = component &* batch &+ example
          unsafe du[at] = slope * v[at]
          unsafe dv[at] = slope * u[at]
        }
      }
    }
    return sum
  }

  /// Takes an Adam step for the last batch.
  func step(_ adam: Adam) {
    var adam = adam
    let gradient = unsafe gradient()
    let count = shape.parameterCount
    // Safe: four tables of `count` floats.
    unsafe network.loops.adam(
      &adam, UnsafePointer(gradient), network.parameters, gradient + count, gradient + 2 * count, count)
  }

  /// Runs the backward pass of the last batch.
  ///
  /// - Returns: The gradient, as long as the weights.
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

  /// The gradient at z from that at y = z / |z|: (dy − y (y · dy)) / |z|; for |z| up to the shortest length, dy.
  ///
  /// A row without features starts there: its inputs and all biases are 0. The derivative, dy over the shortest length, would fill
  /// Adam's second moments of the last biases with its square, and these would rest for as many steps as it takes to fade.
  private func throughLength(
    _ space: TowerSpace, _ slopes: UnsafeMutablePointer<Float>, to out: UnsafeMutablePointer<Float>
  ) {
    let batch = TowerNetwork.batch
    let width = slopeCount / batch
    let unit = unsafe space.unit
    for example in 0..<batch {
      // Safe: `width` components of 32 examples.
      let length = unsafe space.lengths[example]
      let hasDirection = length > Float(TowerNetwork.shortest)
      var along: Float = 0
      if hasDirection {
        for component in 0..<width {
          let at = component &* batch &+ example
          unsafe along += unit[at] * slopes[at]
        }
      }
      let factor = hasDirection ? 1 / length : 1
      for component in 0..<width {
        let at = component &* batch &+ example
        unsafe out[at] = (slopes[at] - unit[at] * along) * factor
      }
    }
  }

  /// The vectors of all rows of the side.
  func vectors(execution: Execution) throws -> EmbeddingMatrix {
    try network.vectors(of: rows, execution: execution)
  }

  /// A copy of weights and moments; each step makes its gradient anew.
  struct Snapshot {
    fileprivate let weights: [Float]
    fileprivate let moments: [Float]
  }

  /// Copies weights and moments.
  var snapshot: Snapshot {
    // Safe: the tables have these lengths.
    unsafe Snapshot(
      weights: Array(UnsafeBufferPointer(start: network.parameters, count: shape.parameterCount)),
      moments: Array(moments.floats[shape.parameterCount...]))
  }

  /// Sets weights and moments back.
  func restore(_ snapshot: Snapshot) {
    // Safe: a snapshot has the same lengths.
    for place in snapshot.weights.indices { unsafe network.parameters[place] = snapshot.weights[place] }
    for (place, moment) in snapshot.moments.enumerated() {
      unsafe moments.floats[shape.parameterCount + place] = moment
    }
  }
}
