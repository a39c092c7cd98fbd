import CAkinKernels

/// Scores rows by their codes, for one query: smaller is nearer, or the negated inner product's opposite, as the kernel gives.
@safe package struct CodeScorer {
  package typealias Gather =
    @convention(c) (
      UnsafePointer<Int16>?, UnsafePointer<Int8>?, Int, Int, UnsafePointer<UInt32>?, Int, UnsafeMutablePointer<Float>?
    ) -> Void

  @usableFromInline let query: UnsafePointer<Int16>
  @usableFromInline let base: UnsafePointer<Int8>
  @usableFromInline let width: Int
  @usableFromInline let gather: Gather
  /// The value of one unit of the sums of the kernel.
  @usableFromInline let unit: Float
  /// The term added to every value: from the mean, or from the part of the query outside the axes.
  @usableFromInline let offset: Float
  /// The term added to the value of each row, or `nil`.
  @usableFromInline let tails: UnsafePointer<Float>?

  /// - Parameters:
  ///   - query: The query's code, which stays where it is while the scorer is used.
  ///   - base: `width` bytes a row.
  @unsafe @inlinable
  package init(
    query: UnsafePointer<Int16>, base: UnsafePointer<Int8>, width: Int, gather: Gather, unit: Float, offset: Float,
    tails: UnsafePointer<Float>?
  ) {
    unsafe self.query = query
    unsafe self.base = base
    self.width = width
    unsafe self.gather = gather
    self.unit = unit
    self.offset = offset
    unsafe self.tails = tails
  }

  /// Writes the values of `count` rows: approximations of those of the vectors' kernel.
  @inlinable
  package func scores(_ rows: UnsafePointer<UInt32>, _ count: Int, into values: UnsafeMutablePointer<Float>) {
    unsafe gather(query, base, width, width, rows, count, values)
    if let tails = unsafe tails {
      for i in 0..<count { unsafe values[i] = values[i] * unit + (offset + tails[Int(rows[i])]) }
    } else {
      for i in 0..<count { unsafe values[i] = values[i] * unit + offset }
    }
  }

  /// Prefetches the codes of some rows.
  @inlinable
  package func prefetch(_ rows: UnsafePointer<UInt32>, _ count: Int) {
    unsafe akin_prefetch_table(base, width, width, rows, count)
  }
}
