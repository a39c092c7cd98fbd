import AkinSupport
import Testing

@testable import AkinHNSW

@Suite("A candidate sorts as one number, and insertion keeps a sorted list")
struct CandidateTests {
  static let distances: [Float] = [
    -.infinity, -.greatestFiniteMagnitude, -1.5, -1, -.leastNormalMagnitude, -.leastNonzeroMagnitude, -0.0, 0,
    .leastNonzeroMagnitude, .leastNormalMagnitude, 1, Float(1).nextUp, 3e38, .greatestFiniteMagnitude, .infinity,
  ]

  @Test("Order is that of distances, then of nodes, for floats of every class")
  func order() {
    let nodes: [UInt32] = [0, 1, 77, 1 << 30, UInt32(Candidate.maximumNodes - 1)]
    let all = Self.distances.flatMap { distance in nodes.map { Candidate.pack(distance: distance, node: $0) } }
    #expect(all == all.sorted() && Set(all).count == all.count)
    for (place, candidate) in all.enumerated() {
      let distance = Self.distances[place / nodes.count]
      #expect(Candidate.distance(candidate).bitPattern == distance.bitPattern)
      #expect(Candidate.node(candidate) == nodes[place % nodes.count])
      // The mark changes neither, nor the order among others.
      let marked = candidate | Candidate.expanded
      #expect(Candidate.distance(marked).bitPattern == distance.bitPattern)
      #expect(Candidate.node(marked) == nodes[place % nodes.count])
      if place > 0 { #expect(all[place - 1] | Candidate.expanded < candidate) }
    }
  }

  @Test("insert puts a candidate where a sort would, and the worst makes room", arguments: [1, 2, 3])
  func insert(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for limit in [1, 2, 7, 40] {
      let list = UnsafeMutablePointer<UInt64>.allocate(capacity: limit + 1)
      defer { unsafe list.deallocate() }
      var size = 0
      var expected: [UInt64] = []
      for node in 0..<200 {
        let distance = Float(Int.random(in: -20...20, using: &generator))
        // As callers do: a full list takes only what is nearer than its last.
        if size == limit, unsafe distance >= Candidate.distance(list[size - 1]) { continue }
        let candidate = Candidate.pack(distance: distance, node: UInt32(node))
        // Safe: the list has room for `limit` and one more.
        unsafe Candidate.insert(candidate, into: list, size: &size, limit: limit)
        expected = Array((expected + [candidate]).sorted().prefix(limit))
        let kept = (0..<size).map { unsafe list[$0] }
        #expect(kept == expected, "seed \(seed), limit \(limit), node \(node)")
      }
    }
  }
}
