import AkinSupport

// Orders of visits, by the shuffle of Fisher and Yates.

extension SeededGenerator {
  /// Shuffles rows in place, from the first on.
  mutating func shuffle(_ rows: inout [UInt32]) {
    for place in rows.indices.dropLast() { rows.swapAt(place, place + Int(next() % UInt64(rows.count - place))) }
  }
}

extension CounterRandom {
  /// The numbers below `count` in an order that depends on seed, purpose and epoch alone, shuffled from the last on.
  func order(count: Int, epoch: Int) -> [UInt32] {
    var order = [UInt32](repeating: 0, count: count)
    for place in 0..<count { order[place] = UInt32(place) }
    var generator = SeededGenerator(seed: bits(at: UInt64(epoch)))
    var length = count
    while length > 1 {
      order.swapAt(length - 1, Int(generator.next() % UInt64(length)))
      length -= 1
    }
    return order
  }
}
