import AkinSupport
import AkinVectors

/// Collects rows and sorts them into ``Interactions``.
///
/// Two stable counting sorts, by item and then by user, order n rows in O(n + users + items), with the file's order
/// left within a pair. Peak memory is about 20 bytes a row, beside the ids.
struct InteractionBuilder: ~Copyable {
  var users = IDTable()
  var items = IDTable()
  private(set) var rows = RowStore()
  /// One time for each row, or none for any.
  private var times: [Double] = []

  /// Adds a row: what the tables of ids gave for its user and item, its value, and, when rows have one, its time.
  mutating func add(user: UInt32, item: UInt32, value: Float, time: Double? = nil) {
    rows.append(RowStore.Entry(user: user, item: item, value: value))
    if let time { times.append(time) }
  }

  /// A pair that stands in two rows: their numbers, from 0, and its ids.
  struct Duplicate: Error {
    let user: ItemID
    let item: ItemID
    let first: Int
    let second: Int
  }

  /// Sorts everything.
  consuming func build(duplicates: DuplicateRule) throws(Duplicate) -> Interactions {
    let (userIDs, userRank) = users.sorted()
    let (itemIDs, itemRank) = items.sorted()
    let read = rows.count

    var itemOffsets = [Int](repeating: 0, count: itemIDs.count + 1)
    rows.forEach { itemOffsets[Int(itemRank[Int($0.item)]) + 1] += 1 }
    addUp(&itemOffsets)
    var usersOfItems = [UInt32](repeating: 0, count: read)
    var valuesOfItems = [Float](repeating: 0, count: read)
    var next = itemOffsets
    rows.forEach { entry in
      let item = Int(itemRank[Int(entry.item)])
      let place = next[item]
      next[item] = place + 1
      usersOfItems[place] = userRank[Int(entry.user)]
      valuesOfItems[place] = entry.value
    }
    if duplicates != .refuse, times.isEmpty { rows = RowStore() }

    let sorted = InteractionTable(offsets: itemOffsets, others: usersOfItems, values: valuesOfItems)
    let all = sorted.transposed(rowCount: userIDs.count)
    guard let pair = all.firstDuplicate else {
      return Interactions(
        userIDs: userIDs, itemIDs: itemIDs, byUser: all, byItem: all.transposed(rowCount: itemIDs.count),
        rowsRead: read, times: times(of: all, userRank, itemRank))
    }
    if duplicates == .refuse {
      let user = userRank.firstIndex(of: UInt32(pair.row)) ?? 0
      let item = itemRank.firstIndex(of: pair.other) ?? 0
      let places = rows.places(user: UInt32(user), item: UInt32(item))
      throw Duplicate(
        user: users.id(at: user), item: items.id(at: item), first: places.first ?? 0, second: places.last ?? 0)
    }
    let joined = all.joiningDuplicates(adding: duplicates == .sum)
    return Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: joined, byItem: joined.transposed(rowCount: itemIDs.count),
      rowsRead: read, times: times(of: joined, userRank, itemRank))
  }

  /// The latest time of each pair of a table whose pairs stand once: O(rows × log of a user's pairs).
  private func times(of table: InteractionTable, _ userRank: [UInt32], _ itemRank: [UInt32]) -> [Double]? {
    guard !times.isEmpty else { return nil }
    var latest = [Double](repeating: -.infinity, count: table.others.count)
    var row = 0
    rows.forEach { entry in
      if let place = table.place(row: Int(userRank[Int(entry.user)]), other: itemRank[Int(entry.item)]) {
        latest[place] = max(latest[place], times[row])
      }
      row += 1
    }
    return latest
  }
}

/// Turns counts, one place to the right, into offsets.
func addUp(_ offsets: inout [Int]) {
  for index in offsets.indices.dropFirst() { offsets[index] += offsets[index - 1] }
}

