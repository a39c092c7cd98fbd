import AkinSupport
import AkinVectors

/// Item k-NN: an item is recommended for its likeness to the items of the history (Sarwar, Karypis, Konstan and Riedl 2001,
/// *Item-based collaborative filtering recommendation algorithms*).
///
///     likeness(i, j) = users of both / (√(users of i · users of j) + shrinkage)
///     score(j) = Σ likeness(i, j) over the items i of the history that are among the neighbours of j
///
/// The neighbours of j are the items with the largest likeness, ties by row. The shrinkage (Bell and Koren 2007) holds back items
/// with few users, whose likeness is chance. Values do not count.
public struct ItemNeighbors: Sendable {
  /// Neighbours of an item, at most.
  public static let neighbours = 100
  /// The shrinkage of likeness.
  public static let shrinkage = 10.0

  private let itemCount: Int
  /// For each item the items that have it among their neighbours, and their likeness.
  private let offsets: [Int]
  private let rows: [UInt32]
  private let likeness: [Float]

  /// Finds the neighbours of all items.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - execution: Threads; cancellation.
  /// - Throws: `Cancelled`.
  /// - Complexity: O(Σ over users of (items of the user)²) time, O(items × neighbours) memory.
  public init(_ interactions: Interactions, execution: Execution = Execution()) throws {
    let (byUser, byItem) = (interactions.byUser, interactions.byItem)
    let count = byItem.rowCount
    let near = try [[(row: UInt32, likeness: Float)]](count: count, by: 64, execution: execution) { items in
      var shared = [UInt32](repeating: 0, count: count)
      return items.map { ItemNeighbors.nearest(to: $0, byUser, byItem, &shared) }
    }
    var offsets = [Int](repeating: 0, count: count + 1)
    for list in near { for neighbor in list { offsets[Int(neighbor.row) + 1] += 1 } }
    addUp(&offsets)
    var rows = [UInt32](repeating: 0, count: offsets[count])
    var likeness = [Float](repeating: 0, count: offsets[count])
    var next = offsets
    for (item, list) in near.enumerated() {
      for neighbor in list {
        let place = next[Int(neighbor.row)]
        next[Int(neighbor.row)] = place + 1
        rows[place] = UInt32(item)
        likeness[place] = neighbor.likeness
      }
    }
    itemCount = count
    self.offsets = offsets
    self.rows = rows
    self.likeness = likeness
  }

  /// The scores of all items for a history.
  ///
  /// - Parameter history: Rows of items.
  /// - Complexity: O(items + history × items that have one as a neighbour).
  public func scores(history: some Sequence<UInt32>) -> [Float] {
    var scores = [Float](repeating: 0, count: itemCount)
    for item in history {
      for place in offsets[Int(item)]..<offsets[Int(item) + 1] { scores[Int(rows[place])] += likeness[place] }
    }
    return scores
  }

  /// The neighbours of an item. `shared` has a 0 for each item, before and after.
  private static func nearest(
    to item: Int, _ byUser: InteractionTable, _ byItem: InteractionTable, _ shared: inout [UInt32]
  ) -> [(row: UInt32, likeness: Float)] {
    var touched: [UInt32] = []
    for pair in byItem.offsets[item]..<byItem.offsets[item + 1] {
      let user = Int(byItem.others[pair])
      for place in byUser.offsets[user]..<byUser.offsets[user + 1] {
        let other = byUser.others[place]
        if shared[Int(other)] == 0 { touched.append(other) }
        shared[Int(other)] += 1
      }
    }
    let own = Double(byItem.count(ofRow: item))
    var found: [(row: UInt32, likeness: Float)] = []
    found.reserveCapacity(touched.count)
    for other in touched {
      let both = Double(shared[Int(other)])
      shared[Int(other)] = 0
      if Int(other) == item { continue }
      let size = (own * Double(byItem.count(ofRow: Int(other)))).squareRoot() + shrinkage
      found.append((other, Float(both / size)))
    }
    found.sort { $0.likeness != $1.likeness ? $0.likeness > $1.likeness : $0.row < $1.row }
    if found.count > neighbours { found.removeLast(found.count - neighbours) }
    return found
  }
}

extension Array {
  /// Makes an array by chunks, in their order.
  fileprivate init(
    count: Int, by chunk: Int, execution: Execution, _ make: @escaping (Range<Int>) -> [Element]
  ) throws where Element: Sendable {
    var parts = [[Element]](repeating: [], count: (count + chunk - 1) / chunk)
    try unsafe parts.withUnsafeMutableBufferPointer { parts in
      // Safe: each chunk writes its own element, and `parts` outlives the threads.
      nonisolated(unsafe) let parts = unsafe parts
      nonisolated(unsafe) let make = make
      try execution.forEachChunk(of: count, by: chunk) { _, range in
        unsafe parts[range.lowerBound / chunk] = make(range)
      }
    }
    self = Array(parts.joined())
  }
}
