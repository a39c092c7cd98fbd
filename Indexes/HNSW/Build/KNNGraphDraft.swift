import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The k-nearest-neighbour graph of the linked nodes, made while they are linked: where walks for related items start.
///
/// The links of a row lead in different directions, so they skip most of the nearest nodes; a walk for the nearest of a node
/// must find these again. Here each insertion has found them already: its candidates become the row of the new node, and the
/// new node enters the row of each node that it is near enough to.
///
/// - A build that scans all nodes (``CodeScan``) sees every pair, so the graph is exact, but for the rounding of codes.
/// - A build that walks sees a new node's candidates alone, and no two nodes of one batch see each other. One step of NN-descent
///   (Dong, Moses and Li 2011: a neighbour of a neighbour is likely to be a neighbour) finds most of what is missing.
///
/// A row is a set of the nearest by (distance, node), so it does not depend on the order of threads. Cost: a
/// twentieth to a tenth of the build; 200 bytes a node until ``ranked(_:execution:_:)``.
@safe final class KNNGraphDraft: @unchecked Sendable {
  // Safe to share between the threads of a build: in each phase, one thread writes a row, and no other reads it.

  /// The length of a row during the build: more than is stored, since codes do not order near nodes exactly.
  static let width = 24
  /// The number of a row's nodes whose rows are searched for nearer nodes.
  private static let joined = 8
  /// How many offers ahead the row of a target is asked for.
  private static let ahead = 8

  private let nodes: Int
  /// The candidates of each node, near to far; the end is filled with `UInt64.max`.
  private let rows: UnsafeMutablePointer<UInt64>
  /// The last candidate of each row.
  private let last: UnsafeMutablePointer<UInt64>
  /// Whether each row holds the nearest of all nodes.
  private(set) var isExact = true

