/// Rows of links with their lengths, as they grow: at most `capacity` in a row, unused places hold ``Layer/noNode``.
///
/// Keeping each link's distance (4 bytes) saves measuring it again whenever a full row is pruned.
@safe final class LinkTable {
  let rows: Int
  let capacity: Int
  let links: UnsafeMutablePointer<UInt32>
  let distances: UnsafeMutablePointer<Float>
  let counts: UnsafeMutablePointer<UInt16>

  init(rows: Int, capacity: Int) {
    self.rows = rows
    self.capacity = capacity
    let total = max(1, rows * capacity)
    unsafe links = .allocate(capacity: total)
    unsafe links.initialize(repeating: Layer.noNode, count: total)
    unsafe distances = .allocate(capacity: total)
    unsafe distances.initialize(repeating: 0, count: total)
    unsafe counts = .allocate(capacity: max(1, rows))
    unsafe counts.initialize(repeating: 0, count: max(1, rows))
  }

  deinit {
    // Safe: `init` allocated each of these, and the elements are trivial.
    unsafe links.deallocate()
    unsafe distances.deallocate()
    unsafe counts.deallocate()
  }

  /// How many links a row has.
  func count(_ row: Int) -> Int { Int(unsafe counts[row]) }

  /// Adds a link to a row that has room.
  func append(_ point: UInt32, distance: Float, to row: Int) {
    let count = count(row)
    unsafe links[row * capacity + count] = point
    unsafe distances[row * capacity + count] = distance
    unsafe counts[row] = UInt16(count + 1)
  }

  /// Replaces a row.
  func set(_ row: Int, points: UnsafePointer<UInt32>, distances new: UnsafePointer<Float>, count: Int) {
    for place in 0..<capacity {
      unsafe links[row * capacity + place] = place < count ? points[place] : Layer.noNode
      unsafe distances[row * capacity + place] = place < count ? new[place] : 0
    }
    unsafe counts[row] = UInt16(count)
  }

  /// Writes a row's links as candidates, in row order.
  func candidates(of row: Int, into candidates: inout [UInt64]) {
    for place in 0..<count(row) {
      let start = row * capacity + place
      candidates.append(unsafe Candidate.pack(distance: distances[start], node: links[start]))
    }
  }
}
