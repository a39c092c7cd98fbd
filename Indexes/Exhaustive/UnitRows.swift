import AkinSupport
import AkinVectors

/// The vectors of an index, normalised under cosine.
@safe struct UnitRows {
  // Safe: callers pass positions of items.
  let index: ExhaustiveIndex
  /// The factor of each vector under cosine, 0 for one without direction.
  private let scales: AlignedFloats?

  init(_ index: ExhaustiveIndex, _ summary: NormSummary) {
    self.index = index
    scales = index.metric == .cosine ? summary.perRow : nil
  }

  /// Whether an item can match anything.
  func matches(_ position: Int) -> Bool { scales.map { unsafe $0.floats[position] > 0 } ?? true }

  /// Copies of some vectors.
  func gathered(_ positions: some Collection<UInt32>) -> EmbeddingMatrix {
    let (items, dimension) = (index.items, index.dimension)
    return unsafe EmbeddingMatrix(count: positions.count, dimension: dimension) { floats, stride in
      guard let base = floats.baseAddress else { return }
      for (place, position) in positions.enumerated() {
        // Safe: the item lies inside the matrix, and there is a place for it.
        let (from, to) = unsafe (items.base + Int(position) * items.stride, base + place * stride)
        guard let scale = unsafe scales?.floats[Int(position)] else {
          unsafe to.update(from: from, count: dimension)
          continue
        }
        for component in 0..<dimension { unsafe to[component] = from[component] * scale }
      }
    }
  }
}
