import AkinSupport

/// Items that a step draws.
struct SoftmaxDraw: Equatable {
  /// The items that count: first the hard negatives, each as one, then others.
  var items: [UInt32]
  /// The first items, each of which counts as one.
  var hardCount: Int
  /// What each other item counts for.
  var weight = 1.0
  /// The items that were drawn in all.
  var poolCount: Int

  /// A draw of which all items count.
  init(_ pool: [UInt32]) {
    (items, hardCount, poolCount) = (pool, 0, pool.count)
  }

  /// A draw of which hard negatives count, and in place of all others some drawn again.
  ///
  /// - Parameters:
  ///   - pool: All items, the hard negatives first.
  ///   - hardCount: The number of hard negatives.
  ///   - count: The items that count; more than hard negatives, fewer than all.
  ///   - generator: Draws the others.
  init(_ pool: [UInt32], hardCount: Int, count: Int, _ generator: inout SeededGenerator) {
    var pool = pool
    for place in hardCount..<count { pool.swapAt(place, place + Int(generator.next() % UInt64(pool.count - place))) }
    (items, self.hardCount, poolCount) = (Array(pool.prefix(count)), hardCount, pool.count)
    weight = Double(pool.count - hardCount) / Double(count - hardCount)
  }
}
