import AkinSupport

/// The order in which pairs are visited by stochastic steps: drawn anew each epoch, and such that threads may share the
/// work without sharing a row.
///
/// Users and items are dealt into G groups each, by draws of the seed and the epoch; a block is what one group of users
/// has with one group of items. G blocks that share no group make a round, and G rounds an epoch (Gemulla et al. 2011).
/// Blocks of a round may run at once, and because the grid follows from the data alone, so does every bit of the result.
struct PairGrid: Sendable {
  /// Rows of pairs in the users' order: whose they are, and with which item.
  let users: [UInt32]
  let items: [UInt32]
  let userCount: Int
  let itemCount: Int
  let seed: UInt64
  let purpose: UInt64
  let groups: Int

  /// - Parameter table: The users' view of the pairs.
  /// - Throws: ``TrainingError/tooManyPairs(found:)``
  init(_ table: InteractionTable, itemCount: Int, seed: UInt64, purpose: UInt64) throws(TrainingError) {
    guard table.others.count <= Int(UInt32.max) else { throw .tooManyPairs(found: table.others.count) }
    var users: [UInt32] = []
    users.reserveCapacity(table.others.count)
    for row in 0..<table.rowCount {
      for _ in 0..<table.count(ofRow: row) { users.append(UInt32(row)) }
    }
    self.users = users
    items = table.others
    userCount = table.rowCount
    self.itemCount = itemCount
    self.seed = seed
    self.purpose = purpose
    groups = users.count < 1 << 15 ? 1 : 8
  }

  /// One epoch: its blocks and their pairs.
  struct Epoch {
    let groups: Int
    /// The places of pairs in the users' order, block after block, drawn in no order within a block.
    fileprivate(set) var places: [UInt32]
    fileprivate(set) var offsets: [Int]
    /// The group of each item.
    let itemGroups: [UInt8]

    /// The pairs of the block that group `users` takes part in, in a round.
    func block(round: Int, users group: Int) -> Range<Int> {
      let block = group * groups + (group + round) % groups
      return offsets[block]..<offsets[block + 1]
    }

    /// The group of items of that block.
    func itemGroup(round: Int, users group: Int) -> Int { (group + round) % groups }
  }

  /// Draws the order of an epoch.
  func epoch(_ number: Int) -> Epoch {
    let random = CounterRandom(seed: seed, purpose: purpose &+ UInt64(number) &* 4)
    let userGroups = (0..<userCount).map { UInt8(random.bits(at: UInt64(2 * $0)) % UInt64(groups)) }
    let itemGroups = (0..<itemCount).map { UInt8(random.bits(at: UInt64(2 * $0 + 1)) % UInt64(groups)) }
    var offsets = [Int](repeating: 0, count: groups * groups + 1)
    func block(_ place: Int) -> Int { Int(userGroups[Int(users[place])]) * groups + Int(itemGroups[Int(items[place])]) }
    for place in users.indices { offsets[block(place) + 1] += 1 }
    addUp(&offsets)
    var next = offsets
    var places = [UInt32](repeating: 0, count: users.count)
    for place in users.indices {
      let block = block(place)
      places[next[block]] = UInt32(place)
      next[block] += 1
    }
    // Fisher and Yates, within each block.
    for block in 0..<groups * groups {
      var generator = SeededGenerator(seed: random.bits(at: UInt64.max &- UInt64(block)))
      let start = offsets[block]
      for length in stride(from: offsets[block + 1] - start, to: 1, by: -1) {
        places.swapAt(start + length - 1, start + Int(generator.next() % UInt64(length)))
      }
    }
    return Epoch(groups: groups, places: places, offsets: offsets, itemGroups: itemGroups)
  }

  /// Visits all pairs of an epoch: `body` gets a block's places, and may change the rows of its users and items.
  func visit(
    _ epoch: Epoch, execution: Execution,
    _ body: (_ places: ArraySlice<UInt32>, _ itemGroup: Int, _ block: Int) throws -> Void
  ) throws {
    for round in 0..<groups {
      try execution.forEachChunk(of: groups, by: 1) { _, range in
        let group = range.lowerBound
        try body(
          epoch.places[epoch.block(round: round, users: group)], epoch.itemGroup(round: round, users: group),
          round * groups + group)
      }
    }
  }
}
