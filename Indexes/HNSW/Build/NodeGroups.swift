import AkinSupport
import AkinVectors

/// Groups of nodes that lie so close together that single precision hardly tells them apart, and all links of a member would lead
/// to other members.
///
/// A graph of such nodes falls apart: the nearest of each are the rest of its group, and the choice among equally near ones is
/// left to rounding. So the first node of a group is linked for all of it, as the first of several copies is, and a search that
/// finds it scores every member by its own vector.
///
/// A group grows around a node from what lies within ``radius`` of it, and from groups that grew around such a node. Nodes are
/// compared with those in the same cell of a grid, and since a group may lie across the edge of cells, of another one that is
/// shifted by half an edge. A fine grid comes first, where the cells of the coarse one hold much besides.
struct NodeGroups {
  /// The fewest nodes that make a group. Fewer leave room for other links.
  private static let fewest = 16
  /// The most nodes of a group: what a search that finds one scores.
  private static let most = 4_096
  /// The largest distance from the node that a group grows around, by vectors of length 1: squares of less are near the rounding
  /// of their products.
  private static let radius = 0x1p-11
  /// The edges of the grids' cells, by components of mean size 1, fine and coarse.
  private static let edges = [0x1p-7, 0x1p-1]
  /// How many components, evenly spaced, are looked at first: somewhat more where this does not divide their number.
  private static let few = 12
  /// The most nodes of a cell that the others are compared with.
  private static let leaders = 8
  /// How many pairs tell the spread of items.
  private static let pairs = 4_096

  private let items: EmbeddingMatrix
  /// The biases by row, or `nil`.
  private let biases: [Float]?
  private let metric: Metric
  private let order: NodeOrder
  /// The lengths that edges and radius are a share of: under Euclidean distance the spread of items.
  private let spread: Double
  /// In few dimensions, many vectors share a cell by chance: all lengths shrink so far.
  private let scale: Double

  /// - Parameters:
  ///   - items: The items by row.
  ///   - biases: Their biases by row, for inner products, or `nil`.
  init(of items: EmbeddingMatrix, biases: [Float]?, metric: Metric, order: NodeOrder) {
    (self.items, self.biases, self.metric, self.order) = (items, biases, metric, order)
    let least = pow(Double(max(1, items.count)), -2 / Double(items.dimension + (biases == nil ? 0 : 1)))
    scale = min(1, least / NodeGroups.edges[1])
    spread = metric == .euclidean ? NodeGroups.spread(of: items) : 1
  }

  /// The groups, each of at least ``fewest`` nodes, ascending; and the farthest that a member lies from the first of its group.
  ///
  /// - Complexity: O(*items* × *dimension*), on all threads.
  func find(_ execution: Execution) throws -> (groups: [[UInt32]], radius: Float) {
    let nodes = order.linked.filter { metric == .euclidean || order.norms[Int($0)] > 0 }
    guard nodes.count >= NodeGroups.fewest, spread > 0, spread.isFinite else { return ([], 0) }
    // Most data has no cell that holds half a group, and most nodes are told from others by a few components.
    var alike = nodes
    if items.dimension > 2 * NodeGroups.few {
      alike = try cells(
        of: nodes, edge: NodeGroups.edges[1], shift: 0, few: true, atLeast: NodeGroups.fewest / 2, execution
      ).flatMap { $0 }
    }
    let likely = try cells(of: alike, edge: NodeGroups.edges[1], shift: 0, atLeast: NodeGroups.fewest / 2, execution)
    guard !likely.isEmpty else { return ([], 0) }
    var joining = Joining()
    for edge in NodeGroups.edges {
      for shift in [0, 0.5] {
        for cell in try cells(of: joining.open(nodes), edge: edge, shift: shift, atLeast: 2, execution) {
          join(cell, &joining)
        }
      }
    }
    let groups = joining.groups.filter { $0.count >= NodeGroups.fewest }.map { $0.sorted() }.sorted { $0[0] < $1[0] }
    let farthest = groups.lazy.flatMap { group in group.dropFirst().lazy.map { distance(group[0], $0) } }.max() ?? 0
    return (groups, farthest == 0 ? 0 : Float(farthest).nextUp)
  }

  /// Joins the nodes of a cell to groups of others.
  private func join(_ cell: [UInt32], _ joining: inout Joining) {
    var leaders: [UInt32] = []
    for node in cell {
      let near = leaders.first {
        joining.size(of: $0) + joining.size(of: node) <= NodeGroups.most
          && distance($0, node) <= NodeGroups.radius * scale * size(of: $0)
      }
      if let near {
        joining.add(node, to: near)
      } else if leaders.count < NodeGroups.leaders {
        leaders.append(node)
      }
    }
  }

