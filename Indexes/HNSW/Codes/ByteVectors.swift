import AkinSupport
import AkinVectors
import CAkinKernels

/// Vectors of small whole numbers (pixels, counts, descriptors) as bytes, which loses nothing: a quarter of the cache
/// lines to wait for, and squared distances from queries of such numbers are exact sums of integers.
///
/// Those are also what float64 sums to in any order, so a distance by bytes, rounded once to `Float`, is the score that
/// people see (``CanonicalScorer``), bit for bit.
@safe struct ByteVectors: @unchecked Sendable {
  // Safe: whoever made it keeps the bytes at `base` alive, and nobody writes them.

  /// The widths of vectors for which bytes are kept: narrower ones gain nothing, and a query has to fit a context's code.
  static let dimensions = 128...CodeBook.coordinates
  /// The farthest from 0 that bytes may be relative to.
  static let farthest: Float = 65_536

  let base: UnsafePointer<Int8>
  let dimension: Int
  /// Component = offset + byte.
  let offset: Float

  /// Bytes from one row to the next: whole cache lines.
  static func stride(dimension: Int) -> Int { (dimension + 63) & ~63 }

  /// What measures nodes by squared distance from a query, or `nil` when the query is not of such numbers.
  ///
  /// - Parameter code: ``CodeBook/coordinates`` numbers, which the probe reads as long as it is used.
  func probe(
    _ query: UnsafePointer<Float>, _ code: UnsafeMutablePointer<Int16>, kernels: akin_kernels
  ) -> CodeProbe? {
    let width = ByteVectors.stride(dimension: dimension)
    // Safe: a query has `dimension` components, and `code` room for the widest row.
    guard unsafe kernels.to_whole(query, offset, dimension, code) != 0 else { return nil }
    unsafe (code + dimension).update(repeating: 0, count: width - dimension)
    return unsafe CodeProbe(
      query: UnsafePointer(code), base: base, width: width, gather: kernels.code_squared_gather, unit: 1, offset: 0,
      tails: nil)
  }

  /// The bytes of `items`, row by row, and what they are relative to; `nil` where some component is no whole number or they
  /// span more than a byte holds.
  ///
  /// - Complexity: O(*items* · *dimension*), less where an early component tells.
  static func make(
    of items: EmbeddingMatrix, execution: Execution
  ) throws -> (bytes: [Int8], offset: Float)? {
    guard dimensions.contains(items.dimension), items.count > 0 else { return nil }
    var least = Float.infinity
    var greatest = -Float.infinity
    for item in 0..<items.count {
      // Safe: the row lies inside the matrix.
      let row = unsafe items.base + item * items.stride
      var isWhole = true
      for component in 0..<items.dimension {
        let value = unsafe row[component]
        least = value < least ? value : least
        greatest = value > greatest ? value : greatest
        // Below 2²² a float is whole when nothing is lost beside 1.5 · 2²³.
        isWhole = isWhole && (value + 0x1.8p23) - 0x1.8p23 == value && value.bitPattern != (-0.0 as Float).bitPattern
      }
      guard isWhole, least >= 256 - farthest, greatest <= farthest - 256, greatest - least <= 255 else { return nil }
    }
    let offset = least + 128
    let (stride, dimension) = (stride(dimension: items.dimension), items.dimension)
    var bytes = [Int8](repeating: 0, count: items.count * stride)
    try unsafe bytes.withUnsafeMutableBufferPointer { bytes in
      // Safe: each row is written by the one chunk that holds it.
      let bytes = unsafe bytes
      try execution.forEachChunk(of: items.count, by: 256) { _, range in
        for item in range {
          let row = unsafe items.base + item * items.stride
          for component in 0..<dimension {
            unsafe bytes[item * stride + component] = Int8(truncatingIfNeeded: Int32(row[component] - offset))
          }
        }
      }
    }
    return (bytes, offset)
  }
}
