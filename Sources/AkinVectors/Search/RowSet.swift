/// A set of rows of one table, as bits: membership in O(1), creation in O(table / 64).
public struct RowSet: Sendable, Equatable {
  /// The number of rows of the table.
  public let capacity: Int
  /// The number of rows in the set.
  public private(set) var count = 0
  private var words: [UInt64]

  /// Creates an empty set.
  ///
  /// - Parameter capacity: The number of rows of the table.
  public init(capacity: Int) {
    self.capacity = capacity
    words = Array(repeating: 0, count: (capacity + 63) / 64)
  }

  /// Creates a set; ignores rows outside the table.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - capacity: The number of rows of the table.
  public init(_ rows: some Sequence<Row>, capacity: Int) {
    self.init(capacity: capacity)
    for row in rows { insert(row) }
  }

  /// Adds a row; ignores rows outside the table.
  ///
  /// - Parameter row: The row.
  public mutating func insert(_ row: Row) {
    let index = Int(row.index)
    guard index < capacity else { return }
    let bit = UInt64(1) << UInt64(index & 63)
    if words[index >> 6] & bit == 0 { count += 1 }
    words[index >> 6] |= bit
  }

  /// Removes a row, if present.
  ///
  /// - Parameter row: A row of the table.
  public mutating func remove(_ row: Row) {
    guard contains(row) else { return }
    let index = Int(row.index)
    words[index >> 6] &= ~(1 << UInt64(index & 63))
    count -= 1
  }

  /// Adds the rows of a set of the same table.
  ///
  /// - Parameter other: A set with the same ``capacity``.
  public mutating func formUnion(_ other: RowSet) {
    precondition(other.capacity == capacity, "sets of \(capacity) and \(other.capacity) rows")
    for word in words.indices { words[word] |= other.words[word] }
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Removes the rows of a set of the same table.
  ///
  /// - Parameter other: A set with the same ``capacity``.
  public mutating func subtract(_ other: RowSet) {
    precondition(other.capacity == capacity, "sets of \(capacity) and \(other.capacity) rows")
    for word in words.indices { words[word] &= ~other.words[word] }
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether a row is in the set.
  ///
  /// - Parameter row: The row.
  public func contains(_ row: Row) -> Bool {
    let index = Int(row.index)
    return index < capacity && words[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  /// Lends the bits to hot loops, which must check `r < capacity`: row `r` is bit `r % 64` of word `r / 64`.
  @unsafe package func withWords<R>(_ body: (UnsafeBufferPointer<UInt64>) throws -> R) rethrows -> R {
    try unsafe words.withUnsafeBufferPointer(body)
  }
}
