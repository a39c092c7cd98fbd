/// A set of rows of one table, as bits: membership in O(1), creation in O(table / 64).
public struct RowSet: Sendable, Hashable {
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
  @inlinable
  public init(_ rows: some Sequence<Row>, capacity: Int) {
    self.init(capacity: capacity)
    for row in rows { insert(row) }
  }

  /// Creates the set of the rows for which a predicate holds.
  ///
  /// - Parameters:
  ///   - capacity: The number of rows of the table.
  ///   - isIncluded: Whether a row is in the set; called once for each row, in their order.
  /// - Complexity: O(*table*).
  @inlinable
  public init(capacity: Int, where isIncluded: (Row) throws -> Bool) rethrows {
    var words: [UInt64] = []
    words.reserveCapacity((capacity + 63) / 64)
    var start = 0
    while start < capacity {
      var word: UInt64 = 0
      for bit in 0..<min(64, capacity - start) {
        word |= (try isIncluded(Row(UInt32(start + bit))) ? 1 : 0) << UInt64(bit)
      }
      words.append(word)
      start += 64
    }
    self.init(words: words, capacity: capacity)
  }

  /// Creates a set of bits: row `r` is bit `r % 64` of word `r / 64`.
  ///
  /// - Parameters:
  ///   - words: ⌈*table* / 64⌉ words, another number traps; bits behind the last row are ignored.
  ///   - capacity: The number of rows of the table.
  public init(words: [UInt64], capacity: Int) {
    precondition(words.count == (capacity + 63) / 64, "\(words.count) words for \(capacity) rows")
    self.capacity = capacity
    self.words = words
    if capacity & 63 != 0 { self.words[words.count - 1] &= 1 << UInt64(capacity & 63) - 1 }
    count = self.words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// The part of the set that lies in a range of rows, as a set of a table of these rows alone.
  ///
  /// - Parameter rows: A range inside the table.
  /// - Complexity: O(*range* / 64).
  package func slice(_ rows: Range<Int>) -> RowSet {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= capacity, "rows \(rows) of \(capacity)")
    let (first, shift) = (rows.lowerBound >> 6, UInt64(rows.lowerBound & 63))
    let needed = (rows.count + 63) / 64
    var part = [UInt64](repeating: 0, count: needed)
    for place in 0..<needed {
      let low = words[first + place] >> shift
      let high = shift > 0 && first + place + 1 < words.count ? words[first + place + 1] << (64 - shift) : 0
      part[place] = low | high
    }
    return RowSet(words: part, capacity: rows.count)
  }

  /// The bits, 64 rows a word.
  package var bitWords: [UInt64] { words }

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

  /// Keeps only the rows of a set of the same table.
  ///
  /// - Parameter other: A set with the same ``capacity``.
  public mutating func formIntersection(_ other: RowSet) {
    precondition(other.capacity == capacity, "sets of \(capacity) and \(other.capacity) rows")
    for word in words.indices { words[word] &= other.words[word] }
    count = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// The rows of the table that are not in the set.
  ///
  /// - Complexity: O(*table* / 64).
  public var complement: RowSet { RowSet(words: words.map(~), capacity: capacity) }

  /// The rows in the set, ascending.
  ///
  /// - Complexity: O(*table* / 64 + *rows*).
  public var rows: [Row] {
    var rows: [Row] = []
    rows.reserveCapacity(count)
    for (place, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        rows.append(Row(UInt32(64 * place + rest.trailingZeroBitCount)))
        rest &= rest - 1
      }
    }
    return rows
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
