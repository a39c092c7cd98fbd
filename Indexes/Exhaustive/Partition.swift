import AkinSupport
import AkinVectors

/// The list of each item of an index, by position: what ``ItemLists`` are made from.
///
/// Two bytes an item, and a vector a list. To divide items takes as long as thousands of queries, so an index file keeps it.
@safe package struct Partition: @unchecked Sendable {
  // Safe: `owner` keeps a number for each item and a row for each list alive, and nothing writes them.

  /// The list of an item that matches nothing.
  package static let none = UInt16.max
  /// The most lists.
  package static let mostLists = 2048
  /// Fewer items are scanned without lists.
  package static let fewestItems = 16_384
  /// Items of a list, in the mean. On four sets of 100,000 to 300,000 items, lists of 200 to 250 cost queries the least of 100 to 800, or at
  /// most a tenth more; on one million, those of 488 of 244 to 1,000.
  private static let meanSize = 250

  /// The number of items.
  package let count: Int
  /// The number of lists.
  package let lists: Int
  private let base: UnsafePointer<UInt16>
  private let rows: UnsafePointer<Float>?
  private let owner: AnyObject?

  /// The partition in a file or in memory.
  ///
  /// - Parameters:
  ///   - base: The list of each item. Not trusted: an item with a number beyond the lists is in none.
  ///   - lists: The number of lists.
  ///   - rows: The facts of each list (``ListFacts``), or `nil`.
  ///   - owner: Keeps the numbers alive.
  @unsafe package init(
    base: UnsafePointer<UInt16>, count: Int, lists: Int, rows: UnsafePointer<Float>?, owner: AnyObject?
  ) {
    unsafe self.base = base
    unsafe self.rows = rows
    (self.count, self.lists, self.owner) = (count, lists, owner)
  }

  /// Divides items by k-means; `nil` where none matches anything.
  init?(of source: UnitRows, _ execution: Execution) throws {
    let items = source.index.count
    guard let means = try ListMeans(of: source, lists: Partition.number(of: items), execution) else { return nil }
    var owners = try means.owners(in: source, execution)
    // Lists without items are left out.
    var numbers = [UInt16](repeating: Partition.none, count: means.centres.count)
    for owner in owners where owner != Partition.none { numbers[Int(owner)] = 0 }
    var lists = 0
    for number in numbers.indices where numbers[number] == 0 {
      numbers[number] = UInt16(lists)
      lists += 1
    }
    for place in owners.indices where owners[place] != Partition.none { owners[place] = numbers[Int(owners[place])] }
    let column = HeldColumn(owners)
    unsafe self.init(base: column.base, count: items, lists: lists, rows: nil, owner: column)
  }

  /// The number of lists of some items.
  static func number(of items: Int) -> Int { max(16, min(items / meanSize, mostLists)) }

  /// A copy of what the file says of each list, or `nil`.
  func facts(dimension: Int) -> [ListFacts]? {
    guard let rows = unsafe rows else { return nil }
    let floats = ListFacts.floats(dimension: dimension)
    // Safe: there is a row for each list.
    return (0..<lists).map { unsafe ListFacts(row: rows + $0 * floats, dimension: dimension) }
  }

  /// A copy of the list of each item. A mapped file can change, so each is read once.
  package var numbers: [UInt16] { unsafe Array(UnsafeBufferPointer(start: base, count: count)) }
}
