import AkinSupport
import AkinVectors
import CAkinKernels

/// The order of items in an index, and the copies among them.
struct NodeOrder {
  /// The embeddings row of each node.
  let rows: [UInt32]
  /// The norm of each node, `|x|` in float64 rounded to float32.
  let norms: [Float]
  /// For each node, the next node with the same vector and bias, or ``Layer/noNode``. Ascending, so a chain ends. -0 is
  /// equal to 0.
  let nextCopy: [UInt32]
  /// The nodes in the graph: the first of several copies, and of each group; without zero vectors under cosine.
  private(set) var linked: [UInt32]
  /// For each first of some copies, the next one of its group of nearly equal vectors, or ``Layer/noNode``: ascending. Empty
  /// without groups.
  private(set) var nextMember: [UInt32] = []
  /// The farthest that a member lies from the first of its group: of directions under cosine, with biases by inner product.
  private(set) var radius: Float = 0

  /// Links nothing.
  mutating func unlink() { linked = [] }

  /// Links the first of each group for all of it.
  ///
  /// - Parameters:
  ///   - groups: Linked nodes, ascending; each in one group.
  ///   - radius: At least the distance of any member from the first of its group.
  mutating func join(_ groups: [[UInt32]], radius: Float) {
    guard !groups.isEmpty else { return }
    nextMember = [UInt32](repeating: Layer.noNode, count: rows.count)
    var isMember = [Bool](repeating: false, count: rows.count)
    for group in groups {
      for (node, next) in zip(group, group.dropFirst()) {
        nextMember[Int(node)] = next
        isMember[Int(next)] = true
      }
    }
    linked.removeAll { isMember[Int($0)] }
    self.radius = radius
  }

  /// The nodes that are found by way of a linked one: its group, each member with its copies, itself first.
  func found(with head: UInt32) -> [UInt32] {
    var found: [UInt32] = []
    var member = head
    while member != Layer.noNode {
      var copy = member
      while copy != Layer.noNode {
        found.append(copy)
        copy = nextCopy[Int(copy)]
      }
      member = nextMember.isEmpty ? Layer.noNode : nextMember[Int(member)]
    }
    return found
  }

  /// The number of nodes that are linked by way of the first of their group, without copies.
  var members: Int { nextMember.reduce(0) { $0 + ($1 == Layer.noNode ? 0 : 1) } }

  /// The number of nodes that are copies of an earlier node.
  var copies: Int { nextCopy.reduce(0) { $0 + ($1 == Layer.noNode ? 0 : 1) } }

  /// Orders items: by falling norm of (vector, bias) for inner products, since most answers are among the largest;
  /// otherwise by row.
  ///
  /// - Complexity: O(*n* × *dimension* + *n* log *n*).
  init(
    items: EmbeddingMatrix, biases: [Float]?, metric: Metric, kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws {
    let count = items.count
    var squares = [Double](repeating: 0, count: count)
    var prints = [UInt64](repeating: 0, count: count)
    let (base, stride, dimension) = unsafe (items.base, items.stride, items.dimension)
    try unsafe squares.withUnsafeMutableBufferPointer { squares in
      try unsafe prints.withUnsafeMutableBufferPointer { prints in
        // Safe: each row is written by the one chunk that holds it.
        let (squares, prints) = unsafe (squares, prints)
        try execution.forEachChunk(of: count, by: 1024) { _, range in
          for row in range {
            let vector = unsafe base + row * stride
            unsafe squares[row] = kernels.pointee.dot64(vector, vector, dimension)
            unsafe prints[row] = NodeOrder.print(vector, dimension, bias: biases?[row])
          }
        }
      }
    }

    if let row = (0..<count).first(where: { !squares[$0].isFinite || biases?[$0].isFinite == false }) {
      throw HNSWError.notFinite(row: row)
    }

    // Millions of items take seconds to sort: every so many comparisons hear of a cancellation.
    var compared = 0
    func hear() throws(Cancelled) {
      compared &+= 1
      if compared & 0xFFFF == 0 { try execution.checkCancellation() }
    }
    let order = try NodeOrder.order(squares, biases, metric, hear)
    rows = order
    norms = order.map { Float(squares[Int($0)].squareRoot()) }

    // Copies have equal hashes; equal hashes are confirmed by comparing the vectors.
    var next = [UInt32](repeating: Layer.noNode, count: count)
    var isCopy = [Bool](repeating: false, count: count)
    let compare = { [prints] (a: UInt32, b: UInt32) -> Int in
      let (a, b) = (Int(order[Int(a)]), Int(order[Int(b)]))
      if prints[a] != prints[b] { return prints[a] < prints[b] ? -1 : 1 }
      // Safe: both rows lie inside the matrix.
      let (u, v) = unsafe (base + a * stride, base + b * stride)
      for component in 0..<dimension where unsafe u[component] != v[component] {
        return unsafe u[component] < v[component] ? -1 : 1
      }
      let (x, y) = (biases?[a] ?? 0, biases?[b] ?? 0)
      return x < y ? -1 : x > y ? 1 : 0
    }
    let sorted = try (0..<UInt32(count)).sorted { a, b in
      try hear()
      let order = compare(a, b)
      return order != 0 ? order < 0 : a < b
    }
    for (a, b) in zip(sorted, sorted.dropFirst()) where compare(a, b) == 0 {
      next[Int(a)] = b
      isCopy[Int(b)] = true
    }
    nextCopy = next
    linked = (0..<UInt32(count)).filter { node in
      !isCopy[Int(node)] && (metric != .cosine || squares[Int(order[Int(node)])] > 0)
    }
  }

  /// The rows by node: by falling norm of (vector, bias) for inner products, otherwise in order.
  ///
  /// - Parameter hear: Throws after a cancellation; each comparison calls it.
  static func order(
    _ squares: [Double], _ biases: [Float]?, _ metric: Metric, _ hear: () throws -> Void
  ) throws -> [UInt32] {
    let rows = [UInt32](0..<UInt32(squares.count))
    guard metric == .innerProduct else { return rows }
    guard let biases else {
      return try rows.sorted { a, b in
        try hear()
        let (x, y) = (squares[Int(a)], squares[Int(b)])
        return x != y ? x > y : a < b
      }
    }
    let reach = zip(squares, biases).map { $0 + Double($1) * Double($1) }
    return try order(reach, nil, metric, hear)
  }

  private static func print(_ vector: UnsafePointer<Float>, _ dimension: Int, bias: Float?) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for component in 0..<dimension {
      // Adding 0 turns -0 into 0 and changes nothing else.
      hash = (hash ^ UInt64(unsafe (vector[component] + 0).bitPattern)) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash &>> 32
    }
    return (hash ^ UInt64(((bias ?? 0) + 0).bitPattern)) &* 0xC4CE_B9FE_1A85_EC53
  }
}
