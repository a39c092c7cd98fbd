import AkinSupport

/// The pairs of one step, by user, and the items that they are compared with.
struct SoftmaxBatch {
  /// Rows of users, each once, ascending.
  private(set) var users: [UInt32] = []
  /// The pairs of user u are `offsets[u]..<offsets[u + 1]`.
  private(set) var offsets: [Int] = [0]
  /// The items of the pairs.
  private(set) var items: [UInt32] = []
  private(set) var columns: SoftmaxColumns

  /// The number of pairs.
  var count: Int { items.count }

  init(itemCount: Int) { columns = SoftmaxColumns(itemCount: itemCount) }

  /// Takes pairs.
  ///
  /// - Parameters:
  ///   - places: The places of the pairs, by user, in any order.
  ///   - users: The row of the user of each pair.
  ///   - positives: The positive pairs, by user.
  mutating func fill(_ places: ArraySlice<UInt32>, users rows: [UInt32], _ positives: InteractionTable) {
    users.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
    offsets = [0]
    for place in places.sorted() {
      if users.last != rows[Int(place)] {
        if !users.isEmpty { offsets.append(items.count) }
        users.append(rows[Int(place)])
      }
      items.append(positives.others[Int(place)])
    }
    offsets.append(items.count)
  }

  /// Makes the items of the columns, with offsets of 0.
  mutating func compare(with pool: [UInt32]) {
    columns.removeAll()
    for item in pool { columns.add(item) }
    columns.offsets = [Float](repeating: 0, count: pool.count)
  }

  /// Makes columns of the pairs' items and of drawn items, and corrects their scores by what was expected of them (logQ).
  ///
  /// A sum over the items of the B − 1 other pairs and over N drawn items has item j, with a share p of all pairs, (B − 1) p + N / m
  /// times on average. An item that stands there c times counts as c over that, so that the sum is on average the one over all m items.
  mutating func compare(with draw: SoftmaxDraw, _ pairs: SoftmaxPairs) {
    columns.removeAll()
    for item in items { columns.add(item) }
    for (place, item) in draw.items.enumerated() { columns.add(item, weight: place < draw.hardCount ? 1 : draw.weight) }
    let (others, share) = (Double(items.count - 1), Double(draw.poolCount) / Double(pairs.items.count))
    columns.offsets = columns.rows.indices.map { column in
      let expected = others * pairs.shares[Int(columns.rows[column])] + share
      // Nothing is expected where a single pair is compared with nothing.
      return expected > 0 ? Float(log(columns.times[column] / expected)) : 0
    }
  }
}
