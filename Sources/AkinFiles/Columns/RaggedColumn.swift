import AkinSupport
import AkinVectors

/// A list column: for each owner an ascending list of rows of another table, read in place: history, categories.
///
/// Stored as two sections: `owners + 1` offsets (u64, the first 0), and all rows (u32), one list after the other.
@safe package struct RaggedColumn: Sendable {
  /// The number of owners.
  package let count: Int
  /// The number of rows of the other table.
  package let limit: UInt32
  let offsets: SectionView
  let rows: SectionView

  /// Reads a pair of sections; `nil` when the file has none.
  ///
  /// - Throws: ``FileError`` for sections that contradict each other or `count`.
  package init?(
    in file: ContainerFile, offsets: SectionName, rows: SectionName, count: Int, limit: Int
  ) throws(FileError) {
    guard file.entry(offsets) != nil else {
      try file.refuseSection(rows)
      return nil
    }
    self.offsets = try file.requireSection(offsets, count: UInt64(count) + 1, elementBytes: 8)
    self.rows = try file.sectionOrEmpty(rows, elementBytes: 4)
    self.count = count
    self.limit = UInt32(clamping: limit)
  }

  /// The list of an owner. Damaged offsets give an empty list; rows outside the other table are skipped.
  package subscript(owner: Row) -> [Row] {
    var list: [Row] = []
    forEach(of: owner) { _, row in list.append(row) }
    return list
  }

  /// Calls `body` with each place of an owner's list and the row there; skips what the subscript skips.
  package func forEach(of owner: Row, _ body: (_ place: Int, _ row: Row) -> Void) {
    let index = Int(owner.index)
    guard index < count, let start = offsets.u64(at: index), let end = offsets.u64(at: index + 1),
      start <= end, end <= UInt64(rows.count)
    else { return }
    for place in Int(start)..<Int(end) {
      if let row = rows.u32(at: place), row < limit { body(place, Row(row)) }
    }
  }

  /// A copy of the lists of some owners, of rows inside a range, counted from its start. Damaged offsets give an empty list;
  /// rows outside the range, and rows out of order, are left out.
  ///
  /// - Complexity: O(*owners* + *rows of the section*), whatever the offsets say.
  package func copy(_ owners: Range<Int>, rows wanted: Range<Int>) -> History {
    var lists = History(offsets: [0], rows: [])
    lists.offsets.reserveCapacity(owners.count + 1)
    var reached: UInt64 = 0
    for owner in owners {
      if let start = offsets.u64(at: owner), let end = offsets.u64(at: owner + 1), start >= reached, start <= end,
        end <= UInt64(rows.count)
      {
        reached = end
        var least = wanted.lowerBound
        for place in Int(start)..<Int(end) {
          guard let row = rows.u32(at: place), Int(row) >= least, Int(row) < wanted.upperBound else { continue }
          least = Int(row) + 1
          lists.rows.append(row - UInt32(wanted.lowerBound))
        }
      }
      lists.offsets.append(UInt64(lists.rows.count))
    }
    return lists
  }

  /// Adds what is wrong: offsets that fall, rows outside the other table, lists that do not ascend.
  package func check(_ list: inout DamageList) {
    checkOffsets(offsets, end: UInt64(rows.count), &list)
    // Each place is checked once, even when offsets overlap; the overlap is reported above.
    var reached: UInt64 = 0
    for index in 0..<count {
      guard let start = offsets.u64(at: index), let end = offsets.u64(at: index + 1), start >= reached, start <= end,
        end <= UInt64(rows.count)
      else { continue }
      reached = end
      var previous: UInt32?
      for place in Int(start)..<Int(end) {
        guard let row = rows.u32(at: place) else { continue }
        let bytes = place * 4..<place * 4 + 4
        if row >= limit {
          list.add(
            rows, bytes, .outOfRange(position: UInt64(place), found: UInt64(row), limit: UInt64(limit)))
        }
        if let previous, row <= previous { list.add(rows, bytes, .notAscending(row: UInt64(index))) }
        previous = row
      }
    }
  }
}
