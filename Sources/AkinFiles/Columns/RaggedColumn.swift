import AkinSupport
import AkinVectors

/// For each owner an ascending list of rows of another table, read in place: history, categories.
///
/// Two sections hold it: `owners + 1` offsets (u64, the first 0) and all rows (u32), one list after the other.
@safe package struct RaggedColumn: Sendable {
  /// How many owners there are.
  package let count: Int
  /// Rows of the other table.
  package let limit: UInt32
  let offsets: SectionView
  let rows: SectionView

  /// Reads a pair of sections, or says that the file has none.
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

  /// The list of an owner; damaged offsets give an empty list, and rows outside the other table are left out.
  package subscript(owner: Row) -> [Row] {
    var list: [Row] = []
    forEach(of: owner) { _, row in list.append(row) }
    return list
  }

  /// Passes the places of an owner's list and what stands there, as the subscript does.
  package func forEach(of owner: Row, _ body: (_ place: Int, _ row: Row) -> Void) {
    let index = Int(owner.index)
    guard index < count, let start = offsets.u64(at: index), let end = offsets.u64(at: index + 1),
      start <= end, end <= UInt64(rows.count)
    else { return }
    for place in Int(start)..<Int(end) {
      if let row = rows.u32(at: place), row < limit { body(place, Row(row)) }
    }
  }

  /// Adds what is wrong: offsets that fall, rows outside the other table, lists that do not ascend.
  package func check(_ list: inout DamageList) {
    checkOffsets(offsets, end: UInt64(rows.count), &list)
    // Each place is looked at once, however the offsets overlap: that they do has been said.
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
