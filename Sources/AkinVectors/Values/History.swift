/// A ragged table: for each owner (a user or an item), an ascending list of rows of another table.
public struct History: Sendable, Equatable {
  /// `offsets[u]..<offsets[u + 1]` is the range of owner `u` in `rows`; one element more than owners.
  public var offsets: [UInt64]
  /// Rows, strictly ascending for each owner.
  public var rows: [UInt32]

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - offsets: The start of each owner, and the end of the last.
  ///   - rows: Rows, strictly ascending for each owner.
  public init(offsets: [UInt64], rows: [UInt32]) {
    self.offsets = offsets
    self.rows = rows
  }
}
