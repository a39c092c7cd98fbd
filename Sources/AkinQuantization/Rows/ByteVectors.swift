import AkinSupport
import AkinVectors
import CAkinKernels

/// Vectors of small whole numbers (pixels, counts, descriptors) as bytes, without loss: a quarter of the cache lines to
/// read, and squared distances from queries of such numbers are exact integer sums.
///
/// Float64 sums of them in any order are exact too, so a distance by bytes, rounded once to `Float`, is the final score
/// (``CanonicalScorer``), bit for bit.
@safe package struct ByteVectors: @unchecked Sendable {
  // Safe: the creator keeps the bytes at `base` alive, and nothing writes them.

  /// The dimensions for which bytes are kept: narrower vectors gain nothing, and a query must fit the code buffer of a
  /// context.
  package static let dimensions = 128...CodeBook.coordinates
  /// The largest absolute offset of bytes.
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

  /// Bytes from one row to the next: whole halves of cache lines.
  package static func stride(dimension: Int) -> Int { (dimension + 31) & ~31 }

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

  /// The offset for the bytes of `items`; `nil` where a component is no whole number or their range exceeds a byte.
  ///
  /// - Complexity: O(*items* · *dimension*), less where an early component decides.
  package static func offset(of items: EmbeddingMatrix) -> Float? {
    dimensions.contains(items.dimension) ? wholeOffset(of: items) : nil
  }

  /// The same for any dimension.
  package static func wholeOffset(of items: EmbeddingMatrix) -> Float? {
    guard items.count > 0 else { return nil }
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
        // Below 2²², a float is whole when adding and subtracting 1.5 · 2²³ changes nothing.
        isWhole = isWhole && (value + 0x1.8p23) - 0x1.8p23 == value
      }
      guard isWhole, least >= 256 - farthest, greatest <= farthest - 256, greatest - least <= 255 else { return nil }
    }
    return least + 128
  }

  /// Appends the bytes of an item accepted by ``offset(of:)``, padded with zeros to a whole row.
  package static func append(_ items: EmbeddingMatrix, _ item: Int, relativeTo offset: Float, to bytes: inout [UInt8]) {
    items.withRow(Row(item)) { row in
      for component in 0..<row.count {
        bytes.append(UInt8(truncatingIfNeeded: Int32(row[component] - offset)))
      }
    }
    bytes.append(contentsOf: repeatElement(0, count: stride(dimension: items.dimension) - items.dimension))
  }
}