  /// The nodes of each cell that holds so many, ascending.
  ///
  /// - Parameter few: Whether ``few`` components make a cell.
  private func cells(
    of nodes: [UInt32], edge: Double, shift: Double, few: Bool = false, atLeast fewest: Int, _ execution: Execution
  ) throws -> [[UInt32]] {
    var prints = [UInt64](repeating: 0, count: nodes.count)
    try unsafe prints.withUnsafeMutableBufferPointer { prints in
      // Safe: each print is written by the one chunk that holds it.
      nonisolated(unsafe) let prints = unsafe prints
      try execution.forEachChunk(of: nodes.count, by: 1024) { _, range in
        for place in range { unsafe prints[place] = print(of: nodes[place], edge: edge, shift: shift, few: few) }
      }
    }
    // Few prints are shared: most are told from others by a count of their lowest bits.
    let mask = UInt64(1) << (UInt64.bitWidth - (2 * UInt64(nodes.count)).leadingZeroBitCount) - 1
    var counts = [UInt32](repeating: 0, count: Int(mask) + 1)
    for print in prints { counts[Int(print & mask)] += 1 }
    var shared = nodes.indices.filter { counts[Int(prints[$0] & mask)] >= fewest }
    shared.sort { prints[$0] != prints[$1] ? prints[$0] < prints[$1] : nodes[$0] < nodes[$1] }
    var cells: [[UInt32]] = []
    var first = 0
    while first < shared.count {
      var end = first
      while end < shared.count, prints[shared[end]] == prints[shared[first]] { end += 1 }
      if end - first >= fewest { cells.append(shared[first..<end].map { nodes[$0] }) }
      first = end
    }
    return cells
  }

  /// A hash of the cell that holds a node; nodes of other lengths, by inner product, are in other cells.
  private func print(of node: UInt32, edge: Double, shift: Double, few: Bool) -> UInt64 {
    let size = size(of: node)
    let perEdge = Double(items.dimension + (biases == nil ? 0 : 1)).squareRoot() / (edge * scale * size)
    var hash = metric == .innerProduct ? size.bitPattern : 0x9E37_79B9_7F4A_7C15
    func add(_ value: Float) {
      // From 1.5 · 2⁵² on, doubles are whole. (`rounded` is a function call on the oldest CPUs.)
      let place = (Double(value) * perEdge + shift + 0x1.8p52) - 0x1.8p52
      hash = (hash ^ place.bitPattern) &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash &>> 32
    }
    let row = Int(order.rows[Int(node)])
    items.withRow(Row(row)) { vector in
      let step = few ? vector.count / NodeGroups.few : 1
      for component in stride(from: 0, to: vector.count, by: step) { add(vector[component]) }
    }
    if let biases { add(biases[row]) }
    return (hash ^ hash &>> 29) &* 0xC4CE_B9FE_1A85_EC53
  }

  /// The size of a node; edges of cells and the radius of a group are a share of it. Under cosine it is the node's length. Under
  /// inner product it is the power of two below that, since nodes of one direction and other lengths have other scores. Under
  /// Euclidean distance it is the spread of all nodes.
  private func size(of node: UInt32) -> Double {
    if metric == .euclidean { return spread }
    let bias = Double(biases?[Int(order.rows[Int(node)])] ?? 0)
    let norm = Double(order.norms[Int(node)])
    let length = (norm * norm + bias * bias).squareRoot()
    return metric == .cosine ? length : Double(sign: .plus, exponent: length.exponent, significand: 1)
  }

  /// How far two nodes are apart, with their biases; under cosine, as if both were as long as the first.
  private func distance(_ one: UInt32, _ other: UInt32) -> Double {
    let stretch = metric == .cosine ? size(of: one) / size(of: other) : 1
    let (row, otherRow) = (Int(order.rows[Int(one)]), Int(order.rows[Int(other)]))
    let gap = Double(biases?[row] ?? 0) - Double(biases?[otherRow] ?? 0)
    return (NodeGroups.square(items, row, otherRow, stretch: stretch) + gap * gap).squareRoot()
  }

  /// The squared distance of two rows.
  private static func square(_ items: EmbeddingMatrix, _ row: Int, _ other: Int, stretch: Double = 1) -> Double {
    items.withRow(Row(row)) { vector in
      items.withRow(Row(other)) { otherVector in
        var sum = 0.0
        for component in 0..<vector.count {
          let gap = Double(vector[component]) - Double(otherVector[component]) * stretch
          sum += gap * gap
        }
        return sum
      }
    }
  }

  /// The middle one of the distances of some pairs that are not equal, over √2: a few far items do not change it.
  private static func spread(of items: EmbeddingMatrix) -> Double {
    let random = CounterRandom(seed: 0, purpose: 11)
    func drawn(_ place: Int) -> Int { Int(random.uniform(at: UInt64(place)) * Double(items.count)) }
    let squares = (0..<min(pairs, items.count)).map { square(items, drawn(2 * $0), drawn(2 * $0 + 1)) }
      .filter { $0 > 0 }.sorted()
    return squares.isEmpty ? 0 : (squares[squares.count / 2] / 2).squareRoot()
  }
}

/// Groups under way.
private struct Joining {
  /// The members of each group, the node that it grows around first.
  private(set) var groups: [[UInt32]] = []
  private var groupOf: [UInt32: Int] = [:]
  private var joined: Set<UInt32> = []

  /// The number of nodes of the group that grows around a node.
  func size(of leader: UInt32) -> Int { groupOf[leader].map { groups[$0].count } ?? 1 }

  /// The nodes that have not joined the group of another.
  func open(_ nodes: [UInt32]) -> [UInt32] { joined.isEmpty ? nodes : nodes.filter { !joined.contains($0) } }

  /// Adds a node, and the group that began with it.
  mutating func add(_ node: UInt32, to leader: UInt32) {
    joined.insert(node)
    var members = [node]
    if let group = groupOf.removeValue(forKey: node) {
      swap(&members, &groups[group])
      groups[group] = []
    }
    if let group = groupOf[leader] { return groups[group] += members }
    groupOf[leader] = groups.count
    groups.append([leader] + members)
  }
}
