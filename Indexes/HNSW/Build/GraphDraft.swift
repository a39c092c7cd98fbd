import AkinSupport
import AkinVectors

/// A graph under construction: layer 0 and the layers above it, with slack in every row.
@safe final class GraphDraft: @unchecked Sendable {
  // Safe to share between the threads of a build: one thread at a time writes a row, and nothing writes it after the
  // build.

  let nodes: Int
  /// Links of a finished row of an upper layer.
  let m: Int
  /// Links of a finished row of layer 0.
  let m0: Int
  let baseLinks: LinkTable
  /// Pairs (node, first row) of the nodes on level 1 or above, ascending, and an end pair.
  let upper: UnsafeMutablePointer<UInt32>
  let slots: Int
  let upperLinks: LinkTable
  /// The level of every node.
  let levels: [UInt8]
  /// The entry point: a node of the highest level; `nil` before the first insertion.
  var entry: UInt32?
  var topLevel = 0

  init(_ order: InsertionOrder, m: Int) {
    levels = order.levels
    nodes = levels.count
    self.m = m
    m0 = 2 * m
    var rows = 0
    var slots = 0
    for level in levels where level > 0 {
      rows += Int(level)
      slots += 1
    }
    self.slots = slots
    baseLinks = LinkTable(rows: nodes, capacity: m0 + max(4, m0 / 8))
    upperLinks = LinkTable(rows: rows, capacity: m + max(4, m / 4))
    unsafe upper = .allocate(capacity: 2 * (slots + 1))
    var slot = 0
    var row = 0
    for node in 0..<nodes where levels[node] > 0 {
      unsafe upper[2 * slot] = UInt32(node)
      unsafe upper[2 * slot + 1] = UInt32(row)
      slot += 1
      row += Int(levels[node])
    }
    unsafe upper[2 * slot] = Layer.noNode
    unsafe upper[2 * slot + 1] = UInt32(row)
  }

  deinit {
    // Safe: `init` allocated it, and the elements are trivial.
    unsafe upper.deallocate()
  }

  /// The rows of links of a layer.
  func table(_ level: Int) -> LinkTable { level == 0 ? baseLinks : upperLinks }

  /// The link limit of a finished row of a layer.
  func limit(_ level: Int) -> Int { level == 0 ? m0 : m }

  /// The layer as walks read it.
  func layer(_ level: Int) -> Layer {
    if level == 0 {
      return Layer(base: .table(baseLinks.table), nodes: nodes)
    }
    return unsafe Layer(level: level, upperLinks.table, upper: upper, slots: slots, nodes: nodes)
  }

  /// The slot of a node on a layer that the node reaches.
  func slot(of node: UInt32, level: Int) -> UInt32 {
    if level == 0 { return node }
    var low = 0
    var high = slots
    while low < high {
      let middle = (low + high) / 2
      if unsafe upper[2 * middle] < node { low = middle + 1 } else { high = middle }
    }
    return UInt32(low)
  }

  /// The row of links of a slot.
  func row(of slot: UInt32, level: Int) -> Int {
    level == 0 ? Int(slot) : Int(unsafe upper[2 * Int(slot) + 1]) + level - 1
  }
}