  init(nodes: Int) {
    self.nodes = nodes
    unsafe rows = .allocate(capacity: max(1, nodes * KNNGraphDraft.width))
    unsafe rows.initialize(repeating: .max, count: nodes * KNNGraphDraft.width)
    unsafe last = .allocate(capacity: max(1, nodes))
    unsafe last.initialize(repeating: .max, count: nodes)
  }

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe rows.deallocate()
    unsafe last.deallocate()
  }

  /// A new node in the row of another one.
  struct Offer {
    var target: UInt32
    /// The new node at its distance from the target.
    var candidate: UInt64

    init(_ node: UInt32, to target: UInt32, distance: Float) {
      self.target = target
      candidate = Candidate.pack(distance: distance, node: node)
    }
  }

  /// The distance from a node up to which others enter its row; infinity while the row has room.
  func reach(of node: UInt32) -> Float {
    let last = unsafe last[Int(node)]
    return last == .max ? .infinity : Candidate.distance(last)
  }

  /// Fills the row of a new node.
  ///
  /// - Parameter candidates: The nearest inserted nodes, near to far.
  func fill(_ node: UInt32, _ candidates: UnsafePointer<UInt64>, _ count: Int) {
    let row = unsafe rows + Int(node) * KNNGraphDraft.width
    for place in 0..<min(count, KNNGraphDraft.width) { unsafe row[place] = candidates[place] & ~Candidate.expanded }
    unsafe last[Int(node)] = row[KNNGraphDraft.width - 1]
  }

  /// Enters a node in the row of another one, where it is near enough.
  func add(_ node: UInt32, at distance: Float, to target: UInt32) {
    add(Candidate.pack(distance: distance, node: node), to: Int(target))
  }

  /// Fills the row of a new node that a walk placed, and offers it to its candidates.
  ///
  /// - Parameters:
  ///   - candidates: The nearest that the walk found, near to far.
  ///   - offers: The offers of this thread.
  func insert(_ node: UInt32, _ candidates: UnsafePointer<UInt64>, _ count: Int, _ offers: inout [Offer]) {
    unsafe fill(node, candidates, count)
    for place in 0..<count {
      let candidate = unsafe candidates[place]
      let offer = Offer(node, to: Candidate.node(candidate), distance: Candidate.distance(candidate))
      // Safe: a candidate is an inserted node, whose row no thread writes now.
      if unsafe offer.candidate < last[Int(offer.target)] { offers.append(offer) }
    }
  }

  /// Inserts the offers of a batch into the rows of their targets.
  ///
  /// - Parameter isExact: Whether the rows of the batch hold the nearest of all earlier nodes, and the batch has been offered to
  ///   all of these.
  /// - Complexity: O(offers × threads): each thread looks at all, and takes those to a part of the nodes.
  func take(_ offers: [[Offer]], isExact: Bool, execution: Execution) throws {
    if !isExact { self.isExact = false }
    guard !offers.allSatisfy(\.isEmpty) else { return }
    try execution.forEachChunk(of: nodes, by: (nodes + execution.threads - 1) / execution.threads) { _, range in
      let (low, count) = (UInt32(range.lowerBound), UInt32(range.count))
      for offers in offers {
        unsafe offers.withUnsafeBufferPointer { offers in
          for place in 0..<offers.count {
            // Safe: there is a last candidate, and a row, for each node.
            if place &+ KNNGraphDraft.ahead < offers.count {
              let next = unsafe Int(offers[place &+ KNNGraphDraft.ahead].target)
              unsafe akin_prefetch(last + next)
              unsafe akin_prefetch(rows + ((next &+ 1) &* KNNGraphDraft.width &- 8))
            }
            let offer = unsafe offers[place]
            if offer.target &- low < count { add(offer.candidate, to: Int(offer.target)) }
          }
        }
      }
    }
  }

  /// Inserts a candidate into the row of a node, whose farthest makes room.
  private func add(_ candidate: UInt64, to target: Int) {
    guard unsafe candidate < last[target] else { return }
    // Safe: there is a row for each node.
    let row = unsafe rows + target * KNNGraphDraft.width
    var place = KNNGraphDraft.width - 1
    while place > 0, unsafe row[place - 1] > candidate {
      unsafe row[place] = row[place - 1]
      place -= 1
    }
    unsafe row[place] = candidate
    unsafe last[target] = row[KNNGraphDraft.width - 1]
  }

  /// Writes the nodes of a row, near to far, and returns how many there are.
  @inline(__always)
  private func unpack(_ node: Int, into slots: UnsafeMutablePointer<UInt32>) -> Int {
    // Safe: there is a row for each node, and the caller has room for one.
    let row = unsafe rows + node * KNNGraphDraft.width
    var count = 0
    while count < KNNGraphDraft.width, unsafe row[count] != .max {
      unsafe slots[count] = Candidate.node(row[count])
      count &+= 1
    }
    return count
  }

  /// One step of NN-descent: the nodes in the rows of each node's nearest are candidates for its own.
  ///
  /// - Parameters:
  ///   - isRanked: Whether the rows are by the distances of `scorer` already.
  ///   - scorer: Scores by the distance from a node, with the scratch of a context.
  /// - Returns: The graph after the step.
  func refined(
    _ contexts: [SearchContext], isRanked: Bool, execution: Execution,
    _ scorer: @Sendable (_ node: UInt32, SearchContext) -> NodeScorer
  ) throws -> KNNGraphDraft {
    let width = KNNGraphDraft.width
    let result = KNNGraphDraft(nodes: nodes)
    try execution.forEachChunk(of: nodes, by: 256) { worker, range in
      let context = contexts[worker]
      let (slots, distances, visited) = unsafe (context.slots, context.distances, context.visited)
      for node in range {
        let row = unsafe rows + node * width
        if node + 1 < nodes { prefetchJoined(node + 1) }
        guard unsafe row[0] != .max else { continue }
        _ = visited.insert(UInt32(node))
        // Safe: there is room for the row and for `joined` rows more, and rows hold nodes of this graph.
        let own = unsafe unpack(node, into: slots)
        for place in 0..<own { _ = unsafe visited.insert(slots[place]) }
        var count = own
        for place in 0..<min(KNNGraphDraft.joined, own) {
          let other = unsafe rows + Int(slots[place]) * width
          for next in 0..<width where unsafe other[next] != .max {
            let candidate = Candidate.node(unsafe other[next])
            if visited.insert(candidate) {
              unsafe slots[count] = candidate
              count &+= 1
            }
          }
        }
        visited.removeAll()
        let first = isRanked ? own : 0
        if isRanked {
          unsafe (result.rows + node * width).update(from: row, count: width)
          unsafe result.last[node] = row[width - 1]
        }
        let scorer = scorer(UInt32(node), context)
        unsafe scorer.prefetch(slots + first, count - first)
        unsafe scorer.distances(to: slots + first, count - first, into: distances)
        for place in first..<count where unsafe !distances[place - first].isNaN {
          unsafe result.add(Candidate.pack(distance: distances[place - first], node: slots[place]), to: node)
        }
      }
    }
    return result
  }

  /// Prefetches the rows that a step of a node reads.
  private func prefetchJoined(_ node: Int) {
    let width = KNNGraphDraft.width
    // Safe: there is a row for each node, and rows hold nodes of this graph.
    let row = unsafe rows + node * width
    for place in 0..<KNNGraphDraft.joined where unsafe row[place] != .max {
      let other = unsafe rows + Int(Candidate.node(row[place])) * width
      // Eight candidates a cache line.
      var first = 0
      while first < width {
        unsafe akin_prefetch(other + first)
        first &+= 8
      }
    }
  }

  /// The nearest ``PackedLinks/mostNearest`` of each row by another distance, near to far; the end is ``Layer/noNode``.
  func ranked(
    _ contexts: [SearchContext], execution: Execution,
    _ scorer: @Sendable (_ node: UInt32, SearchContext) -> NodeScorer
  ) throws -> [UInt32] {
    let stored = PackedLinks.mostNearest
    var result = [UInt32](repeating: Layer.noNode, count: nodes * stored)
    try unsafe result.withUnsafeMutableBufferPointer { result in
      // Safe: each row is written by the one chunk that holds it.
      nonisolated(unsafe) let result = unsafe result
      try execution.forEachChunk(of: nodes, by: 256) { worker, range in
        let context = contexts[worker]
        let (slots, distances) = unsafe (context.slots, context.distances)
        var near: [UInt64] = []
        for node in range {
          let count = unsafe unpack(node, into: slots)
          let scorer = scorer(UInt32(node), context)
          unsafe scorer.distances(to: slots, count, into: distances)
          // The vectors of the next node's row come while this one is sorted.
          if node + 1 < range.upperBound {
            let next = unsafe slots + KNNGraphDraft.width
            unsafe scorer.prefetch(next, unpack(node + 1, into: next))
          }
          near.removeAll(keepingCapacity: true)
          for place in 0..<count where unsafe !distances[place].isNaN {
            near.append(unsafe Candidate.pack(distance: distances[place], node: slots[place]))
          }
          near.sort()
          for place in 0..<min(stored, near.count) {
            unsafe result[node * stored + place] = Candidate.node(near[place])
          }
        }
      }
    }
    return result
  }
}
