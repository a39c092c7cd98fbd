import AkinSupport

/// The random order in which stochastic steps visit pairs, such that threads never share a row.
///
/// Each epoch puts users and items into G random groups each. A block holds the pairs of one group of users and one group
/// of items. G blocks without a common group make a round, and G rounds make an epoch (Gemulla et al. 2011). The blocks of
/// a round may run at once. The grid depends on the data and the seed alone, so the thread count changes no bit.
struct PairGrid: Sendable {
  /// User and item of each pair, in the users' order.
  let users: [UInt32]
  let items: [UInt32]
  let userCount: Int
  let itemCount: Int
  let seed: UInt64
  let purpose: UInt64
  let groups: Int

  /// - Parameters:
  ///   - table: Pairs by user.
  ///   - itemCount: The number of items.
  ///   - seed: The random seed.
  ///   - purpose: Keeps these random numbers apart from others of the seed.
  /// - Throws: ``TrainingError/tooManyPairs(found:)``.
  init(_ table: InteractionTable, itemCount: Int, seed: UInt64, purpose: UInt64) throws(TrainingError) {
    guard table.others.count <= Int(UInt32.max) else { throw .tooManyPairs(found: table.others.count) }
    users = table.rowOfEachPair
    items = table.others
    userCount = table.rowCount
    self.itemCount = itemCount
    self.seed = seed
    self.purpose = purpose
    groups = users.count < 1 << 15 ? 1 : 8
  }

  /// The blocks of one epoch and their pairs.
  struct Epoch {
    let groups: Int
    /// Places of pairs in the users' order, block after block, in a random order within a block.
    fileprivate(set) var places: [UInt32]
    fileprivate(set) var offsets: [Int]
    /// The group of each item.
    let itemGroups: [UInt8]

    /// The range of ``places`` that holds the block of a group of users in a round.
    func block(round: Int, users group: Int) -> Range<Int> {
      let block = group * groups + (group + round) % groups
      return offsets[block]..<offsets[block + 1]
    }

    /// The group of items of the same block.
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
    // A Fisher–Yates shuffle within each block.
    for block in 0..<groups * groups {
      var generator = SeededGenerator(seed: random.bits(at: UInt64.max &- UInt64(block)))
      let start = offsets[block]
      for length in stride(from: offsets[block + 1] - start, to: 1, by: -1) {
        places.swapAt(start + length - 1, start + Int(generator.next() % UInt64(length)))
      }
    }
    return Epoch(groups: groups, places: places, offsets: offsets, itemGroups: itemGroups)
  }

  /// Visits all blocks of an epoch.
  ///
  /// - Parameters:
  ///   - epoch: The epoch.
  ///   - execution: Threads; cancellation.
  ///   - body: Visits one block; it may change the rows of the block's users and items.
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
