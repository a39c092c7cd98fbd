import AkinSupport

/// Draws items that a user has no label for.
///
/// Items are drawn from one group (so that threads share no row: see ``PairGrid``), with a probability in proportion to
/// popularityᵝ. An item with a label of the user is drawn again, at most 32 times.
struct NegativeSampler: Sendable {
  private let labels: Labels
  /// Items by group; group g is `items[offsets[g]..<offsets[g + 1]]`.
  private let items: [UInt32]
  private let offsets: [Int]
  /// Cumulative weights of items within each group; empty for uniform draws.
  private let sums: [Double]

  static let attempts = 32

  /// - Parameters:
  ///   - labels: Labels of all pairs.
  ///   - itemGroups: The group of each item.
  ///   - groups: The number of groups.
  ///   - weights: popularityᵝ of each item; empty for uniform draws.
  init(_ labels: Labels, itemGroups: [UInt8], groups: Int, weights: [Double]) {
    self.labels = labels
    var offsets = [Int](repeating: 0, count: groups + 1)
    for group in itemGroups { offsets[Int(group) + 1] += 1 }
    addUp(&offsets)
    var next = offsets
    var items = [UInt32](repeating: 0, count: itemGroups.count)
    for (item, group) in itemGroups.enumerated() {
      items[next[Int(group)]] = UInt32(item)
      next[Int(group)] += 1
    }
    var sums: [Double] = []
    if !weights.isEmpty {
      for group in 0..<groups {
        var sum = 0.0
        for place in offsets[group]..<offsets[group + 1] {
          sum += weights[Int(items[place])]
          sums.append(sum)
        }
      }
    }
    self.items = items
    self.offsets = offsets
    self.sums = sums
  }

  /// (Positive labels + 1)ᵝ of each item; empty for β = 0.
  static func weights(_ labels: Labels, popularity: Double) -> [Double] {
    if popularity == 0 { return [] }
    var counts = [Int](repeating: 0, count: labels.itemCount)
    for item in labels.positives.others { counts[Int(item)] += 1 }
    return weights(counts, popularity: popularity)
  }

  /// (Positive labels + 1)ᵝ of each item, from its number of positive labels.
  static func weights(_ positives: [Int], popularity: Double) -> [Double] {
    positives.map { pow(Double($0 + 1), popularity) }
  }

  /// Draws an item of a group that the user has no label for; `nil` if none was found.
  func draw(user: Int, group: Int, _ generator: inout SeededGenerator) -> UInt32? {
    let start = offsets[group]
    let count = offsets[group + 1] - start
    if count == 0 { return nil }
    for _ in 0..<NegativeSampler.attempts {
      var place = start
      if sums.isEmpty {
        place += Int(generator.next() % UInt64(count))
      } else {
        let wanted = generator.uniform() * sums[start + count - 1]
        var low = start
        var high = start + count - 1
        while low < high {
          let middle = (low + high) / 2
          if sums[middle] <= wanted { low = middle + 1 } else { high = middle }
        }
        place = low
      }
      if !labels.isKnown(user: user, item: items[place]) { return items[place] }
    }
    return nil
  }

  /// Draws the item j that a positive item is ranked above: with probability `explicitShare` an explicit negative of the
  /// user, else an item without a label. Falls back on an explicit negative if no unlabelled item is found.
  ///
  /// - Returns: `nil` if there is neither.
  func other(
    user: Int, group: Int, itemGroups: [UInt8], explicitShare: Double, _ generator: inout SeededGenerator
  ) -> UInt32? {
    let hasExplicit = labels.negatives.count(ofRow: user) > 0
    if hasExplicit, explicitShare > 0, generator.uniform() < explicitShare,
      let item = explicit(user: user, group: group, itemGroups: itemGroups, &generator)
    {
      return item
    }
    if let item = draw(user: user, group: group, &generator) { return item }
    return hasExplicit ? explicit(user: user, group: group, itemGroups: itemGroups, &generator) : nil
  }

  /// Draws an explicit negative of the user in a group; `nil` if none was found.
  func explicit(user: Int, group: Int, itemGroups: [UInt8], _ generator: inout SeededGenerator) -> UInt32? {
    let table = labels.negatives
    let count = table.count(ofRow: user)
    if count == 0 { return nil }
    let first = Int(generator.next() % UInt64(count))
    for step in 0..<min(count, NegativeSampler.attempts) {
      let item = table.others[table.offsets[user] + (first + step) % count]
      if Int(itemGroups[Int(item)]) == group { return item }
    }
    return nil
  }
}
