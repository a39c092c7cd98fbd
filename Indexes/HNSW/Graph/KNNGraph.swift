/// The k-nearest-neighbour graph of an index: for each node, its nearest nodes by the metric of related items, near to far.
///
/// Walks for related items start at them. The nodes may come from a hostile file: each use checks them first.
@safe struct KNNGraph {
  // Safe: opening the file has checked that there is a row for each node.

  /// Nodes of a row: 64 bytes, one cache line.
  static let width = 16

  private let rows: UnsafePointer<UInt32>
  private let count: Int

  @unsafe init(rows: UnsafePointer<UInt32>, count: Int) {
    unsafe self.rows = rows
    self.count = count
  }

  /// The nodes of a row up to the first that is none.
  ///
  /// - Parameter node: A node of the graph.
  func nearest(to node: UInt32) -> [UInt32] {
    var found: [UInt32] = []
    for place in 0..<KNNGraph.width {
      let near = unsafe rows[Int(node) * KNNGraph.width + place]
      guard near < count else { break }
      found.append(near)
    }
    return found
  }
}
