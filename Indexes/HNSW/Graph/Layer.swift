import CAkinKernels

/// One layer of a graph, as walks read it: for each slot a row of links, near to far.
///
/// A *slot* is a position on a layer: the node itself on layer 0, and on an upper layer the position in the list of
/// nodes that reach level 1.
///
/// The links may come from a hostile file. Walks trust only the numbers of this type, which were checked against the
/// sizes of the sections when the file was opened.
@safe struct Layer {
  /// The end mark of a row of a table.
  static let noNode: UInt32 = 0xFFFF_FFFF
  /// The longest row of links (twice the M0 limit of the format: room for slack during a build).
  static let maximumWidth = 1024

  /// Where the rows are.
  enum Rows {
    /// At a fixed stride, ended by ``noNode``.
    case table(Table)
    /// Packed, as the base layer of a file.
    case packed(PackedLinks)
  }

  /// Rows at a fixed stride.
  @safe struct Table {
    // Safe: the creator keeps `rows` rows alive.

    /// The first link of row 0.
    let links: UnsafePointer<UInt32>
    /// Links from one row to the next, at most ``Layer/maximumWidth``.
    let stride: Int
    /// The number of rows.
    let rows: Int

    init(_ links: UnsafePointer<UInt32>, stride: Int, rows: Int) {
      unsafe self.links = links
      self.stride = stride
      self.rows = rows
    }
  }

  let rows: Rows
  /// The most links of a slot; at most ``maximumWidth``.
  let mostLinks: Int
  /// The number of slots: a link at or above it is damage.
  let count: Int
  /// For an upper layer: pairs (node, first row of links) for each slot, and one more pair; `nil` on layer 0, where the
  /// slot is the node and its row.
  let upper: UnsafePointer<UInt32>?
  /// For an upper layer: its number, from 1.
  let level: Int
  /// The number of nodes.
  let nodes: Int

  /// Layer 0.
  init(base rows: Rows, nodes: Int) {
    self.rows = rows
    mostLinks =
      switch rows {
      case .table(let table): table.stride
      case .packed(let packed): packed.mostLinks
      }
    self.count = nodes
    unsafe self.upper = nil
    self.level = 0
    self.nodes = nodes
  }

  /// An upper layer: its slots are positions in `upper`.
  init(level: Int, _ table: Table, upper: UnsafePointer<UInt32>, slots: Int, nodes: Int) {
    rows = .table(table)
    mostLinks = table.stride
    self.count = slots
    unsafe self.upper = upper
    self.level = level
    self.nodes = nodes
  }

  /// The links of a slot below `count`, up to ``noNode`` where there is one; `nil` where the file points outside.
  ///
  /// - Parameter buffer: Room for ``maximumWidth`` links and ``PackedLinks/spare`` more, which the answer may lie in. The links are as
  ///   the file has them, unchecked.
  @inline(__always)
  func links(of slot: Int, _ buffer: UnsafeMutablePointer<UInt32>) -> UnsafeBufferPointer<UInt32>? {
    switch rows {
    case .packed(let packed):
      guard let number = unsafe packed.links(of: slot, buffer) else { return nil }
      return unsafe UnsafeBufferPointer(start: buffer, count: number)
    case .table(let table):
      guard let row = unsafe row(of: slot, table) else { return nil }
      return unsafe UnsafeBufferPointer(start: row, count: table.stride)
    }
  }

  /// Prefetches the links of a slot below `count`.
  @inline(__always)
  func prefetch(_ slot: Int) {
    switch rows {
    case .packed(let packed): packed.prefetch(slot)
    case .table(let table):
      guard let row = unsafe row(of: slot, table) else { return }
      var link = 0
      while link < table.stride {
        unsafe akin_prefetch(row + link)
        link &+= 16
      }
    }
  }

  /// The row of a slot in a table.
  @inline(__always)
  private func row(of slot: Int, _ table: Table) -> UnsafePointer<UInt32>? {
    guard let upper = unsafe upper else { return unsafe table.links + slot &* table.stride }
    let row = Int(unsafe upper[2 &* slot &+ 1]) &+ level &- 1
    // Safe: the file has been checked to hold rows × stride links.
    return row < table.rows ? unsafe table.links + row &* table.stride : nil
  }

  /// Whether a slot below `count` has a link.
  func hasLinks(_ slot: UInt32) -> Bool {
    switch rows {
    case .packed(let packed): return unsafe packed.row(of: Int(slot)).map { unsafe $0.links > 0 } ?? false
    case .table(let table):
      guard let row = unsafe row(of: Int(slot), table) else { return false }
      return unsafe row[0] < count
    }
  }

  /// The node of a slot below `count`; node 0 where the file points outside.
  @inline(__always)
  func node(of slot: UInt32) -> UInt32 {
    guard let upper = unsafe upper else { return slot }
    let node = unsafe upper[2 &* Int(slot)]
    return Int(node) < nodes ? node : 0
  }

  /// The slot on the next lower layer of a slot of an upper layer: equal on upper layers, its node on layer 0.
  func below(_ slot: UInt32) -> UInt32 { level == 1 ? node(of: slot) : slot }
}
