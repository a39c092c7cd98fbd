import CAkinKernels

/// One layer of a graph, as the walk reads it: rows of links at a fixed stride, near to far, ended by ``noNode``.
///
/// A *slot* is a position on a layer: on layer 0 the node itself, on an upper layer a position in the list of the nodes
/// that reach level 1.
///
/// The links may come from a hostile file: the walk believes nothing but these numbers, which were checked against the
/// sections' sizes when the file was opened.
@safe struct Layer {
  /// Marks the end of a row of links.
  static let noNode: UInt32 = 0xFFFF_FFFF
  /// The most links that a row may have (twice the format's limit of M0: room for slack while building).
  static let maximumWidth = 1024

  /// The first link of row 0.
  let links: UnsafePointer<UInt32>
  /// Links from one row to the next.
  let stride: Int
  /// Links that a row may have; at most ``maximumWidth``.
  let width: Int
  /// How many slots there are: a link at or above it is damage.
  let count: Int
  /// For an upper layer: pairs (node, first row of links) of each slot, and one pair more; `nil` on layer 0, where a
  /// slot is a node and its row.
  let upper: UnsafePointer<UInt32>?
  /// For an upper layer: rows of links that there are.
  let rows: Int
  /// For an upper layer: its number, from 1.
  let level: Int
  /// Nodes that have vectors.
  let nodes: Int

  /// Layer 0.
  init(base links: UnsafePointer<UInt32>, stride: Int, width: Int, nodes: Int) {
    unsafe self.links = links
    self.stride = stride
    self.width = width
    self.count = nodes
    unsafe self.upper = nil
    self.rows = nodes
    self.level = 0
    self.nodes = nodes
  }

  /// A layer above: its slots are positions in `upper`.
  init(
    level: Int, links: UnsafePointer<UInt32>, stride: Int, width: Int, rows: Int, upper: UnsafePointer<UInt32>,
    slots: Int, nodes: Int
  ) {
    unsafe self.links = links
    self.stride = stride
    self.width = width
    self.count = slots
    unsafe self.upper = upper
    self.rows = rows
    self.level = level
    self.nodes = nodes
  }

  /// The row of links of a slot below `count`, or `nil` where the file points outside.
  @inline(__always)
  func row(of slot: Int) -> UnsafePointer<UInt32>? {
    guard let upper = unsafe upper else { return unsafe links + slot &* stride }
    let row = Int(unsafe upper[2 &* slot &+ 1]) &+ level &- 1
    // Safe: rows × stride links were checked to be there.
    return row < rows ? unsafe links + row &* stride : nil
  }

  /// Asks the memory for a row of links.
  @inline(__always)
  func prefetch(_ row: UnsafePointer<UInt32>) {
    var link = 0
    while link < width {
      unsafe akin_prefetch(row + link)
      link &+= 16
    }
  }

  /// Whether a slot below `count` has a link.
  func hasLinks(_ slot: UInt32) -> Bool {
    guard let row = unsafe row(of: Int(slot)) else { return false }
    return unsafe row[0] < count
  }

  /// The node of a slot below `count`; where the file points outside, node 0.
  @inline(__always)
  func node(of slot: UInt32) -> UInt32 {
    guard let upper = unsafe upper else { return slot }
    let node = unsafe upper[2 &* Int(slot)]
    return Int(node) < nodes ? node : 0
  }
}

extension Layer {
  /// The slot on the layer below of an upper layer's slot: the same on upper layers, its node on layer 0.
  func below(_ slot: UInt32) -> UInt32 { level == 1 ? node(of: slot) : slot }
}
