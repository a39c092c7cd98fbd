import AkinQuantization
import AkinVectors

/// The vectors of nodes: floats in place, or rows in fewer bytes that are decoded where they are read.
@safe struct NodeVectors: Sendable {
  // Safe: a node is compared with `count` before it gets here.

  /// The vectors as floats, all of them: where they are packed, decoded when they are first asked for, and kept.
  let all: LazyMatrix
  /// The vectors in fewer bytes, or `nil`.
  let packed: PackedRows?
  private let floats: EmbeddingMatrix?
  private let held: HeldColumn<PackedRows>?

  init(_ floats: EmbeddingMatrix) {
    (all, packed, self.floats, held) = (LazyMatrix(floats), nil, floats, nil)
  }

  /// - Parameter owner: Keeps the rows alive.
  init(_ packed: PackedRows, owner: AnyObject & Sendable) {
    self.packed = packed
    (floats, held) = (nil, HeldColumn([packed]))
    all = LazyMatrix(count: packed.count, dimension: packed.dimension) {
      withExtendedLifetime(owner) { packed.decoded(0..<packed.count) }
    }
  }

  /// The vectors in fewer bytes in place, for scorers, which are copied at every hop and so have to be small.
  var packedInPlace: UnsafePointer<PackedRows>? { unsafe held?.base }

  var count: Int { all.count }
  var dimension: Int { all.dimension }

  /// The components of a node: in place, or decoded.
  ///
  /// - Parameters:
  ///   - node: Below ``count``.
  ///   - scratch: Room for ``dimension`` floats, which hold the components afterwards where they are packed.
  @unsafe @inline(__always)
  func row(_ node: Int, _ scratch: UnsafeMutablePointer<Float>) -> UnsafePointer<Float> {
    if let floats { return unsafe floats.base + node &* floats.stride }
    unsafe packed.unsafelyUnwrapped.decode(node, into: scratch)
    return unsafe UnsafePointer(scratch)
  }

  /// A copy of the components of a node.
  subscript(node: Int) -> [Float] {
    if let floats { return floats[Row(node)] }
    return unsafe [Float](unsafeUninitializedCapacity: dimension) { buffer, size in
      // Safe: there is room for the components.
      if let base = buffer.baseAddress { unsafe packed?.decode(node, into: base) }
      size = dimension
    }
  }

  /// Lends the components of a node.
  func withRow<R>(_ node: Int, _ body: (Span<Float>) -> R) -> R {
    if let floats { return floats.withRow(Row(node), body) }
    return body(self[node].span)
  }

  /// The first nodes as floats; all of them in place where they are not packed.
  func first(_ number: Int) -> EmbeddingMatrix { floats ?? packed?.decoded(0..<number) ?? all.matrix }

  /// Where rows are, how far apart and how long, in bytes, for prefetching.
  var place: (base: UnsafeRawPointer, stride: Int, bytes: Int) {
    if let floats { return unsafe (UnsafeRawPointer(floats.base), 4 * floats.stride, 4 * dimension) }
    let packed = unsafe packed.unsafelyUnwrapped
    return unsafe (packed.base, packed.stride, packed.rowBytes)
  }
}
