import AkinSupport
import AkinVectors

/// What the sum of a history's items is multiplied by to make the user's vector in a `contrastive` training.
///
///     damped mean    c / (n + κ)      n items; c gives the vectors of all users together a mean length of 1
///     direction      1 / |sum|
///
/// The length of a damped mean says how alike the items of a history are. So a user of one taste is ranked by it, and one of
/// many tastes, or of a short history, more by the items' biases.
struct HistoryScale {
  /// κ; `nil` for the direction.
  private let damping: Float?
  /// c; for the direction 1.
  let factor: Float

  /// The rule of the first epoch: c is 1, since random items cancel out, and a sum of them would be blown up.
  init(damping: Double?) {
    self.damping = damping.map { Float($0) }
    factor = 1
  }

  /// Measures c on the items as they are. It counts as a constant in gradients.
  ///
  /// - Parameters:
  ///   - damping: κ, or `nil` for the direction.
  ///   - users: Rows of users with two positive pairs or more.
  ///   - positives: The positive pairs, by user.
  /// - Complexity: O(positive pairs × dimensions).
  init(
    damping: Double?, items: ContrastiveItems, users: [UInt32], positives: InteractionTable, execution: Execution
  ) throws {
    self.damping = damping.map { Float($0) }
    guard let damping else {
      factor = 1
      return
    }
    var lengths = [Double](repeating: 0, count: users.count)
    try unsafe lengths.withUnsafeMutableBufferPointer { lengths in
      // Safe: each user writes its own element, and `lengths` outlives the threads.
      nonisolated(unsafe) let lengths = unsafe lengths
      try execution.forEachChunk(of: users.count, by: 256) { _, places in
        let sum = AlignedFloats(count: items.stride)
        for place in places {
          let pairs = positives.offsets[Int(users[place])]..<positives.offsets[Int(users[place]) + 1]
          unsafe sum.floats.update(repeating: 0)
          // Safe: rows of `stride` floats, from multiples of 64 bytes on.
          let total = unsafe lanes(sum.floats.baseAddress!)
          for pair in pairs {
            let q = unsafe lanes(items.unit(Int(positives.others[pair])))
            for k in 0..<items.stride / 16 { unsafe total[k] += q[k] }
          }
          var square = Lanes.zero
          for k in 0..<items.stride / 16 { unsafe square += total[k] * total[k] }
          unsafe lengths[place] = Double(square.sum()).squareRoot() / (Double(pairs.count) + damping)
        }
      }
    }
    let mean = lengths.reduce(0, +) / Double(max(users.count, 1))
    factor = mean > 1e-6 ? Float(1 / mean) : 1
  }

  /// Whether the vector of a user has length 1, whatever its history, so that a gradient turns it and does nothing else.
  var isDirection: Bool { damping == nil }

  /// The multiplier of a sum.
  ///
  /// - Parameters:
  ///   - count: The items of the sum.
  ///   - length: The length of the sum, above 0.
  func multiplier(count: Int, length: Float) -> Float {
    damping.map { factor / (Float(count) + $0) } ?? 1 / length
  }
}
