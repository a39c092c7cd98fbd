import AkinVectors
import CAkinKernels

/// One query and how it measures nodes: a kernel, the vectors it reads, and what is added per node.
///
/// Distances are for walking only: smaller is nearer, float32, never shown.
@safe struct NodeScorer {
  typealias Gather =
    @convention(c) (
      UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Int, UnsafePointer<UInt32>?, Int, UnsafeMutablePointer<Float>?
    ) -> Void

  typealias Merge =
    @convention(c) (
      UnsafeMutablePointer<UInt64>?, Int, Int, UnsafePointer<Float>?, UnsafePointer<UInt32>?, Int,
      UnsafeMutablePointer<Int>?
    ) -> Int

  /// How a kernel's value becomes a distance.
  enum Rule {
    /// `|q - x|²` as it is.
    case plain
    /// `-(q · x)`.
    case negated
    /// `-(q · x + column[node])`.
    case biased
    /// `-(q · x / column[node])`; a node with norm 0 gives NaN, which no search keeps.
    case divided
  }

  let query: UnsafePointer<Float>
  let base: UnsafePointer<Float>
  let stride: Int
  let dimension: Int
  let gather: Gather
  let rule: Rule
  /// One float a node for `biased` and `divided`.
  let column: UnsafePointer<Float>?
  /// Puts what was measured into the pool.
  let merge: Merge

  /// The byte codes to measure by, or `nil` to measure by the vectors.
  var codes: CodeScorer?

  /// Writes the distances of `count` nodes; every node is below the number of rows at `base`.
  @inline(__always)
  func measure(_ nodes: UnsafePointer<UInt32>, _ count: Int, into distances: UnsafeMutablePointer<Float>) {
    if let codes {
      unsafe codes.measure(nodes, count, into: distances)
    } else {
      unsafe gather(query, base, stride, dimension, nodes, count, distances)
    }
    unsafe adjust(nodes, count, distances)
  }

  /// Asks the memory for what `measure` will read.
  @inline(__always)
  func fetch(_ nodes: UnsafePointer<UInt32>, _ count: Int) {
    if let codes {
      unsafe akin_prefetch_table(codes.base, codes.width, codes.width, nodes, count)
    } else {
      unsafe akin_prefetch_table(base, 4 &* stride, 4 &* dimension, nodes, count)
    }
  }

  @inline(__always)
  private func adjust(_ nodes: UnsafePointer<UInt32>, _ count: Int, _ distances: UnsafeMutablePointer<Float>) {
    switch rule {
    case .plain: break
    case .negated:
      for i in 0..<count { unsafe distances[i] = -distances[i] }
    case .biased:
      let column = unsafe column.unsafelyUnwrapped
      for i in 0..<count { unsafe distances[i] = -(distances[i] + column[Int(nodes[i])]) }
    case .divided:
      let column = unsafe column.unsafelyUnwrapped
      for i in 0..<count { unsafe distances[i] = -(distances[i] / column[Int(nodes[i])]) }
    }
  }
}

/// A query as a code, and the codes of the nodes.
@safe struct CodeScorer {
  typealias Gather =
    @convention(c) (
      UnsafePointer<Int16>?, UnsafePointer<Int8>?, Int, Int, UnsafePointer<UInt32>?, Int, UnsafeMutablePointer<Float>?
    ) -> Void

  let query: UnsafePointer<Int16>
  let base: UnsafePointer<Int8>
  let width: Int
  let gather: Gather
  /// The value of one unit of the kernel's sums.
  let unit: Float
  /// Added to every distance or inner product: what the mean adds, or what the axes leave out of the query.
  let offset: Float
  /// Added to each node's distance, or `nil`.
  let tails: UnsafePointer<Float>?

  /// Writes what the vectors' kernel would, as far as the codes tell.
  @inline(__always)
  func measure(_ nodes: UnsafePointer<UInt32>, _ count: Int, into distances: UnsafeMutablePointer<Float>) {
    unsafe gather(query, base, width, width, nodes, count, distances)
    if let tails = unsafe tails {
      for i in 0..<count { unsafe distances[i] = distances[i] * unit + (offset + tails[Int(nodes[i])]) }
    } else {
      for i in 0..<count { unsafe distances[i] = distances[i] * unit + offset }
    }
  }
}
