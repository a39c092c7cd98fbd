/// The ids of the rows of a table.
public enum IDColumn: Sendable, Hashable {
  /// Row `r` has the id `r`, for vectors without ids.
  case rowNumbers(count: Int)
  /// One number a row, all different.
  case numbers([UInt64])
  /// One text a row, all different as bytes.
  case texts([String])

  /// The number of rows.
  public var count: Int {
    switch self {
    case .rowNumbers(let count): count
    case .numbers(let ids): ids.count
    case .texts(let ids): ids.count
    }
  }

  /// The id of a row.
  ///
  /// - Parameter row: The row.
  public subscript(row: Row) -> ItemID {
    switch self {
    case .rowNumbers: .number(UInt64(row.index))
    case .numbers(let ids): .number(ids[Int(row.index)])
    case .texts(let ids): .text(ids[Int(row.index)])
    }
  }
}
