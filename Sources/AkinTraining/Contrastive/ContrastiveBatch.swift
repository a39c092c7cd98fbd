import AkinSupport
import AkinVectors

/// The users of one step, their pairs, and the items that are drawn for all of them.
///
/// A *slot* is a pair of the batch, or behind them a drawn item. The slots of an item are a list, ascending.
struct ContrastiveBatch {
  /// The most pairs of a user in a step; a user of more takes a run of them that starts at a random one.
  static let pairLimit = 1024

  /// Items of the pairs, user after user.
  private(set) var items: [UInt32] = []
  /// The pairs of user u are `offsets[u]..<offsets[u + 1]`.
  private(set) var offsets: [Int] = [0]
  /// The drawn items, all different where they are drawn uniformly.
  private(set) var drawn: [UInt32] = []
  /// The items of all slots, each once.
  private(set) var touched: [UInt32] = []
  /// The first slot of each item, −1 for none.
  private var heads: [Int32]
  /// The next slot of the same item, −1 for none.
  private var next: [Int32] = []

  var userCount: Int { offsets.count - 1 }

  init(itemCount: Int) { heads = [Int32](repeating: -1, count: itemCount) }

  /// Fills the batch.
  ///
  /// - Parameters:
  ///   - users: Rows of users.
  ///   - positives: The positive pairs, by user.
  ///   - sampler: Draws items.
  ///   - generator: The batch's random numbers.
  mutating func fill(
    _ users: ArraySlice<UInt32>, of positives: InteractionTable, _ sampler: ItemSampler,
    _ generator: inout SeededGenerator
  ) {
    for item in touched { heads[Int(item)] = -1 }
    items.removeAll(keepingCapacity: true)
    offsets = [0]
    touched.removeAll(keepingCapacity: true)
    for user in users {
      let (start, count) = (positives.offsets[Int(user)], positives.count(ofRow: Int(user)))
      if count <= ContrastiveBatch.pairLimit {
        items += positives.others[start..<start + count]
      } else {
        let first = Int(generator.next() % UInt64(count))
        for step in 0..<ContrastiveBatch.pairLimit { items.append(positives.others[start + (first + step) % count]) }
      }
      offsets.append(items.count)
    }
    drawn = sampler.draw(&generator)
    next = [Int32](repeating: -1, count: items.count + drawn.count)
    for slot in (0..<next.count).reversed() {
      let item = Int(slot < items.count ? items[slot] : drawn[slot - items.count])
      if heads[item] < 0 { touched.append(UInt32(item)) }
      next[slot] = heads[item]
      heads[item] = Int32(slot)
    }
  }

  /// Calls `body` for each slot of an item, ascending.
  func forEachSlot(of item: UInt32, _ body: (Int) -> Void) {
    var slot = heads[Int(item)]
    while slot >= 0 {
      body(Int(slot))
      slot = next[Int(slot)]
    }
  }
}

/// Draws items for a batch.
struct ItemSampler {
  private let itemCount: Int
  private let count: Int
  /// Cumulative weights; empty for uniform draws.
  private let sums: [Double]

  /// - Parameters:
  ///   - count: Items of a batch; as many as there are items, or more, take each once.
  ///   - weights: The weight of each item; empty for uniform draws.
  init(itemCount: Int, count: Int, weights: [Double]) {
    self.itemCount = itemCount
    self.count = min(count, itemCount)
    var sum = 0.0
    sums =
      count >= itemCount
      ? []
      : weights.map {
        sum += $0; return sum
      }
  }

  /// Draws the items of a batch. Uniform draws are of different items.
  func draw(_ generator: inout SeededGenerator) -> [UInt32] {
    if count == itemCount { return (0..<UInt32(itemCount)).map { $0 } }
    var found: [UInt32] = []
    found.reserveCapacity(count)
    if sums.isEmpty {
      // One item of each of `count` equal parts of the items, in an order that the draw turns: each item is as likely as any.
      let start = Int(generator.next() % UInt64(itemCount))
      for part in 0..<count {
        let (low, high) = (part * itemCount / count, (part + 1) * itemCount / count)
        let place = low + Int(generator.next() % UInt64(high - low))
        found.append(UInt32((place + start) % itemCount))
      }
      return found
    }
    for _ in 0..<count {
      let wanted = generator.uniform() * sums[itemCount - 1]
      var (low, high) = (0, itemCount - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] <= wanted { low = middle + 1 } else { high = middle }
      }
      found.append(UInt32(low))
    }
    return found
  }

  /// −ln (the chance of an item × the number of items): 0 for uniform draws.
  func correction(of item: UInt32) -> Float {
    guard let whole = sums.last, whole > 0 else { return 0 }
    let weight = sums[Int(item)] - (item > 0 ? sums[Int(item) - 1] : 0)
    return Float(-log(max(weight / whole * Double(itemCount), 1e-30)))
  }
}
