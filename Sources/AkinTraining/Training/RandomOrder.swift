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
    var order = (0..<UInt32(count)).map { $0 }
    var generator = SeededGenerator(seed: bits(at: UInt64(epoch)))
    for length in stride(from: count, to: 1, by: -1) {
      order.swapAt(length - 1, Int(generator.next() % UInt64(length)))
    }
    return order
  }
}
