import AkinSupport

/// A table of float32 vectors: `count` rows of `dimension` components, each row padded with zeros to `stride` floats.
///
/// The floats are in memory of the matrix or in a mapped file. They are never written after creation, so threads may
/// share a matrix. Rows are aligned to 64 bytes.
@safe public struct EmbeddingMatrix: @unchecked Sendable {
  // Safe: `base` points at count × stride floats, which `owner` keeps alive and nothing writes after `init`.

  /// The number of rows.
  public let count: Int
  /// Components of each vector; at least 1.
  public let dimension: Int
  /// Floats from one row to the next: `dimension` rounded up to a multiple of 16 (64 bytes).
  public let stride: Int
  private let owner: AnyObject
  /// The first float of row 0: for kernels and hot loops, valid while the matrix lives.
  package let base: UnsafePointer<Float>

  /// The stride of a dimension: the next multiple of 16.
  ///
  /// - Parameter dimension: The number of components.
  public static func stride(forDimension dimension: Int) -> Int { (dimension + 15) & ~15 }

  /// A view of rows that someone else owns.
  ///
  /// - Parameters:
  ///   - base: `count * stride(forDimension: dimension)` floats, 64-byte aligned, that stay as they are while `owner` lives.
  @unsafe package init(base: UnsafePointer<Float>, count: Int, dimension: Int, owner: AnyObject) {
    precondition(dimension > 0 && count >= 0, "a matrix has a dimension")
    self.count = count
    self.dimension = dimension
    self.stride = EmbeddingMatrix.stride(forDimension: dimension)
    self.owner = owner
    unsafe self.base = base
  }

  /// Creates a matrix whose rows `fill` writes: it receives the zeroed floats, `count × stride`, row by row.
  package init<E: Error>(
    count: Int, dimension: Int, fill: (_ floats: UnsafeMutableBufferPointer<Float>, _ stride: Int) throws(E) -> Void
  ) throws(E) {
    let stride = EmbeddingMatrix.stride(forDimension: dimension)
    let memory = AlignedFloats(count: count * stride)
    try unsafe fill(memory.floats, stride)
    unsafe self.init(
      base: UnsafePointer(memory.floats.baseAddress!), count: count, dimension: dimension, owner: memory)
  }

  /// Creates a matrix from rows that our own code made, each of `dimension` components; others are checked by
  /// ``init(rows:dimension:)``.
  package init(uniformRows rows: [[Float]], dimension: Int) {
    unsafe self.init(count: rows.count, dimension: dimension) { floats, stride in
      for (index, row) in rows.enumerated() {
        precondition(row.count == dimension, "row \(index) has \(row.count) components, the matrix \(dimension)")
        for component in row.indices { unsafe floats[index * stride + component] = row[component] }
      }
    }
  }

  /// A range of rows, in place: row 0 of the result is the first of the range.
  package func rows(_ range: Range<Int>) -> EmbeddingMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "rows \(range) of \(count)")
    // Safe: the rows lie inside the matrix, whose owner the result keeps.
    return unsafe EmbeddingMatrix(
      base: base + range.lowerBound * stride, count: range.count, dimension: dimension, owner: owner)
  }

  /// A copy of the components of a row.
  ///
  /// - Parameter row: The row.
  public subscript(row: Row) -> [Float] {
    // Safe: the components are copied while they are lent.
    withRow(row) { span in unsafe span.withUnsafeBufferPointer { unsafe Array($0) } }
  }

  /// Lends the components of a row.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - body: Receives the components during the call.
  public func withRow<R, E: Error>(_ row: Row, _ body: (Span<Float>) throws(E) -> R) throws(E) -> R {
    precondition(Int(row.index) < count, "row \(row.index) of \(count)")
    // Safe: the row lies inside the matrix, which outlives this call.
    let floats = unsafe UnsafeBufferPointer(start: base + Int(row.index) * stride, count: dimension)
    return try body(unsafe Span(_unsafeElements: floats))
  }

  /// Whether all components of a row are zero.
  ///
  /// - Parameter row: The row.
  public func isZero(_ row: Row) -> Bool {
    withRow(row) { span in
      for index in 0..<span.count where span[index] != 0 { return false }
      return true
    }
  }
}

/// Zeroed floats, aligned to 64 bytes; large allocations use huge pages.
@safe package final class AlignedFloats: @unchecked Sendable {
  // Safe to share after its creator has written it.

  package let floats: UnsafeMutableBufferPointer<Float>
  private let byteCount: Int

  package init(count: Int) {
    byteCount = max(count, 16) * MemoryLayout<Float>.stride
    let memory = unsafe allocateAligned(byteCount: byteCount)
    let typed = unsafe memory.bindMemory(to: Float.self, capacity: byteCount / 4)
    unsafe floats = UnsafeMutableBufferPointer(start: typed, count: count)
  }

  deinit {
    // Safe: `init` got this block from allocateAligned.
    if let base = unsafe floats.baseAddress { unsafe freeAligned(base, byteCount: byteCount) }
  }
}
