/// The different items that all users of a step are compared with: the columns of a table of scores.
struct SoftmaxColumns {
  /// Rows of items, all different.
  private(set) var rows: [UInt32] = []
  /// How many items each stands for: the sum of the weights with which it was added.
  private(set) var times: [Double] = []
  /// What is added to the scores of each, over the temperature.
  var offsets: [Float] = []
  /// The column of each item, −1 for none.
  private var places: [Int32]

  init(itemCount: Int) { places = [Int32](repeating: -1, count: itemCount) }

  /// Adds an item, and returns its column.
  @discardableResult
  mutating func add(_ item: UInt32, weight: Double = 1) -> Int {
    let known = Int(places[Int(item)])
    if known >= 0 {
      times[known] += weight
      return known
    }
    places[Int(item)] = Int32(rows.count)
    rows.append(item)
    times.append(weight)
    return rows.count - 1
  }

  /// Empties the columns.
  mutating func removeAll() {
    for item in rows { places[Int(item)] = -1 }
    rows.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    offsets = []
  }

  /// The column of an item.
  func column(of item: UInt32) -> Int? {
    let place = Int(places[Int(item)])
    return place < 0 ? nil : place
  }
}
