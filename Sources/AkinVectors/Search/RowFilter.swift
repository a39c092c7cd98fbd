/// Which rows may be in an answer: all but some, or only some.
public struct RowFilter: Sendable, Equatable {
  /// The rows that are left out, or those that are let in.
  public let rows: RowSet
  /// Whether ``rows`` are let in; else they are left out.
  public let letsIn: Bool

  /// Lets all rows in but some.
  ///
  /// - Parameter rows: The rows left out, as a set with the index's `count` as capacity.
  public static func excluding(_ rows: RowSet) -> RowFilter { RowFilter(rows: rows, letsIn: false) }

  /// Lets only some rows in.
  ///
  /// - Parameter rows: The rows let in, as a set with the index's `count` as capacity.
  public static func only(_ rows: RowSet) -> RowFilter { RowFilter(rows: rows, letsIn: true) }

  /// Whether a row may be in an answer.
  ///
  /// - Parameter row: A row of the index.
  @inlinable
  public func allows(_ row: Row) -> Bool { rows.contains(row) == letsIn }

  /// How many rows of the index may be in an answer.
  public var allowedCount: Int { letsIn ? rows.count : rows.capacity - rows.count }

  /// How many rows of the index may not.
  public var excludedCount: Int { rows.capacity - allowedCount }

  /// The same filter without some more rows.
  ///
  /// - Parameter others: Rows of the index, as a set of the same capacity.
  /// - Complexity: O(*items* / 64).
  public func excluding(_ others: RowSet) -> RowFilter {
    var rows = rows
    if letsIn { rows.subtract(others) } else { rows.formUnion(others) }
    return RowFilter(rows: rows, letsIn: letsIn)
  }
}
