import AkinSupport
import AkinVectors

/// The positive pairs of a sampled softmax, and the items that it draws.
struct SoftmaxPairs: Sendable {
  /// The positive pairs, by user: the history of each user.
  let positives: InteractionTable
  /// The share of each item among the positive pairs: its chance to be that of another pair of a step.
  let shares: [Double]
  /// The items with a positive pair, ascending. No other is drawn, or the features of a new item would be those of an item that nobody
  /// takes.
  let items: [UInt32]

  /// - Throws: ``TrainingError/nothingToCompare``.
  init(_ labels: Labels) throws(TrainingError) {
    positives = labels.positives
    var counts = [Int](repeating: 0, count: labels.itemCount)
    for item in positives.others { counts[Int(item)] += 1 }
    let count = Double(positives.others.count)
    shares = counts.map { Double($0) / count }
    items = (0..<UInt32(labels.itemCount)).filter { counts[Int($0)] > 0 }
    guard items.count > 1 else { throw .nothingToCompare }
  }
}

/// The different items that all users of a step are compared with: the columns of a table of scores.
struct SoftmaxColumns {
  /// Rows of items, all different.
  private(set) var rows: [UInt32] = []
  /// How many items each stands for: the sum of the weights with which it was added.
  private(set) var times: [Double] = []
  /// What is added to the scores of each, over the temperature.
  var offsets: [Float] = []
  /// The column of each item, −1 for none.
  private var places: [Int32]

  init(itemCount: Int) { places = [Int32](repeating: -1, count: itemCount) }

  /// Adds an item, and returns its column.
  @discardableResult
  mutating func add(_ item: UInt32, weight: Double = 1) -> Int {
    let known = Int(places[Int(item)])
    if known >= 0 {
      times[known] += weight
      return known
    }
    places[Int(item)] = Int32(rows.count)
    rows.append(item)
    times.append(weight)
    return rows.count - 1
  }

  /// Empties the columns.
  mutating func removeAll() {
    for item in rows { places[Int(item)] = -1 }
    rows.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    offsets = []
  }

  /// The column of an item.
  func column(of item: UInt32) -> Int? {
    let place = Int(places[Int(item)])
    return place < 0 ? nil : place
  }
}

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
