import AkinSupport
import AkinVectors
import CAkinKernels

/// The items as bytes, and how far the bytes may be from the truth: what a batch looks at first.
///
/// A vector x is turned onto axes A (its own components when it is narrow, else the directions in which items spread
/// most), and each coordinate is rounded to a multiple of a step that a block of items shares: Ax = s c + e. With a query
/// Aq = b = s' c' + e', t the length of what the axes leave out of a vector, and δ = ‖AAᵀ - I‖,
///
///     q·x ≤ s s' (c·c') + |b||e| + |e'||s c| + t t' + δ|b||Ax|
///
/// because q·x = b·Ax + ρ·ρ' + b·(I - AAᵀ)Ax with ρ = x - AᵀAx. So one integer inner product of `width` bytes tells of
/// most items that they are not in an answer. Under cosine x and q are taken at length 1, under Euclidean distance relative
/// to the mean (``Rotation``), where -|q - x|²/2 is the inner product less half of both squares.
@safe final class EncodedItems: @unchecked Sendable {
  // Safe: nothing is written after `init`.

  /// Items that share a step: a multiple of a panel's rows and of a norm block's.
  static let blockRows = 512

  /// The most components that sums of codes can hold (`code_filter`); wider vectors are not coded.
  static let widest = 32_768

  /// What the bound needs to know of the items of a block, rounded away from zero.
  struct Block {
    /// The value of one unit of a code.
    var step = 1.0
    /// The largest |e|, |s c|, |Ax|, |start| and t.
    var error = 0.0
    var length = 0.0
    var turned = 0.0
    var start = 0.0
    var tail = 0.0
    /// Whether every number is far from the ends of `Float`.
    var isSound = true
  }

  let turn: Rotation
  /// Bytes of a code: a multiple of 4.
  let width: Int
  let blocks: UnsafePointer<Block>
  /// Whether `code_filter` is faster where two neighbouring codes of a query add up to little.
  let asksInPairs: Bool
  /// As `code_filter` wants them.
  private let panels: UnsafeMutablePointer<Int8>
  private let byteCount: Int
  /// For each item, in steps of its block: what its value starts from, and t; `nil` where all are 0.
  private let starts: AlignedFloats?
  private let tails: AlignedFloats?

