import AkinSupport
import AkinVectors
import CAkinKernels

/// The ranges of norms and biases in each block of 256 items, and one number a row, as the bounds need them.
///
/// Costs one pass over the vectors, or over the norms when they are given; computed once.
@safe final class NormSummary: @unchecked Sendable {
  // Safe: nothing is written after `init`.

  /// Items of a block.
  static let blockRows = 256

  /// The norms and biases of consecutive items.
  struct Block: Sendable {
    /// At most the smallest norm.
    var least = Double.infinity
    /// At least the greatest norm; infinite when an item is not finite.
    var greatest = 0.0
    /// The greatest bias.
    var bias = -Double.infinity
    /// The greatest absolute bias.
    var absoluteBias = 0.0
    /// Whether every norm is 0 or far enough from the limits of `Float` that dividing by it is safe.
    var moderate = true

    mutating func add(norm: Double, bias: Double) {
      guard norm.isFinite, norm >= 0, bias.isFinite else {
        self = Block(least: 0, greatest: .infinity, bias: .infinity, absoluteBias: .infinity, moderate: false)
        return
      }
      // Widened by more than any rounding of a norm (at most 2⁻²⁴ when it was stored as a Float).
      least = min(least, norm * (1 - 0x1p-22))
      greatest = max(greatest, norm * (1 + 0x1p-22))
      self.bias = max(self.bias, bias)
      absoluteBias = max(absoluteBias, abs(bias))
      if norm != 0 && !(norm > 0x1p-100 && norm < 0x1p100) { moderate = false }
    }

    mutating func add(_ other: Block) {
      least = min(least, other.least)
      greatest = max(greatest, other.greatest)
      bias = max(bias, other.bias)
      absoluteBias = max(absoluteBias, other.absoluteBias)
      moderate = moderate && other.moderate
    }
  }

  let blocks: [Block]
  /// Whether the items come by falling norm, and the last are less than half as long as the first.
  let falls: Bool
  /// Whether each item can be in an answer: it has a length or the metric needs none, and its row leads back to it.
  let admitsAll: Bool
  /// For each block, the summary of it and all later blocks.
  private let rests: [Block]
  /// One number an item, by metric: none (innerProduct), 1/|x| or 0 for a zero vector (cosine), -|x|²/2 (euclidean).
  let perRow: AlignedFloats?

  init(of index: ExhaustiveIndex, _ execution: Execution) throws {
    let count = index.count
    let perRow = index.metric == .innerProduct ? nil : AlignedFloats(count: count)
    var blocks = [Block](repeating: Block(), count: (count + Self.blockRows - 1) / Self.blockRows)
    try unsafe blocks.withUnsafeMutableBufferPointer { blocks in
      // Safe: only the chunk that holds a block, or a row, writes its number.
      nonisolated(unsafe) let blocks = unsafe blocks
      try execution.forEachChunk(of: count, by: Self.blockRows) { _, range in
        var block = Block()
        for item in range {
          let norm = index.norm(of: item)
          unsafe block.add(norm: norm, bias: index.biases.map { unsafe Double($0[item]) } ?? 0)
          switch index.metric {
          case .innerProduct: break
          case .cosine: unsafe perRow?.floats[item] = norm > 0 ? Float(1 / norm) : 0
          case .euclidean: unsafe perRow?.floats[item] = Float(-0.5 * norm * norm)
          }
        }
        unsafe blocks[range.lowerBound / Self.blockRows] = block
      }
    }
    self.blocks = blocks
    self.perRow = perRow
    admitsAll = (index.metric != .cosine || blocks.allSatisfy { $0.least > 0 }) && index.rowsLeadBack
    falls =
      zip(blocks, blocks.dropFirst()).allSatisfy { $0.greatest >= $1.greatest }
      && 2 * (blocks.last?.greatest ?? 0) < blocks.first?.greatest ?? 0
    var rests = blocks
    for place in rests.indices.dropLast().reversed() { rests[place].add(rests[place + 1]) }
    self.rests = rests
  }

  /// The summary of all items from `start`, the first item of a block, or of a superset.
  func rest(from start: Int) -> Block { rests[start / Self.blockRows] }

  /// The summary of the non-empty range `start..<end`, or of a superset.
  func block(from start: Int, to end: Int) -> Block {
    var sum = Block()
    for block in blocks[start / Self.blockRows...(end - 1) / Self.blockRows] { sum.add(block) }
    return sum
  }
}

extension ExhaustiveIndex {
  /// Whether the row of each position leads back to it. A mapped file can change, so an answer looks again.
  fileprivate var rowsLeadBack: Bool {
    guard let rows = unsafe rows, let positions = unsafe positions else { return true }
    // Safe: both columns have `count` elements, and a row is compared with that before it is followed.
    return (0..<count).allSatisfy { position in
      let row = unsafe Int(rows[position])
      return unsafe row < count && positions[row] == position
    }
  }

  /// The norm of the item at a position: the given one, or computed in float64.
  fileprivate func norm(of item: Int) -> Double {
    // Safe: the caller's position is below `count`.
    if let norms = unsafe norms { return unsafe Double(norms[item]) }
    let vector = unsafe items.base + item * items.stride
    return unsafe kernels.pointee.dot64(vector, vector, items.dimension).squareRoot()
  }
}
