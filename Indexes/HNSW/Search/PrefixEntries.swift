import AkinExhaustive
import CAkinKernels

/// The nodes that scans of the items of largest norm keep, in no order, each with its score: ``room`` entries a query.
@unsafe final class PrefixEntries {
  // Safe: `init` allocates `room` entries for each query, and the elements are trivial.

  let room: Int
  private let scores: UnsafeMutablePointer<Float>
  private let nodes: UnsafeMutablePointer<UInt32>

  init(queries: Int, room: Int) {
    unsafe self.room = room
    unsafe scores = .allocate(capacity: max(1, queries * room))
    unsafe nodes = .allocate(capacity: max(1, queries * room))
  }

  deinit {
    unsafe scores.deallocate()
    unsafe nodes.deallocate()
  }

  /// The entries of a query.
  func entries(of query: Int) -> (scores: UnsafeMutablePointer<Float>, nodes: UnsafeMutablePointer<UInt32>) {
    unsafe (scores + query * room, nodes + query * room)
  }

  /// Keeps the first `count` entries of a query with at least a score; returns their number.
  func keep(_ query: Int, _ count: Int, from floor: Float) -> Int {
    let (scores, nodes) = unsafe entries(of: query)
    return unsafe KthValue.keep(count, from: floor, scores, nodes)
  }

  /// Keeps the first `count` entries of a query whose nodes are allowed; returns their number.
  func keep(_ query: Int, _ count: Int, where isAllowed: (_ node: Int) -> Bool) -> Int {
    let (scores, nodes) = unsafe entries(of: query)
    var kept = 0
    for entry in 0..<count where isAllowed(unsafe Int(nodes[entry])) {
      unsafe scores[kept] = scores[entry]
      unsafe nodes[kept] = nodes[entry]
      kept &+= 1
    }
    return kept
  }

  /// How many of the first `count` entries of a query have at least a score and an allowed node.
  func count(_ count: Int, of query: Int, from floor: Float, where isAllowed: (_ node: Int) -> Bool) -> Int {
    let (scores, nodes) = unsafe entries(of: query)
    return (0..<count).count { entry in
      guard unsafe scores[entry] >= floor else { return false }
      return isAllowed(unsafe Int(nodes[entry]))
    }
  }

  /// The first `count` entries of a query as candidates, best first.
  func sorted(_ query: Int, _ count: Int) -> [UInt64] {
    let (scores, nodes) = unsafe entries(of: query)
    var candidates = (0..<count).map { unsafe Candidate.pack(distance: -scores[$0], node: nodes[$0]) }
    candidates.sort()
    return candidates
  }
}
