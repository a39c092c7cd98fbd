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
