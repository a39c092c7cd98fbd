/// The rows that may be in the answer to one query: those that the filter of the request allows, and the query's own filter,
/// too. An index may prepare the shared filter for many queries.
package struct AllowedRows: Sendable {
  /// The filter that queries share; `nil` allows all.
  package let shared: RowFilter?
  /// The filter of one query; `nil` allows all.
  package let own: RowFilter?

  /// Joins two filters; `nil` when both allow all.
  package init?(_ shared: RowFilter?, and own: RowFilter?) {
    guard shared != nil || own != nil else { return nil }
    self.shared = shared
    self.own = own
  }

  /// Whether a row may be in the answer.
  package func allows(_ row: Row) -> Bool {
    if let own, !own.allows(row) { return false }
    return shared?.allows(row) ?? true
  }

  /// A number of rows that the number of allowed ones does not exceed.
  package var mostAllowed: Int {
    min(shared?.allowedCount ?? .max, own?.allowedCount ?? .max)
  }

  /// Whether at least `least` rows are allowed.
  ///
  /// - Complexity: O(1) with one filter, else O(*rows*) at most.
  package func allows(atLeast least: Int) -> Bool {
    guard mostAllowed >= least else { return false }
    guard let shared, let own else { return true }
    if shared.allowedCount - own.excludedCount >= least { return true }
    var count = 0
    for row in 0..<shared.rows.capacity where allows(Row(row)) {
      count += 1
      if count >= least { return true }
    }
    return count >= least
  }
}
