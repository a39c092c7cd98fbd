import AkinSupport
import AkinVectors
import CAkinKernels

/// The links of the base layer and the nearest nodes of a finished build, packed as the file has them; ``PackedLinks`` has the
/// layout.
@safe struct LinkRows {
  let shape: PackedLinks.Shape
  let nodes: Int
  /// A row for each node, and one of zeros.
  let bytes: HeldColumn<UInt8>

  /// Packs the rows of a draft.
  ///
  /// - Parameters:
  ///   - draft: Finished: no row has more links than its limit.
  ///   - nearest: ``PackedLinks/mostNearest`` nodes a row, near to far, ended by ``Layer/noNode``.
  ///   - metric: The metric of the index.
  ///   - execution: Threads.
  /// - Complexity: O(links).
  /// - Throws: ``Cancelled``.
  init(_ draft: GraphDraft, nearest: [UInt32], metric: Metric, execution: Execution) throws {
    let shape = PackedLinks.Shape(nodes: draft.nodes, m0: draft.m0, metric: metric)
    (self.shape, nodes) = (shape, draft.nodes)
    bytes = try unsafe HeldColumn(count: (draft.nodes + 1) * shape.stride, repeating: 0) { bytes in
      // Safe: each chunk writes the rows of its own nodes.
      nonisolated(unsafe) let bytes = unsafe bytes
      try execution.forEachChunk(of: draft.nodes, by: 4096) { _, nodes in
        for node in nodes {
          // Safe: a row has so many links.
          let links = unsafe [UInt32](
            UnsafeBufferPointer(start: draft.baseLinks.row(node), count: draft.baseLinks.count(node)))
          var others: [UInt32] = []
          for place in node * PackedLinks.mostNearest..<(node + 1) * PackedLinks.mostNearest
          where others.count < shape.places - links.count && nearest[place] != Layer.noNode {
            var isLink = false
            for link in 0..<links.count where links[link] == nearest[place] { isLink = true }
            if !isLink { others.append(nearest[place]) }
          }
          let row = unsafe bytes[node * shape.stride..<(node + 1) * shape.stride]
          unsafe LinkRows.write(links, others, bits: shape.bits, to: UnsafeMutableBufferPointer(rebasing: row))
        }
      }
    }
  }

  /// Writes a row into zeros.
  private static func write(
    _ links: [UInt32], _ others: [UInt32], bits: Int, to row: UnsafeMutableBufferPointer<UInt8>
  ) {
    let header = links.count | others.count << 10
    unsafe row[0] = UInt8(truncatingIfNeeded: header)
    unsafe row[1] = UInt8(truncatingIfNeeded: header >> 8)
    // Bits that are not in the row yet, the lowest first.
    var (waiting, number, byte) = (UInt64(0), 0, PackedLinks.headerBytes)
    for place in 0..<links.count + others.count {
      let link = place < links.count ? links[place] : others[place - links.count]
      waiting |= UInt64(link) &<< UInt64(number)
      number += bits
      while number >= 8 {
        unsafe row[byte] = UInt8(truncatingIfNeeded: waiting)
        (waiting, number, byte) = (waiting &>> 8, number - 8, byte + 1)
      }
    }
    if number > 0 { unsafe row[byte] = UInt8(truncatingIfNeeded: waiting) }
  }

  /// The rows as a search reads them; ``bytes`` must stay alive.
  func links(_ kernels: UnsafePointer<akin_kernels>) -> PackedLinks {
    unsafe PackedLinks(bytes.base, shape, nodes: nodes, kernels: kernels)
  }
}
