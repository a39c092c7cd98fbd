import CAkinKernels

/// One layer of a graph, as walks read it: rows of links at a fixed stride, near to far, ended by ``noNode``.
///
/// A *slot* is a position on a layer: the node itself on layer 0, and on an upper layer the position in the list of
/// nodes that reach level 1.
///
/// The links may come from a hostile file. Walks trust only the numbers of this type, which were checked against the
/// sizes of the sections when the file was opened.
@safe struct Layer {
  /// The end mark of a row of links.
  static let noNode: UInt32 = 0xFFFF_FFFF
  /// The longest row of links (twice the M0 limit of the format: room for slack during a build).
  static let maximumWidth = 1024

  /// The first link of row 0.
  let links: UnsafePointer<UInt32>
  /// Links from one row to the next.
  let stride: Int
  /// The capacity of a row; at most ``maximumWidth``.
  let width: Int
  /// The number of slots: a link at or above it is damage.
  let count: Int
  /// For an upper layer: pairs (node, first row of links) for each slot, and one more pair; `nil` on layer 0, where the
  /// slot is the node and its row.
  let upper: UnsafePointer<UInt32>?
  /// For an upper layer: the number of rows of links.
  let rows: Int
  /// For an upper layer: its number, from 1.
  let level: Int
  /// The number of nodes.
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

  /// An upper layer: its slots are positions in `upper`.
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
    // Safe: the file has been checked to hold rows × stride links.
    return row < rows ? unsafe links + row &* stride : nil
  }

  /// Prefetches a row of links.
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

  /// The node of a slot below `count`; node 0 where the file points outside.
  @inline(__always)
  func node(of slot: UInt32) -> UInt32 {
    guard let upper = unsafe upper else { return slot }
    let node = unsafe upper[2 &* Int(slot)]
    return Int(node) < nodes ? node : 0
  }
}

extension Layer {
  /// The slot on the next lower layer of a slot of an upper layer: equal on upper layers, its node on layer 0.
  func below(_ slot: UInt32) -> UInt32 { level == 1 ? node(of: slot) : slot }
}
