/// One row of a file of interactions, by the numbers of its ids.
struct InteractionRow {
  var user: UInt32
  var item: UInt32
  var value: Float
}

/// Rows in the order of the file, 12 bytes each, in blocks, so that growth copies nothing.
@safe struct RowStore: ~Copyable {
  // Safe: each block holds `blockSize` entries, of which the first `count` over all blocks are initialised.

  private static let blockSize = 1 << 16
  private var blocks: [UnsafeMutablePointer<InteractionRow>] = unsafe []
  private(set) var count = 0

  deinit {
    for index in 0..<blockCount { unsafe blocks[index].deallocate() }
  }

  private var blockCount: Int { unsafe blocks.count }

  mutating func append(_ row: InteractionRow) {
    let place = count & (RowStore.blockSize - 1)
    if place == 0 { unsafe blocks.append(UnsafeMutablePointer<InteractionRow>.allocate(capacity: RowStore.blockSize)) }
    unsafe (blocks[blocks.count - 1] + place).initialize(to: row)
    count += 1
  }

  func forEach(_ body: (InteractionRow) -> Void) {
    var left = count
    for index in 0..<blockCount {
      let block = unsafe blocks[index]
      for place in 0..<min(left, RowStore.blockSize) { unsafe body(block[place]) }
      left -= RowStore.blockSize
    }
  }

  /// The number of the first row that fits.
  func first(where fits: (InteractionRow) -> Bool) -> Int? {
    var place = 0
    var found: Int?
    forEach { entry in
      if found == nil, fits(entry) { found = place }
      place += 1
    }
    return found
  }

  /// The numbers of the first two rows of a pair.
  func places(user: UInt32, item: UInt32) -> [Int] {
    var found: [Int] = []
    var place = 0
    forEach { entry in
      if entry.user == user, entry.item == item, found.count < 2 { found.append(place) }
      place += 1
    }
    return found
  }
}
