import AkinSupport
import AkinVectors

/// The users of one step: their vectors, losses and slopes.
///
/// With z the vector of a user, n = |x|² the sum of its squared weights and G = AᵀA the Gramian of the items,
///
///     x̂ · x = |z|² − n        |x̂|² = z G z − 2 |z|² + n        c = cos(x, x̂)
///
///     slope of the loss in z, the items fixed:   −4 (1 / (|x| |x̂|) + c / |x̂|²) z  +  2 c / |x̂|² G z
///     slope in G:                                c / |x̂|² z zᵀ
///
/// so a step costs no product for each pair of a user and an item.
struct ELSABatch {
  /// Users of a step.
  let size: Int
  /// z of each user.
  let vectors: DoubleTable
  /// The slope of each user's loss in z.
  let slopes: DoubleTable
  /// c / |x̂|² z of each user.
  let scaled: DoubleTable

  init(size: Int, dimensions: Int) {
    self.size = size
    vectors = DoubleTable(count: size, width: dimensions)
    slopes = DoubleTable(count: size, width: dimensions)
    scaled = DoubleTable(count: size, width: dimensions)
  }

  /// Fills the tables for some users; rows beyond them become zeros.
  ///
  /// - Returns: The sum of the losses.
  func score(
    _ users: ArraySlice<UInt32>, of table: InteractionTable, _ rule: HistorySum, _ items: ELSAItems,
    _ execution: Execution
  ) throws -> Double {
    let loops = DenseLoops.active
    let gramian = try items.gramian(execution)
    let stride = vectors.stride
    return try execution.sum(of: size, by: 32) { _, slots in
      var squares = [Double](repeating: 0, count: slots.count)
      for table in [vectors, slopes, scaled] {
        // Safe: this chunk alone writes these rows, which have one stride.
        unsafe table.row(slots.lowerBound).update(repeating: 0, count: slots.count * stride)
      }
      for slot in slots where slot < users.count {
        let user = Int(users[users.startIndex + slot])
        let pairs = table.offsets[user]..<table.offsets[user + 1]
        for (item, weight) in zip(table.others[pairs], rule.weights(table.values[pairs])) where weight > 0 {
          squares[slot - slots.lowerBound] += weight * weight
          // Safe: an item of the table is a row of the items; the rows have one stride.
          unsafe loops.add(vectors.row(slot), 1, weight, items.unit.row(Int(item)), stride)
        }
      }
      // Safe: the Gramian has a row for each component; this chunk alone writes its rows of the slopes.
      unsafe loops.multiply(
        vectors.row(slots.lowerBound), stride, slots.count, vectors.width, gramian.base, gramian.stride, stride, 1,
        slopes.row(slots.lowerBound), stride)
      var sum = 0.0
      for slot in slots where slot < users.count {
        let n = squares[slot - slots.lowerBound]
        sum += finish(slot, n: n, loops)
      }
      return sum
    }
  }

  /// Makes a user's slopes of G z, which stands in their place.
  ///
  /// - Returns: The loss.
  private func finish(_ slot: Int, n: Double, _ loops: DenseLoops) -> Double {
    let stride = vectors.stride
    // Safe: all three tables have this row, with one stride.
    let (z, slope, scaled) = unsafe (vectors.row(slot), slopes.row(slot), scaled.row(slot))
    let square = unsafe loops.dot(z, z, stride)
    let predicted = unsafe loops.dot(z, slope, stride) - 2 * square + n
    guard predicted > 1e-12 * n else {
      // Nothing is predicted, so there is no direction to mend.
      unsafe slope.update(repeating: 0, count: stride)
      return 2
    }
    let length = (n * predicted).squareRoot()
    let cosine = (square - n) / length
    let share = cosine / predicted
    unsafe loops.add(slope, 2 * share, -4 * (1 / length + share), z, stride)
    unsafe loops.add(scaled, 0, share, z, stride)
    return 2 - 2 * cosine
  }
}
