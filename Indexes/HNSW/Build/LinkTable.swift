import AkinSupport

/// Growing rows of links: at most `capacity` in a row; unused entries hold ``Layer/noNode``.
///
/// Link distances are not stored: pruning recomputes them, in one call for the whole row. That adds a hundredth to the
/// build and halves the memory.
@safe final class LinkTable {
  let rows: Int
  private(set) var capacity: Int
  let links: UnsafeMutablePointer<UInt32>
  let counts: UnsafeMutablePointer<UInt16>
  private var byteCount: Int

  init(rows: Int, capacity: Int) {
    self.rows = rows
    self.capacity = capacity
    let total = max(1, rows * capacity)
    byteCount = 4 * total
    unsafe links = allocateAligned(byteCount: byteCount).bindMemory(to: UInt32.self, capacity: total)
    unsafe links.initialize(repeating: Layer.noNode, count: total)
    unsafe counts = .allocate(capacity: max(1, rows))
    unsafe counts.initialize(repeating: 0, count: max(1, rows))
  }

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe freeAligned(links, byteCount: byteCount)
    unsafe counts.deallocate()
  }

  /// Removes the slack: rows have at most `limit` links from now on, and already do.
  func tighten(to limit: Int) {
    guard limit < capacity else { return }
    for row in 0..<rows {
      precondition(count(row) <= limit, "row \(row) has \(count(row)) links, not \(limit)")
      // Safe: rows move towards the front, each into its own entries or those of rows that have moved.
      unsafe (links + row * limit).update(from: links + row * capacity, count: limit)
    }
    capacity = limit
    unsafe byteCount = shrinkAligned(links, byteCount: byteCount, to: 4 * max(1, rows * limit))
  }

  /// The number of links of a row.
  func count(_ row: Int) -> Int { Int(unsafe counts[row]) }

  /// The rows as walks read them.
  var table: Layer.Table { unsafe Layer.Table(links, stride: capacity, rows: rows) }

  /// The links of a row.
  func row(_ row: Int) -> UnsafeMutablePointer<UInt32> { unsafe links + row * capacity }

  /// Adds a link to a row that has room.
  func append(_ slot: UInt32, to row: Int) {
    let count = count(row)
    unsafe links[row * capacity + count] = slot
    unsafe counts[row] = UInt16(count + 1)
  }

  /// Replaces a row.
  func set(_ row: Int, slots: UnsafePointer<UInt32>, count: Int) {
    let target = unsafe self.row(row)
    // Safe: a row has `capacity` places.
    unsafe target.update(from: slots, count: count)
    unsafe (target + count).update(repeating: Layer.noNode, count: max(0, self.count(row) - count))
    unsafe counts[row] = UInt16(count)
  }
}
