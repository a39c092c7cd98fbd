import AkinSupport
import AkinVectors
import CAkinKernels

/// Items as bytes in panels, block by block, with the bound of each block (``CodeBlock``).
///
/// The exact scan of a batch and the prefix scan of a graph read these first. Under cosine, vectors are normalised;
/// under Euclidean distance, they are relative to the mean (``Rotation``), where -|q - x|²/2 is the inner product minus
/// half of both squares.
@safe package final class EncodedItems: @unchecked Sendable {
  // Safe: nothing writes it after `init`.

  /// The largest number of components for sums of codes (`code_filter`); wider vectors are not encoded.
  package static let widest = 32_768

  package let rotation: Rotation
  /// Items that share a step: a multiple of the rows of a panel.
  package let blockRows: Int
  /// Bytes of a code: a multiple of 4.
  package let width: Int
  /// The facts of each block.
  package let blocks: UnsafePointer<CodeBlock>
  /// The kernels that made the codes.
  package let kernels: UnsafePointer<akin_kernels>
  private let panels: CodePanels
  /// For each item, in steps of its block: the term added to its inner product, and t; `nil` where all are 0.
  private let starts: AlignedFloats?
  private let tails: AlignedFloats?

  /// Encodes the first `count` items.
  ///
  /// - Parameters:
  ///   - metric: How they will be compared.
  ///   - biases: One an item, or `nil`; inner products alone have them.
  ///   - rotation: What their coordinates are.
  ///   - isSound: Whether all vectors and biases of a block are finite and far from the ends of `Float`.
  /// - Complexity: O(*items* · *dimension* · axes) on all threads, O(*items* · *dimension*) for narrow vectors.
  @unsafe package init(
    _ items: EmbeddingMatrix, count: Int, metric: Metric, biases: UnsafePointer<Float>?, rotation: Rotation,
    blockRows: Int, kernels: UnsafePointer<akin_kernels>, execution: Execution, isSound: (Range<Int>) -> Bool
  ) throws {
    let blockCount = (count + blockRows - 1) / blockRows
    let blocks = UnsafeMutablePointer<CodeBlock>.allocate(capacity: max(1, blockCount))
    unsafe blocks.initialize(repeating: CodeBlock(), count: max(1, blockCount))
    self.rotation = rotation
    self.blockRows = blockRows
    width = (rotation.coordinates + 3) & ~3
    panels = CodePanels(rows: count, width: width)
    starts = unsafe metric == .euclidean || biases != nil ? AlignedFloats(count: panels.lanes) : nil
    tails = rotation.isPlain ? nil : AlignedFloats(count: panels.lanes)
    unsafe self.blocks = UnsafePointer(blocks)
    unsafe self.kernels = kernels
    // Safe: each block and its items are written by the one chunk that holds them.
    nonisolated(unsafe) let (made, isSound, biases) = unsafe (blocks, isSound, biases)
    try execution.forEachChunk(of: count, by: blockRows) { _, range in
      guard unsafe isSound(range) else { return unsafe made[range.lowerBound / blockRows].isSound = false }
      unsafe made[range.lowerBound / blockRows] = unsafe self.encode(range, of: items, biases: biases)
    }
  }

  deinit {
    // Safe: `init` allocated the memory, and the elements are trivial.
    unsafe blocks.deallocate()
  }

  /// The codes, starts and tails from `item` on, which is a multiple of 16.
  @unsafe package func panels(
    from item: Int
  ) -> (codes: UnsafePointer<Int8>, starts: UnsafePointer<Float>?, tails: UnsafePointer<Float>?) {
    unsafe (
      UnsafePointer(panels.bytes + item * width), starts.map { unsafe UnsafePointer($0.floats.baseAddress! + item) },
      tails.map { unsafe UnsafePointer($0.floats.baseAddress! + item) }
    )
  }

  /// Encodes the items of one block.
  private func encode(_ range: Range<Int>, of items: EmbeddingMatrix, biases: UnsafePointer<Float>?) -> CodeBlock {
    let padded = rotation.paddedCoordinates
    let coordinates = AlignedFloats(count: range.count * padded)
    var lengths = [Rotation.Lengths](repeating: Rotation.Lengths(), count: range.count)
    // Safe: the items lie inside the matrix, and there is room for their coordinates.
    unsafe rotation.place(
      items.base + range.lowerBound * items.stride, stride: items.stride, count: range.count,
      into: coordinates.floats.baseAddress!, &lengths)
    var block = CodeBlock()
    guard let step = EncodedItems.step(of: coordinates, longest: lengths.reduce(0) { max($0, $1.square) }) else {
      // Vectors that are not finite, contrary to the claim of the owner, have no codes.
      block.isSound = false
      return block
    }
    block.step = step
    for item in range {
      let place = item - range.lowerBound
      let own = unsafe UnsafePointer(coordinates.floats.baseAddress! + place * padded)
      unsafe encode(own, as: item, lengths[place], in: &block)
      if let tails {
        let tail = lengths[place].rest.squareRoot()
        block.tail = max(block.tail, tail)
        unsafe tails.floats[item] = Float(tail / step).nextUp
      }
      if let starts {
        let start = unsafe biases.map { unsafe Double($0[item]) } ?? -0.5 * lengths[place].square
        block.start = max(block.start, abs(start))
        unsafe starts.floats[item] = Float(start / step)
      }
    }
    if block.start / step > 0x1p100 { block.isSound = false }
    return block.widened
  }

  /// The step of some coordinates, such that the largest is 127 steps; `nil` for coordinates that are not finite.
  ///
  /// At least 2⁻²⁴ of the longest vector, so a number of steps always fits `Float`.
  private static func step(of coordinates: AlignedFloats, longest square: Double) -> Double? {
    var largest: Float = 0
    var total: Float = 0
    for place in unsafe coordinates.floats.indices {
      let size = unsafe coordinates.floats[place].magnitude
      if size > largest { largest = size }
      total += size
    }
    guard total.isFinite else { return nil }
    let step = max(Double(largest) / 127, square.squareRoot() * 0x1p-24)
    return step > 0 ? step : 1
  }

  /// Writes the code of one item, and widens the facts of the block to cover it.
  private func encode(
    _ coordinates: UnsafePointer<Float>, as item: Int, _ lengths: Rotation.Lengths, in block: inout CodeBlock
  ) {
    let (step, perStep, count) = (block.step, 1 / block.step, rotation.coordinates)
    var (error, length, norm) = (0.0, 0.0, 0.0)
    panels.set(item) { axis in
      guard axis < count else { return 0 }
      let value = unsafe Double(coordinates[axis])
      let steps = Coordinates.steps(value * perStep)
      let off = value - steps * step
      error += off * off
      length += steps * steps
      norm += value * value
      return Int8(steps)
    }
    block.error = max(block.error, error.squareRoot() + lengths.error)
    block.length = max(block.length, length.squareRoot() * step)
    block.norm = max(block.norm, norm.squareRoot() + lengths.error)
  }
}
