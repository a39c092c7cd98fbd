/// The rows that may be in an answer: all except some, or only some.
///
/// A filter is made once and shared by any number of requests; `and`, `or` and `not` take O(*items* / 64).
///
///     let inStock = RowFilter.only(RowSet(capacity: index.count) { stock[Int($0.index)] > 0 })
///     let filter = inStock.and(.excluding(seen))
public struct RowFilter: Sendable, Hashable {
  /// The excluded rows, or the allowed ones.
  public let rows: RowSet
  /// Whether ``rows`` are allowed; otherwise they are excluded.
  public let letsIn: Bool

  /// Allows all rows except some.
  ///
  /// - Parameter rows: The excluded rows, as a set with the `count` of the index as its capacity.
  public static func excluding(_ rows: RowSet) -> RowFilter { RowFilter(rows: rows, letsIn: false) }

  /// Allows only some rows.
  ///
  /// - Parameter rows: The allowed rows, as a set with the `count` of the index as its capacity.
  public static func only(_ rows: RowSet) -> RowFilter { RowFilter(rows: rows, letsIn: true) }

  /// Whether a row may be in an answer.
  ///
  /// - Parameter row: A row of the index.
  @inlinable
  public func allows(_ row: Row) -> Bool { rows.contains(row) == letsIn }

  /// The number of allowed rows.
  public var allowedCount: Int { letsIn ? rows.count : rows.capacity - rows.count }

  /// The number of excluded rows.
  public var excludedCount: Int { rows.capacity - allowedCount }

  /// The filter that excludes more rows.
  ///
  /// - Parameter others: Rows of the index, as a set of the same capacity.
  /// - Complexity: O(*items* / 64).
  public func excluding(_ others: RowSet) -> RowFilter {
    var rows = rows
    if letsIn { rows.subtract(others) } else { rows.formUnion(others) }
    return RowFilter(rows: rows, letsIn: letsIn)
  }

  /// The filter that allows what both allow.
  ///
  /// - Parameter other: A filter over as many rows.
  public func and(_ other: RowFilter) -> RowFilter {
    switch (letsIn, other.letsIn) {
    case (_, false): return excluding(other.rows)
    case (false, true): return other.excluding(rows)
    case (true, true):
      var both = rows
      both.formIntersection(other.rows)
      return .only(both)
    }
  }

  /// The filter that allows what one of the two allows, or both.
  ///
  /// - Parameter other: A filter over as many rows.
  public func or(_ other: RowFilter) -> RowFilter { not.and(other.not).not }

  /// The filter that allows what this one does not.
  public var not: RowFilter { RowFilter(rows: rows, letsIn: !letsIn) }

  /// The allowed rows.
  public var allowedRows: RowSet { letsIn ? rows : rows.complement }
}
