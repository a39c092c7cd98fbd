import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

/// The vectors that an index is built of: the items as they are, or what is left of them in fewer bytes.
///
/// All that follows (order, norms, copies, links, measurements) is made from these, so an index of rounded vectors is the index
/// of those, and nothing in it depends on what was rounded away.
@safe struct StoredItems {
  /// How the file keeps them. Whole numbers less than 256 apart are kept as bytes whenever fewer bytes than floats are asked for.
  let store: VectorStore
  /// The vectors by row.
  let items: EmbeddingMatrix
  /// The rows to write by row: halves or bytes; `nil` for the others.
  let packed: PackedVectors?
  /// The codes by row where they stand for the vectors, else `nil`.
  let codes: RowCodes?
  /// The offset of vectors as bytes, where the section of exact bytes holds them.
  let byteOffset: Float?
  /// At least the distance of any vector from the true one: of directions under cosine.
  let error: Float

  /// Rounds items; `nil` leaves them as they are.
  ///
  /// - Throws: ``HNSWError`` for components that have no room to be rounded, and for vectors too wide for codes; ``Cancelled``.
  init(
    _ items: EmbeddingMatrix, store: VectorStore?, metric: Metric, kernels: UnsafePointer<akin_kernels>,
    execution: Execution
  ) throws {
    guard let store, store != .float32, items.count > 0 else {
      self.init(store: .float32, items: items)
      return
    }
    try StoredItems.check(items)
    let whole = ByteVectors.wholeOffset(of: items)
    let isBytes = metric == .euclidean && ByteVectors.dimensions.contains(items.dimension)
    if store != .codes, isBytes, let whole {
      self.init(store: .int8, items: items, byteOffset: whole)
      return
    }
    if store == .codes {
      guard items.dimension <= CodeBook.widestPlain,
        let codes = try unsafe RowCodes(
          of: items, metric: metric, leastBytes: 0, kernels: kernels, execution: execution)
      else { throw HNSWError.tooWideForCodes(dimension: items.dimension, limit: CodeBook.widestPlain) }
      let rounded = codes.decoded(zeros: items)
      self.init(
        store: .codes, items: rounded, codes: codes,
        error: unsafe PackedVectors.error(of: items, as: rounded, metric: metric, kernels: kernels))
      return
    }
    let packed = unsafe PackedVectors(items, isHalf: store == .float16, offset: whole, kernels: kernels)
    let rounded = packed.rows.decoded(0..<items.count)
    self.init(
      store: store, items: rounded, packed: packed,
      error: unsafe PackedVectors.error(of: items, as: rounded, metric: metric, kernels: kernels))
  }

  private init(
    store: VectorStore, items: EmbeddingMatrix, packed: PackedVectors? = nil, codes: RowCodes? = nil,
    byteOffset: Float? = nil, error: Float = 0
  ) {
    (self.store, self.items, self.packed, self.codes) = (store, items, packed, codes)
    (self.byteOffset, self.error) = (byteOffset, error)
  }

  /// Vectors as they are.
  init(_ items: EmbeddingMatrix) { self.init(store: .float32, items: items) }

  /// The same vectors, of which the file keeps the section of exact bytes alone.
  ///
  /// - Parameter offset: The offset of the bytes.
  func keptAsBytes(_ offset: Float) -> StoredItems {
    StoredItems(store: .int8, items: items, byteOffset: offset)
  }

  /// Throws unless every component is finite and has room to be rounded up.
  private static func check(_ items: EmbeddingMatrix) throws(HNSWError) {
    for row in 0..<items.count {
      let largest = items.withRow(Row(row)) { vector in
        var bits: UInt32 = 0
        for place in 0..<vector.count { bits = max(bits, vector[place].magnitude.bitPattern) }
        return Float(bitPattern: bits)
      }
      guard largest.isFinite else { throw .notFinite(row: row) }
      guard largest < PackedVectors.limit else { throw .tooLargeToRound(row: row, found: largest) }
    }
  }
}
