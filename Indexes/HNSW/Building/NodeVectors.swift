import AkinVectors

/// The vectors by node, made when they are asked for: while items are linked by codes nobody reads them, and they need not
/// be in memory.
struct NodeVectors {
  private let source: EmbeddingMatrix
  private let rows: [UInt32]?
  /// Lets go of the memory behind the source as far as it was read; it comes back by itself.
  let release: () -> Void

  /// - Parameter rows: The source's row of each node, or `nil` where nodes stand as rows do.
  init(_ source: EmbeddingMatrix, rows: [UInt32]?, release: @escaping () -> Void) {
    self.source = source
    self.rows = rows
    self.release = release
  }

  /// The vectors by node: the source itself, or a copy of it as long as somebody holds that.
  var matrix: EmbeddingMatrix {
    guard let rows else { return source }
    var places = [UInt32](repeating: 0, count: rows.count)
    for (place, row) in rows.enumerated() { places[Int(row)] = UInt32(place) }
    return unsafe EmbeddingMatrix(count: source.count, dimension: source.dimension) { floats, stride in
      guard let target = floats.baseAddress else { return }
      let step = max(1, NodeVectors.releasedBytes / (4 * stride))
      for row in 0..<source.count {
        // Safe: both matrices have this dimension, so this stride.
        unsafe (target + Int(places[row]) * stride).update(from: source.base + row * stride, count: stride)
        if (row + 1) % step == 0 { release() }
      }
      release()
    }
  }

  /// How much of the source is read before it is let go of.
  static let releasedBytes = 1 << 20
}
