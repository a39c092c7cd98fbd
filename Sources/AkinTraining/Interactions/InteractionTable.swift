/// The pairs of one side, by row: a compressed sparse row (CSR) table.
public struct InteractionTable: Sendable, Equatable {
  /// Row `r` is at `offsets[r]..<offsets[r + 1]`; one offset more than rows.
  public let offsets: [Int]
  /// Rows of the other side, strictly ascending within a row.
  public let others: [UInt32]
  /// The value of each pair, finite; below 0 only where this was allowed.
  public let values: [Float]
  /// The weight of each pair, above 0; `nil` where each weighs 1. Only models of ratings have weights beside values.
  public let weights: [Float]?

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - offsets: Where each row begins; one more than rows.
  ///   - others: Rows of the other side.
  ///   - values: The value of each pair.
  ///   - weights: The weight of each pair, or `nil`.
  init(offsets: [Int], others: [UInt32], values: [Float], weights: [Float]? = nil) {
    (self.offsets, self.others, self.values, self.weights) = (offsets, others, values, weights)
  }

  /// The number of rows.
  public var rowCount: Int { offsets.count - 1 }
  /// The number of pairs of a row.
  ///
  /// - Parameter row: The row.
  public func count(ofRow row: Int) -> Int { offsets[row + 1] - offsets[row] }
}

extension InteractionTable {
  /// The pairs with a value of at least `threshold`; rows keep their numbers.
  ///
  /// - Parameter threshold: The smallest value that is kept.
  public func keeping(atLeast threshold: Float) -> InteractionTable {
    filtered { values[$0] >= threshold }
  }

  /// The number of rows with at least one pair.
  public var activeRows: Int {
    var active = 0
    for row in 0..<rowCount where count(ofRow: row) > 0 { active += 1 }
    return active
  }

  /// The pairs whose place `isKept` accepts.
  func filtered(_ isKept: (_ place: Int) -> Bool) -> InteractionTable {
    var offsets = [0]
    var others: [UInt32] = []
    var values: [Float] = []
    var kept: [Float]? = weights.map { _ in [] }
    offsets.reserveCapacity(rowCount + 1)
    for row in 0..<rowCount {
      for place in self.offsets[row]..<self.offsets[row + 1] where isKept(place) {
        others.append(self.others[place])
        values.append(self.values[place])
        if let weights { kept?.append(weights[place]) }
      }
      offsets.append(others.count)
    }
    return InteractionTable(offsets: offsets, others: others, values: values, weights: kept)
  }

  /// The row of each pair, in the table's order.
  var rowOfEachPair: [UInt32] {
    var rows: [UInt32] = []
    rows.reserveCapacity(others.count)
    for row in 0..<rowCount {
      for _ in 0..<count(ofRow: row) { rows.append(UInt32(row)) }
    }
    return rows
  }
}

extension InteractionTable {
  /// The place of a pair, or `nil`. O(log of the row's pairs).
  func place(row: Int, other: UInt32) -> Int? {
    var low = offsets[row]
    var high = offsets[row + 1]
    while low < high {
      let middle = (low + high) / 2
      if others[middle] < other { low = middle + 1 } else { high = middle }
    }
    return low < offsets[row + 1] && others[low] == other ? low : nil
  }

  /// The same pairs by the other side's rows, each ascending.
  ///
  /// - Parameter count: Rows of the other side.
  func transposed(rowCount count: Int) -> InteractionTable {
    var offsets = [Int](repeating: 0, count: count + 1)
    for other in others { offsets[Int(other) + 1] += 1 }
    addUp(&offsets)
    var rows = [UInt32](repeating: 0, count: others.count)
    var moved = [Float](repeating: 0, count: others.count)
    var next = offsets
    for row in 0..<rowCount {
      for place in self.offsets[row]..<self.offsets[row + 1] {
        let other = Int(others[place])
        let target = next[other]
        next[other] = target + 1
        rows[target] = UInt32(row)
        moved[target] = values[place]
      }
    }
    let movedWeights = weights.map { weights in placesInTransposed.map { weights[$0] } }
    return InteractionTable(offsets: offsets, others: rows, values: moved, weights: movedWeights)
  }

  /// The place in this table of each pair in the order of the transposed table.
  var placesInTransposed: [Int] {
    var next = [Int](repeating: 0, count: Int(others.max() ?? 0) + 2)
    for other in others { next[Int(other) + 1] += 1 }
    addUp(&next)
    var places = [Int](repeating: 0, count: others.count)
    for place in others.indices {
      let other = Int(others[place])
      places[next[other]] = place
      next[other] += 1
    }
    return places
  }
}

/// Turns counts, each one place to the right, into offsets.
func addUp(_ offsets: inout [Int]) {
  for index in offsets.indices.dropFirst() { offsets[index] += offsets[index - 1] }
}
