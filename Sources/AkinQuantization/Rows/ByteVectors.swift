import AkinSupport
import AkinVectors
import CAkinKernels

/// Vectors of small whole numbers (pixels, counts, descriptors) as bytes, which loses nothing: a quarter of the cache
/// lines to wait for, and squared distances from queries of such numbers are exact sums of integers.
///
/// Those are also what float64 sums to in any order, so a distance by bytes, rounded once to `Float`, is the score that
/// people see (``CanonicalScorer``), bit for bit.
@safe package struct ByteVectors: @unchecked Sendable {
  // Safe: whoever made it keeps the bytes at `base` alive, and nobody writes them.

  /// The widths of vectors for which bytes are kept: narrower ones gain nothing, and a query has to fit a context's code.
  package static let dimensions = 128...CodeBook.coordinates
  /// The farthest from 0 that bytes may be relative to.
  package static let farthest: Float = 65_536

  package let base: UnsafePointer<Int8>
  package let dimension: Int
  /// Component = offset + byte.
  package let offset: Float

  /// - Parameter base: ``stride(dimension:)`` bytes a row.
  @unsafe package init(base: UnsafePointer<Int8>, dimension: Int, offset: Float) {
    unsafe self.base = base
    self.dimension = dimension
    self.offset = offset
  }

  /// Bytes from one row to the next: whole cache lines.
  package static func stride(dimension: Int) -> Int { (dimension + 63) & ~63 }

  /// Scores rows by squared distance from a query; `nil` when the query is not of such numbers.
  ///
  /// - Parameter code: ``CodeBook/coordinates`` numbers, which the scorer reads as long as it is used.
  @unsafe package func scorer(
    of query: UnsafePointer<Float>, _ code: UnsafeMutablePointer<Int16>, kernels: akin_kernels
  ) -> CodeScorer? {
    let width = ByteVectors.stride(dimension: dimension)
    // Safe: a query has `dimension` components, and `code` room for the widest row.
    guard unsafe kernels.to_whole(query, offset, dimension, code) != 0 else { return nil }
    unsafe (code + dimension).update(repeating: 0, count: width - dimension)
    return unsafe CodeScorer(
      query: UnsafePointer(code), base: base, width: width, gather: kernels.code_squared_gather, unit: 1, offset: 0,
      tails: nil)
  }

  /// What the bytes of `items` are relative to; `nil` where some component is no whole number or they span more than a byte
  /// holds.
  ///
  /// - Complexity: O(*items* · *dimension*), less where an early component tells.
  package static func offset(of items: EmbeddingMatrix) -> Float? {
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
    return least + 128
  }

  /// Appends the bytes of an item, whose components ``offset(of:)`` has looked at, and zeros up to a whole row.
  package static func append(_ items: EmbeddingMatrix, _ item: Int, relativeTo offset: Float, to bytes: inout [UInt8]) {
    items.withRow(Row(item)) { row in
      for component in 0..<row.count {
        bytes.append(UInt8(truncatingIfNeeded: Int32(row[component] - offset)))
      }
    }
    bytes.append(contentsOf: repeatElement(0, count: stride(dimension: items.dimension) - items.dimension))
  }
}
