import AkinSupport

/// Draws items for a batch.
struct ItemSampler {
  private let itemCount: Int
  private let count: Int
  /// Cumulative weights; empty for uniform draws.
  private let sums: [Double]

  /// - Parameters:
  ///   - count: Items of a batch; as many as there are items, or more, take each once.
  ///   - weights: The weight of each item; empty for uniform draws.
  init(itemCount: Int, count: Int, weights: [Double]) {
    self.itemCount = itemCount
    self.count = min(count, itemCount)
    var sum = 0.0
    sums =
      count >= itemCount
      ? []
      : weights.map {
        sum += $0; return sum
      }
  }

  /// Draws the items of a batch. Uniform draws are of different items.
  func draw(_ generator: inout SeededGenerator) -> [UInt32] {
    if count == itemCount { return (0..<UInt32(itemCount)).map { $0 } }
    var found: [UInt32] = []
    found.reserveCapacity(count)
    if sums.isEmpty {
      // One item of each of `count` equal parts of the items, in an order that the draw turns: each item is as likely as any.
      let start = Int(generator.next() % UInt64(itemCount))
      for part in 0..<count {
        let (low, high) = (part * itemCount / count, (part + 1) * itemCount / count)
        let place = low + Int(generator.next() % UInt64(high - low))
        found.append(UInt32((place + start) % itemCount))
      }
      return found
    }
    for _ in 0..<count {
      let wanted = generator.uniform() * sums[itemCount - 1]
      var (low, high) = (0, itemCount - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] <= wanted { low = middle + 1 } else { high = middle }
      }
      found.append(UInt32(low))
    }
    return found
  }

  /// −ln (the chance of an item × the number of items): 0 for uniform draws.
  func correction(of item: UInt32) -> Float {
    guard let whole = sums.last, whole > 0 else { return 0 }
    let weight = sums[Int(item)] - (item > 0 ? sums[Int(item) - 1] : 0)
    return Float(-log(max(weight / whole * Double(itemCount), 1e-30)))
  }
}
