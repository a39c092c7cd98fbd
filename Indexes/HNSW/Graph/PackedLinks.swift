import AkinVectors
import CAkinKernels

/// The links of the base layer and the nearest nodes of each node, packed: a row of equal length for each node.
///
/// A row is a number of 16 bits, then the node's links, near to far, and in the places that these leave its nearest nodes that are
/// not among them, near to far. A link takes as many bits as the largest node needs:
///
///     bits 0…9    how many links
///     bits 10…15  how many others
///
/// At M0 = 42 and a million nodes a row takes 107 bytes. As numbers of 32 bits, and with places of their own for the nearest, it
/// would take 256. The rows may come from a hostile file: each use checks them first.
@safe struct PackedLinks: @unchecked Sendable {
  // Safe to share: the creator keeps the rows alive, and nothing writes them.

  /// The most nearest nodes that a node keeps.
  static let mostNearest = 16
  /// Bytes of a row in front of its links.
  static let headerBytes = 2
  /// Entries behind the links of a row, which the kernel may write.
  static let spare = 8

  /// The sizes of rows.
  struct Shape: Equatable {
    /// The most links of a row.
    let links: Int
    /// Bits of a link: enough for the largest of the nodes, but 8 at least, and 32 where 24 are not enough.
    let bits: Int
    /// The most links and others of a row.
    let places: Int
    /// Bytes from one row to the next: at least those that the kernel may read past a row.
    let stride: Int

    /// - Parameters:
    ///   - nodes: The number of nodes.
    ///   - m0: The most links of a node.
    ///   - metric: By inner product all places for links are in use, and links do not lead to the nearest by cosine: there are
    ///     eight places more.
    init(nodes: Int, m0: Int, metric: Metric) {
      links = m0
      let enough = Int.bitWidth - max(0, nodes - 1).leadingZeroBitCount
      bits = enough > 24 ? 32 : max(8, enough)
      places = max(m0 + (metric == .innerProduct ? 8 : 0), 40)
      stride = max(32, PackedLinks.headerBytes + (places * bits + 7) / 8)
    }
  }

  private let bytes: UnsafePointer<UInt8>
  /// The number of rows.
  private let nodes: Int
  private let stride: Int
  /// Bits of a link. All fields are whole words: a layer holds this or a table, and the unused bits of a word would be where the
  /// compiler puts which of them it is.
  private let bits: Int
  /// The last byte of a row that holds one of its first 32 links.
  private let reach: Int
  /// The most links and others of a row, and the most links.
  let (width, mostLinks): (Int, Int)
  private let unpack: Unpack

  private typealias Unpack =
    @convention(c) (UnsafePointer<UInt8>?, UInt32, Int, UnsafeMutablePointer<UInt32>?) -> Void

  /// - Parameters:
  ///   - bytes: Rows of `shape`, and one more.
  ///   - nodes: The number of rows: that of the nodes, or 0 where nothing is linked.
  @unsafe init(_ bytes: UnsafePointer<UInt8>, _ shape: Shape, nodes: Int, kernels: UnsafePointer<akin_kernels>) {
    unsafe self.bytes = bytes
    self.nodes = nodes
    stride = shape.stride
    bits = shape.bits
    reach = PackedLinks.headerBytes + 4 * shape.bits - 1
    (width, mostLinks) = (shape.places, shape.links)
    unsafe unpack = kernels.pointee.unpack_links
  }

  /// A row: where its links are, and how many there are of each kind.
  @unsafe struct Row {
    let packed: UnsafePointer<UInt8>
    let links: Int
    let others: Int
  }

  /// The row of a node, or `nil` where there is none or it contradicts itself.
  @inline(__always)
  func row(of node: Int) -> Row? {
    guard node < nodes else { return nil }
    // Safe: there is a row for each node.
    let row = unsafe bytes + node &* stride
    let header = unsafe Int(row[0]) | Int(row[1]) &<< 8
    let (links, others) = (header & 1023, header &>> 10)
    guard links &+ others <= width else { return nil }
    return unsafe Row(packed: row + PackedLinks.headerBytes, links: links, others: others)
  }

  /// Unpacks the links of a node and returns their number; `nil` where the row contradicts itself.
  ///
  /// - Parameters:
  ///   - node: A node of the graph.
  ///   - buffer: Room for ``width`` nodes and ``spare`` more. The nodes are as the file has them, unchecked.
  @inline(__always)
  func links(of node: Int, _ buffer: UnsafeMutablePointer<UInt32>) -> Int? {
    guard let row = unsafe row(of: node) else { return nil }
    // Safe: a row has 40 places at least, and one follows, of 32 bytes at least: so much the kernel may read.
    unsafe unpack(row.packed, UInt32(truncatingIfNeeded: bits), row.links, buffer)
    return unsafe row.links
  }

  /// The links and the nearest nodes of a node, unchecked.
  ///
  /// - Parameter node: A node of the graph.
  func all(of node: Int) -> [UInt32] {
    guard let row = unsafe row(of: node) else { return [] }
    let number = unsafe row.links + row.others
    return unsafe [UInt32](unsafeUninitializedCapacity: width + PackedLinks.spare) { buffer, size in
      // Safe: as in `links`.
      unsafe unpack(row.packed, UInt32(truncatingIfNeeded: bits), number, buffer.baseAddress)
      size = number
    }
  }

  /// Prefetches the lines of the row of a node of the graph that hold its first 32 links.
  @inline(__always)
  func prefetch(_ node: Int) {
    // Safe: an address that cannot be read does no harm.
    let row = unsafe bytes + node &* stride
    unsafe akin_prefetch(row)
    unsafe akin_prefetch(row + 64)
    unsafe akin_prefetch(row + reach)
  }
}
