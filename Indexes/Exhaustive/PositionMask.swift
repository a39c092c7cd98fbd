import AkinVectors

/// The positions of the items that a filter allows, one bit each.
package struct PositionMask: Sendable {
  /// Position `p` is bit `p % 64` of word `p / 64`; bits past the last item are 0.
  @usableFromInline let words: [UInt64]
  /// The number of allowed items.
  let allowedCount: Int

  /// Lays out a filter over rows by position.
  ///
  /// - Parameter rows: The row of each of `count` positions, or `nil` for the same order. A row outside the table is not
  ///   allowed.
  /// - Complexity: O(*items*), with the order of rows O(*items* / 64).
  @unsafe init(_ filter: RowFilter, rows: UnsafePointer<UInt32>?, count: Int) {
    let flip: UInt64 = filter.letsIn ? 0 : .max
    var words = [UInt64](repeating: 0, count: (count + 63) / 64)
    unsafe filter.rows.withWords { bits in
      guard let rows = unsafe rows else {
        for word in 0..<min(words.count, bits.count) { words[word] = unsafe bits[word] ^ flip }
        return
      }
      for word in words.indices {
        var mask: UInt64 = 0
        for place in 0..<min(64, count - 64 * word) {
          // Safe: a position has a row, which is compared with the number of bits first.
          let row = unsafe Int(rows[64 * word + place])
          guard row < filter.rows.capacity else { continue }
          mask |= (unsafe (bits[row >> 6] ^ flip) >> UInt64(row & 63) & 1) << UInt64(place)
        }
        words[word] = mask
      }
    }
    if count & 63 != 0 { words[words.count - 1] &= 1 << UInt64(count & 63) - 1 }
    self.words = words
    allowedCount = words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Whether an item is allowed.
  ///
  /// - Parameter position: A position below the number of items.
  @inlinable
  package func contains(_ position: Int) -> Bool { words[position >> 6] >> UInt64(position & 63) & 1 == 1 }

  /// Whether no position of a range is allowed. The range begins at a multiple of 64, and ends at one or after the last item.
  func isEmpty(_ range: Range<Int>) -> Bool {
    words[range.lowerBound / 64..<(range.upperBound + 63) / 64].allSatisfy { $0 == 0 }
  }

  /// Lends the words of a range, which begins at a multiple of 64.
  @unsafe func withWords<R>(of range: Range<Int>, _ body: (UnsafeBufferPointer<UInt64>) -> R) -> R {
    unsafe words.withUnsafeBufferPointer { words in
      unsafe body(UnsafeBufferPointer(rebasing: words[range.lowerBound / 64..<(range.upperBound + 63) / 64]))
    }
  }

  /// The allowed positions, ascending.
  var positions: [UInt32] {
    var positions: [UInt32] = []
    for (place, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        positions.append(UInt32(truncatingIfNeeded: 64 * place + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
    return positions
  }
}