  /// Codes all items.
  ///
  /// - Complexity: O(*items* · *dimension* · axes) on all threads, O(*items* · *dimension*) for narrow vectors.
  init(of index: ExhaustiveIndex, _ summary: NormSummary, _ execution: Execution) throws {
    let items = index.items
    let turn = unsafe Rotation(for: items, metric: index.metric, kernels: index.kernels)
    let width = (turn.coordinates + 3) & ~3
    let lanes = (items.count + 15) & ~15
    byteCount = max(64, lanes * width)
    let panels = unsafe allocateAligned(byteCount: byteCount).bindMemory(to: Int8.self, capacity: byteCount)
    let starts = unsafe index.metric == .euclidean || index.biases != nil ? AlignedFloats(count: lanes) : nil
    let tails = turn.isPlain ? nil : AlignedFloats(count: lanes)
    let count = (items.count + Self.blockRows - 1) / Self.blockRows
    let blocks = UnsafeMutablePointer<Block>.allocate(capacity: max(1, count))
    unsafe blocks.initialize(repeating: Block(), count: max(1, count))
    self.turn = turn
    self.width = width
    asksInPairs = unsafe index.kernels.pointee.level == AKIN_AVX2
    unsafe self.panels = unsafe panels
    self.starts = starts
    self.tails = tails
    unsafe self.blocks = UnsafePointer(blocks)
    // Safe: each block and its items are written by the one chunk that holds them.
    nonisolated(unsafe) let made = unsafe blocks
    try execution.forEachChunk(of: items.count, by: Self.blockRows) { _, range in
      unsafe made[range.lowerBound / Self.blockRows] = self.code(range, of: index, summary)
    }
  }

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe freeAligned(panels, byteCount: byteCount)
    unsafe blocks.deallocate()
  }

  /// The codes, starts and tails of the items from `item` on, a multiple of 16.
  @unsafe func panels(
    from item: Int
  ) -> (codes: UnsafePointer<Int8>, starts: UnsafePointer<Float>?, tails: UnsafePointer<Float>?) {
    unsafe (
      UnsafePointer(panels + item * width), starts.map { unsafe UnsafePointer($0.floats.baseAddress! + item) },
      tails.map { unsafe UnsafePointer($0.floats.baseAddress! + item) }
    )
  }

  /// Codes the items of one block.
  private func code(_ range: Range<Int>, of index: ExhaustiveIndex, _ summary: NormSummary) -> Block {
    var block = Block()
    let norms = summary.block(from: range.lowerBound, to: range.upperBound)
    block.isSound = norms.moderate && norms.greatest.isFinite && norms.absoluteBias < 0x1p100
    guard block.isSound else { return block }
    let count = turn.coordinates
    let padded = turn.paddedCoordinates
    let coordinates = AlignedFloats(count: range.count * padded)
    var lengths = [Rotation.Lengths](repeating: Rotation.Lengths(square: 0, rest: 0, error: 0), count: range.count)
    // Safe: the items lie inside the matrix, and there is room for their coordinates.
    unsafe turn.place(
      index.items.base + range.lowerBound * index.items.stride, count: range.count,
      into: coordinates.floats.baseAddress!, &lengths)
    var largest: Float = 0
    var total: Float = 0
    for place in 0..<range.count * padded {
      let size = unsafe coordinates.floats[place].magnitude
      if size > largest { largest = size }
      total += size
    }
    // What is not finite, though the norms said otherwise, has no code.
    block.isSound = total.isFinite
    guard block.isSound else { return block }
    // At least 2⁻²⁴ of the longest vector: so a number of steps is never out of reach of `Float`.
    let longest = lengths.reduce(0) { max($0, $1.square) }.squareRoot()
    let step = max(Double(largest) / 127, longest * 0x1p-24)
    block.step = step > 0 ? step : 1
    let perStep = 1 / block.step
    for (place, item) in range.enumerated() {
      // Safe: a panel has a lane for each of its 16 items.
      let lane = unsafe panels + item / 16 * 16 * width + item % 16 * 4
      var error = 0.0
      var length = 0.0
      var turned = 0.0
      for axis in 0..<count {
        let value = unsafe Double(coordinates.floats[place * padded + axis])
        let steps = Coordinates.steps(value * perStep)
        let off = value - steps * block.step
        unsafe lane[axis / 4 * 64 + axis % 4] = Int8(steps)
        error += off * off
        length += steps * steps
        turned += value * value
      }
      block.error = max(block.error, error.squareRoot() + lengths[place].error)
      block.length = max(block.length, length.squareRoot() * block.step)
      block.turned = max(block.turned, turned.squareRoot() + lengths[place].error)
      if let tails {
        let tail = lengths[place].rest.squareRoot()
        block.tail = max(block.tail, tail)
        unsafe tails.floats[item] = Float(tail / block.step).nextUp
      }
      if let starts {
        let start = unsafe index.biases.map { unsafe Double($0[item]) } ?? -0.5 * lengths[place].square
        block.start = max(block.start, abs(start))
        unsafe starts.floats[item] = Float(start / block.step)
      }
    }
    if block.start / block.step > 0x1p100 { block.isSound = false }
    return block.widened
  }
}

extension EncodedItems.Block {
  /// With room for the roundings of float64.
  fileprivate var widened: EncodedItems.Block {
    var block = self
    block.error *= 1 + 0x1p-30
    block.length *= 1 + 0x1p-30
    block.turned *= 1 + 0x1p-30
    block.tail *= 1 + 0x1p-20
    return block
  }
}