extension InteractionTable {
  /// Where a pair stands, or `nil`. O(log of the row's pairs).
  func place(row: Int, other: UInt32) -> Int? {
    var low = offsets[row]
    var high = offsets[row + 1]
    while low < high {
      let middle = (low + high) / 2
      if others[middle] < other { low = middle + 1 } else { high = middle }
    }
    return low < offsets[row + 1] && others[low] == other ? low : nil
  }

  /// The other side's view of the same pairs, each row ascending because the rows here come in order.
  func transposed(rowCount count: Int) -> InteractionTable {
    var offsets = [Int](repeating: 0, count: count + 1)
    for other in others { offsets[Int(other) + 1] += 1 }
    addUp(&offsets)
    var rows = [UInt32](repeating: 0, count: others.count)
    var moved = [Float](repeating: 0, count: others.count)
    var next = offsets
    for row in 0..<rowCount {
      for place in self.offsets[row]..<self.offsets[row + 1] {
        let other = Int(others[place])
        let target = next[other]
        next[other] = target + 1
        rows[target] = UInt32(row)
        moved[target] = values[place]
      }
    }
    return InteractionTable(offsets: offsets, others: rows, values: moved)
  }

  /// The first pair that stands twice, in a table whose rows are ascending.
  fileprivate var firstDuplicate: (row: Int, other: UInt32)? {
    for row in 0..<rowCount {
      var place = offsets[row] + 1
      while place < offsets[row + 1] {
        if others[place] == others[place - 1] { return (row, others[place]) }
        place += 1
      }
    }
    return nil
  }

  /// The table with each pair once: the sum of its values, or the last of them.
  fileprivate func joiningDuplicates(adding: Bool) -> InteractionTable {
    var newOffsets = [0]
    newOffsets.reserveCapacity(offsets.count)
    var newOthers: [UInt32] = []
    var newValues: [Float] = []
    newOthers.reserveCapacity(others.count)
    newValues.reserveCapacity(others.count)
    for row in 0..<rowCount {
      let start = newOthers.count
      // Sums are made in double and in the file's order.
      var sum = 0.0
      for place in offsets[row]..<offsets[row + 1] {
        if newOthers.count > start, newOthers[newOthers.count - 1] == others[place] {
          sum = adding ? sum + Double(values[place]) : Double(values[place])
          newValues[newValues.count - 1] = Float(min(sum, Double(Float.greatestFiniteMagnitude)))
        } else {
          sum = Double(values[place])
          newOthers.append(others[place])
          newValues.append(values[place])
        }
      }
      newOffsets.append(newOthers.count)
    }
    return InteractionTable(offsets: newOffsets, others: newOthers, values: newValues)
  }
}

/// Rows in the order of the file, 12 bytes each, in blocks, so that growing copies nothing.
@safe struct RowStore: ~Copyable {
  // Safe: each block holds `blockSize` entries, of which the first `count` over all blocks are initialised.

  struct Entry {
    var user: UInt32
    var item: UInt32
    var value: Float
  }

  private static let blockSize = 1 << 16
  private var blocks: [UnsafeMutablePointer<Entry>] = unsafe []
  private(set) var count = 0

  deinit {
    for index in 0..<blockCount { unsafe blocks[index].deallocate() }
  }

  private var blockCount: Int { unsafe blocks.count }

  mutating func append(_ entry: Entry) {
    let place = count & (RowStore.blockSize - 1)
    if place == 0 { unsafe blocks.append(UnsafeMutablePointer<Entry>.allocate(capacity: RowStore.blockSize)) }
    unsafe (blocks[blocks.count - 1] + place).initialize(to: entry)
    count += 1
  }

  func forEach(_ body: (Entry) -> Void) {
    var left = count
    for index in 0..<blockCount {
      let block = unsafe blocks[index]
      for place in 0..<min(left, RowStore.blockSize) { unsafe body(block[place]) }
      left -= RowStore.blockSize
    }
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
