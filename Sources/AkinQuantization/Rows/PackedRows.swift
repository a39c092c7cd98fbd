import AkinVectors
import CAkinKernels

/// Vectors in fewer bytes than floats, in memory or in a mapped file, and the one place that reads them.
@safe package struct PackedRows: BitwiseCopyable, @unchecked Sendable {
  // Safe: the creator keeps `count` rows of `stride` bytes at `base`, and what the form points at; nothing writes them.

  /// What the bytes of a row mean.
  @safe package enum Form: BitwiseCopyable {
    /// Halves; a component is one times the scale.
    case halves(scale: Float)
    /// Signed bytes; a component is one times the first number of the row's pair, plus the second.
    case bytes(pairs: UnsafePointer<Float>)
    /// Signed bytes; a component is one plus the offset.
    case whole(offset: Float)
    /// Signed bytes; a component is one times the step, plus that of the mean. A row of norm 0 is zeros.
    case codes(step: Float, mean: UnsafePointer<Float>, norms: UnsafePointer<Float>)
  }

  package let form: Form
  package let count: Int
  package let dimension: Int
  package let base: UnsafeRawPointer
  /// Bytes from one row to the next.
  package let stride: Int
  package let kernels: UnsafePointer<akin_kernels>

  @unsafe package init(
    _ form: Form, base: UnsafeRawPointer, stride: Int, count: Int, dimension: Int, kernels: UnsafePointer<akin_kernels>
  ) {
    self.form = form
    unsafe self.base = base
    (self.stride, self.count, self.dimension) = (stride, count, dimension)
    unsafe self.kernels = kernels
  }

  /// Bytes from one row of a store to the next: the components, rounded up to 16.
  package static func stride(dimension: Int, elementBytes: Int) -> Int { (dimension * elementBytes + 15) & ~15 }

  /// The bytes of a row's components.
  package var rowBytes: Int {
    if case .halves = form { return 2 * dimension }
    return dimension
  }

  /// Writes the components of a row.
  ///
  /// - Parameters:
  ///   - row: Below ``count``.
  ///   - floats: Room for ``dimension``.
  @unsafe @inlinable
  package func decode(_ row: Int, into floats: UnsafeMutablePointer<Float>) {
    let bytes = unsafe base + row &* stride
    let (one, kernels) = unsafe (bytes.assumingMemoryBound(to: Int8.self), kernels.pointee)
    switch form {
    case .halves(let scale):
      unsafe kernels.floats_of_halves(bytes.assumingMemoryBound(to: UInt16.self), scale, dimension, floats)
    case .bytes(let pairs):
      unsafe kernels.floats_of_bytes(one, pairs[2 &* row], pairs[2 &* row &+ 1], nil, dimension, floats)
    case .whole(let offset):
      unsafe kernels.floats_of_bytes(one, 1, offset, nil, dimension, floats)
    case .codes(let step, let mean, let norms):
      if unsafe norms[row] == 0 {
        unsafe floats.update(repeating: 0, count: dimension)
      } else {
        unsafe kernels.floats_of_bytes(one, step, 0, mean, dimension, floats)
      }
    }
  }

  /// Rows as floats: those of a range, in order.
  package func decoded(_ rows: Range<Int>) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: rows.count, dimension: dimension) { floats, stride in
      guard let target = floats.baseAddress else { return }
      for (place, row) in rows.enumerated() {
        // Safe: the target has `stride` ≥ dimension floats for each row.
        unsafe decode(row, into: target + place * stride)
      }
    }
  }
}
