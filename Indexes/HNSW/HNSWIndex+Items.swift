import AkinSupport
import AkinVectors

extension HNSWIndex {
  /// A copy of all vectors in the order of the embeddings file; zeros for a row that a damaged file does not lead to.
  ///
  /// - Complexity: O(*items* × *dimension*).
  package func itemVectors() -> EmbeddingMatrix {
    let storage = searcher.storage
    return unsafe EmbeddingMatrix(count: count, dimension: dimension) { floats, stride in
      guard let base = floats.baseAddress else { return }
      for row in 0..<count {
        guard let node = storage.node(of: UInt32(row)) else { continue }
        // Safe: `floats` has `count` rows of `stride` floats, and the node lies inside the matrix of the same stride.
        let place = unsafe base + row * stride
        let vector = unsafe storage.vectors.row(Int(node), place)
        if unsafe vector != UnsafePointer(place) { unsafe place.update(from: vector, count: dimension) }
      }
    }
  }

  /// The bias of an item; `nil` for an unknown row, and when no item has one.
  package func bias(of row: Row) -> Float? {
    let storage = searcher.storage
    guard let biases = unsafe storage.biases, let node = storage.node(of: row.index) else { return nil }
    // Safe: there is a bias for each node.
    return unsafe biases[Int(node)]
  }

  /// A copy of the biases in the order of the embeddings file; `nil` when no item has one.
  package func itemBiases() -> [Float]? {
    guard unsafe searcher.storage.biases != nil else { return nil }
    return (0..<count).map { bias(of: Row($0)) ?? 0 }
  }
}
