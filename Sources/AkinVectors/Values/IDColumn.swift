/// The ids of a table's rows, in row order.
public enum IDColumn: Sendable, Hashable {
  /// Row `r` has the id `r`: vectors that came without ids.
  case rowNumbers(count: Int)
  /// One number a row, all different.
  case numbers([UInt64])
  /// One text a row, all different in bytes.
  case texts([String])

  /// How many rows there are.
  public var count: Int {
    switch self {
    case .rowNumbers(let count): count
    case .numbers(let ids): ids.count
    case .texts(let ids): ids.count
    }
  }

  /// The id of a row.
  public subscript(row: Row) -> ItemID {
    switch self {
    case .rowNumbers: .number(UInt64(row.index))
    case .numbers(let ids): .number(ids[Int(row.index)])
    case .texts(let ids): .text(ids[Int(row.index)])
    }
  }
}
