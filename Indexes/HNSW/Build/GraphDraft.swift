import AkinSupport
import AkinVectors

/// A graph under construction: the ground layer and the layers above it, with slack in every row.
@safe final class GraphDraft {
  let nodes: Int
  /// Links of a finished row above the ground.
  let m: Int
  /// Links of a finished row on the ground.
  let m0: Int
  let ground: LinkTable
  /// Pairs (node, first row) of the nodes that reach level 1 or more, ascending, and an end pair.
  let upper: UnsafeMutablePointer<UInt32>
  let points: Int
  let upperLinks: LinkTable
  /// Every node's level.
  let levels: [UInt8]
  /// The node that searches start from: one of the highest level; `nil` when nothing is inserted.
  var entry: UInt32?
  var topLevel = 0

  init(_ order: InsertionOrder, m: Int) {
    levels = order.levels
    nodes = levels.count
    self.m = m
    m0 = 2 * m
    var rows = 0
    var points = 0
    for level in levels where level > 0 {
      rows += Int(level)
      points += 1
    }
    self.points = points
    ground = LinkTable(rows: nodes, capacity: m0 + max(4, m0 / 8))
    upperLinks = LinkTable(rows: rows, capacity: m + max(4, m / 4))
    unsafe upper = .allocate(capacity: 2 * (points + 1))
    var point = 0
    var row = 0
    for node in 0..<nodes where levels[node] > 0 {
      unsafe upper[2 * point] = UInt32(node)
      unsafe upper[2 * point + 1] = UInt32(row)
      point += 1
      row += Int(levels[node])
    }
    unsafe upper[2 * point] = Layer.noNode
    unsafe upper[2 * point + 1] = UInt32(row)
  }

  deinit {
    // Safe: `init` allocated it, and the elements are trivial.
    unsafe upper.deallocate()
  }

  /// The rows of links of a layer.
  func table(_ level: Int) -> LinkTable { level == 0 ? ground : upperLinks }

  /// How many links a finished row of a layer has at most.
  func limit(_ level: Int) -> Int { level == 0 ? m0 : m }

  /// A layer for walking.
  func layer(_ level: Int) -> Layer {
    if level == 0 {
      return unsafe Layer(ground: ground.links, stride: ground.capacity, width: ground.capacity, nodes: nodes)
    }
    return unsafe Layer(
      level: level, links: upperLinks.links, stride: upperLinks.capacity, width: upperLinks.capacity,
      rows: upperLinks.rows, upper: upper, points: points, nodes: nodes)
  }

  /// The point of a node on a layer; the node must reach it.
  func point(of node: UInt32, level: Int) -> UInt32 {
    if level == 0 { return node }
    var low = 0
    var high = points
    while low < high {
      let middle = (low + high) / 2
      if unsafe upper[2 * middle] < node { low = middle + 1 } else { high = middle }
    }
    return UInt32(low)
  }

  /// The row of links of a point.
  func row(of point: UInt32, level: Int) -> Int {
    level == 0 ? Int(point) : Int(unsafe upper[2 * Int(point) + 1]) + level - 1
  }
}
