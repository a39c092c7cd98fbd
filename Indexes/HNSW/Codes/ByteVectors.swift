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
  static func make(of items: EmbeddingMatrix) -> (bytes: [Int8], offset: Float)? {
    guard dimensions.contains(items.dimension), items.count > 0 else { return nil }
    var least = Float.infinity
    var greatest = -Float.infinity
    for item in 0..<items.count {
      for component in 0..<items.dimension {
        // Safe: the row lies inside the matrix.
        let value = unsafe items.base[item * items.stride + component]
        guard value.magnitude <= farthest - 256, value == value.rounded(), value.sign == .plus || value != 0 else {
          return nil
        }
        least = min(least, value)
        greatest = max(greatest, value)
      }
      if greatest - least > 255 { return nil }
    }
    let offset = least + 128
    let stride = stride(dimension: items.dimension)
    var bytes = [Int8](repeating: 0, count: items.count * stride)
    for item in 0..<items.count {
      for component in 0..<items.dimension {
        bytes[item * stride + component] = Int8(unsafe items.base[item * items.stride + component] - offset)
      }
    }
    return (bytes, offset)
  }
}
