import AkinVectors

/// What the groups of a step share: the items as a layer.
@safe final class SoftmaxTables: @unchecked Sendable {
  // Safe: it is written between the passes over the groups alone, and each group has its own space.

  /// Components of a vector, padded.
  let width: Int
  /// Columns of the tables now: the items in blocks of 32, and 16 more, since rows of a power of two would share lines of the cache.
  private(set) var stride = 0
  /// Components × columns: the items' unit vectors.
  let weights: AlignedFloats
  /// What is added to the scores of a column; very low for padding.
  let offsets: AlignedFloats
  /// Components × 32 ones, which no input of the layer is below.
  let ones: AlignedFloats
  /// One for each group of users.
  let spaces: [SoftmaxSpace]

  /// Columns of a table of so many items.
  static func stride(_ count: Int) -> Int {
    (count + TowerNetwork.batch - 1) / TowerNetwork.batch * TowerNetwork.batch + 16
  }

  /// - Parameters:
  ///   - width: Components of a vector, padded.
  ///   - capacity: The most items of a step.
  init(width: Int, capacity: Int) {
    self.width = width
    let most = SoftmaxTables.stride(capacity)
    weights = AlignedFloats(count: width * most)
    offsets = AlignedFloats(count: most)
    ones = AlignedFloats(count: width * TowerNetwork.batch)
    spaces = (0..<SoftmaxStep.groups).map { _ in SoftmaxSpace(width: width, stride: most) }
    unsafe ones.floats.update(repeating: 1)
  }

  /// The number of floats of these tables.
  static func floatCount(width: Int, capacity: Int) -> Int {
    stride(capacity) * (width + 1 + SoftmaxStep.groups * (width + 1 + 2 * TowerNetwork.batch))
  }

  /// Takes the unit vectors of the last batch of a tower.
  func load(_ items: TowerTrainer, _ columns: SoftmaxColumns) {
    let (batch, count) = (TowerNetwork.batch, columns.rows.count)
    stride = SoftmaxTables.stride(count)
    for component in 0..<width {
      // Safe: `stride` is at most that of the capacity; each block has 32 columns, and 16 are left.
      let row = unsafe weights.floats.baseAddress! + component * stride
      for block in 0..<items.blockCount {
        let unit = unsafe items.unit(block) + component * batch
        for place in 0..<batch { unsafe row[block * batch + place] = unit[place] }
      }
      for column in count..<stride { unsafe row[column] = 0 }
    }
    for column in 0..<stride {
      unsafe offsets.floats[column] = column < count ? columns.offsets[column] : SoftmaxTerm.never
    }
  }

  /// Adds up the gradients of the groups, in order, by the items of a block.
  ///
  /// - Parameters:
  ///   - block: 32 columns.
  ///   - count: The columns that are items.
  ///   - groups: The groups that have run.
  ///   - slope: Components × 32.
  @unsafe func addUp(_ block: Int, count: Int, groups: Int, to slope: UnsafeMutablePointer<Float>) {
    let batch = TowerNetwork.batch
    for component in 0..<width {
      for place in 0..<batch {
        let column = block * batch + place
        var sum: Float = 0
        if column < count {
          for group in 0..<groups { unsafe sum += spaces[group].part.floats[component * stride + column] }
        }
        unsafe slope[component * batch + place] = sum
      }
    }
  }
}

/// Scratch space of one group of users.
@safe final class SoftmaxSpace: @unchecked Sendable {
  // Safe: one thread at a time works on a group.

  /// Components × 32: the users' unit vectors over the temperature.
  let inputs: AlignedFloats
  /// Columns × 32: scores, then the gradient by them.
  let scores: AlignedFloats
  /// 32 × columns.
  let transposed: AlignedFloats
  /// Components × columns, then columns: the group's gradient by the items and by the offsets.
  let part: AlignedFloats
  /// One number for each of 32 users: the largest score, the sum of exponentials over it, and a factor.
  let largest: AlignedFloats
  let totals: AlignedFloats
  let factors: AlignedFloats

  init(width: Int, stride: Int) {
    let lanes = TowerNetwork.batch
    inputs = AlignedFloats(count: width * lanes)
    scores = AlignedFloats(count: stride * lanes)
    transposed = AlignedFloats(count: stride * lanes)
    part = AlignedFloats(count: (width + 1) * stride)
    largest = AlignedFloats(count: lanes)
    totals = AlignedFloats(count: lanes)
    factors = AlignedFloats(count: lanes)
  }
}
