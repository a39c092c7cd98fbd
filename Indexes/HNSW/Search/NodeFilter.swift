import AkinExhaustive
import AkinVectors

/// The nodes that may be in an answer: by the mask of a filter that is prepared, and by the rows of others, which are few.
@safe struct NodeFilter {
  // Safe: `rows` has an entry for each node, and callers pass nodes of the graph.

  private let mask: PositionMask?
  private let filters: [RowFilter]
  private let rows: UnsafePointer<UInt32>?

  /// The nodes that a query allows; `nil` for all.
  init?(_ asked: GraphQuery, of storage: GraphStorage) {
    mask = asked.items?.mask
    filters = [mask == nil ? asked.allowed?.shared : nil, asked.allowed?.own].compactMap(\.self)
    unsafe rows = storage.rows
    if mask == nil && filters.isEmpty { return nil }
  }

  /// Whether rows say more than the mask.
  var hasRows: Bool { !filters.isEmpty }

  /// Whether the mask, if there is one, has a node.
  @inline(__always)
  func isInMask(_ node: Int) -> Bool { mask?.contains(node) ?? true }

  /// Whether a node may be in the answer.
  @inline(__always)
  func allows(_ node: Int) -> Bool {
    guard isInMask(node) else { return false }
    let row = Row(unsafe rows?[node] ?? UInt32(truncatingIfNeeded: node))
    return filters.allSatisfy { $0.allows(row) }
  }

  /// Writes -∞ over the values of the nodes of a range that the mask leaves out.
  ///
  /// - Parameter values: One value a node, the first that of the lower bound.
  @unsafe func mask(_ values: UnsafeMutablePointer<Float>, _ range: Range<Int>) {
    guard let mask else { return }
    for node in range where !mask.contains(node) { unsafe values[node &- range.lowerBound] = -.infinity }
  }

  /// Writes -∞ over the values of the nodes of a range whose rows may not be in the answer.
  ///
  /// - Parameter values: One value a node, the first that of the lower bound.
  @unsafe func excludeRows(from values: UnsafeMutablePointer<Float>, _ range: Range<Int>) {
    for filter in filters {
      let flip: UInt64 = filter.letsIn ? 0 : .max
      unsafe filter.rows.withWords { words in
        for node in range {
          let row = unsafe Int(rows?[node] ?? UInt32(truncatingIfNeeded: node))
          // A file may name any row: one outside the table is in no set.
          let word = row < filter.rows.capacity ? unsafe words[row >> 6] : 0
          if (word ^ flip) >> UInt64(row & 63) & 1 == 0 { unsafe values[node &- range.lowerBound] = -.infinity }
        }
      }
    }
  }
}
