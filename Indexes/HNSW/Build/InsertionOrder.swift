import AkinSupport

/// The order of insertion and the level of each node.
///
/// Both are drawn from the seed in advance, so the places of all links are known before the first insertion.
struct InsertionOrder {
  /// The level of every node (Malkov & Yashunin 2018, line 4 of algorithm 1: ⌊-ln U · 1/ln M⌋).
  let levels: [UInt8]
  /// The inserted nodes: highest level first, so that the entry never changes, and random within a level.
  let nodes: [UInt32]

  init(levels: [UInt8], nodes: [UInt32]) { (self.levels, self.nodes) = (levels, nodes) }

  /// - Parameters:
  ///   - inserted: Nodes of `0..<count`, each once; the others have level 0.
  ///   - m: Links of a node on each upper layer.
  init(of inserted: [UInt32], among count: Int, m: Int, seed: UInt64) {
    var levels = [UInt8](repeating: 0, count: count)
    let heights = CounterRandom(seed: seed, purpose: 1)
    let scale = 1 / log(Double(m))
    for node in inserted {
      levels[Int(node)] = UInt8(min(Int(-log(1 - heights.uniform(at: UInt64(node))) * scale), 30))
    }
    let places = CounterRandom(seed: seed, purpose: 2)
    // One number a node: 5 bits of the level, highest first, 27 random bits, and the node to break ties.
    var keys = inserted.map { node in
      let drawn = places.bits(at: UInt64(node)) >> 37
      return UInt64(31 - levels[Int(node)]) << 59 | drawn << 32 | UInt64(node)
    }
    keys.sort()
    self.levels = levels
    nodes = keys.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// The last nodes, a random sample of the nodes on the base layer: `number` of them, at most a tenth of all.
  func last(_ number: Int) -> ArraySlice<UInt32> { nodes.suffix(min(number, nodes.count / 10)) }
}
