import AkinSupport
import AkinVectors
import CAkinKernels

/// The codes of all rows of a matrix, in memory.
@safe package final class RowCodes: @unchecked Sendable {
  // Safe: `init` allocated the memory of the table for `count` rows, and nothing writes it afterwards.

  /// The table of codes.
  package let table: CodeTable
  /// The number of rows.
  package let count: Int
  /// The mean of all vectors.
  package let mean: [Float]

  /// The encoding.
  package var book: CodeBook { table.book }

  /// Narrow vectors of at most this many bytes stay in cache uncoded: codes gain nothing.
  package static let leastBytes = 8 << 20

  /// Encodes the rows of `items`; `nil` where codes do not pay, for few vectors, and where there are no axes for wide ones.
  ///
  /// - Parameters:
  ///   - items: One vector a row, all finite.
  ///   - metric: The metric.
  ///   - leastBytes: The size up to which narrow vectors are not coded.
  ///   - axisCount: The number of axes for wide vectors, at most their dimension.
  ///   - kernels: The kernels.
  ///   - execution: Threads and cancellation.
  /// - Complexity: O(*items* · *dimension* · axes), on all threads.
  package init?(
    of items: EmbeddingMatrix, metric: Metric, leastBytes: Int = RowCodes.leastBytes,
    axisCount: Int = CodeBook.axisCounts[0], kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws {
    let isPlain = items.dimension <= CodeBook.widestPlain
    // With fewer wide rows, the axes would fit these rows and no others.
    guard isPlain ? items.count * items.stride * 4 > leastBytes : items.count >= 2 * items.dimension,
      let (book, mean) = try unsafe CodeBook.fitted(
        to: items, metric: metric, axisCount: axisCount, kernels: kernels, execution: execution)
    else { return nil }
    let byteCount = RowCodes.byteCount(items.count, book.width)
    let bytes = unsafe allocateAligned(byteCount: byteCount).bindMemory(to: Int8.self, capacity: byteCount)
    let tails = book.axes == nil ? nil : UnsafeMutablePointer<Float>.allocate(capacity: max(1, items.count))
    self.count = items.count
    self.mean = mean
    table = unsafe CodeTable(
      book: book, bytes: UnsafePointer(bytes), tails: tails.map { unsafe UnsafePointer($0) }, kernels: kernels)
    let axes = unsafe RotatedAxes(book, kernels: kernels)
    // Safe: only the chunk that holds a row writes its code and tail.
    nonisolated(unsafe) let target = unsafe (bytes: bytes, tails: tails)
    try execution.forEachChunk(of: items.count, by: 256) { _, range in
      var scratch = [Float](repeating: 0, count: items.dimension)
      var coordinates = [Float](repeating: 0, count: book.count)
      for row in range {
        let vector = unsafe items.base + row * items.stride
        let rest = unsafe book.place(vector, axes: axes, scratch: &scratch, &coordinates, kernels: kernels)
        let square = unsafe book.encode(coordinates, into: target.bytes + row * book.width)
        unsafe target.tails?[row] = Float(rest + square)
      }
    }
  }

  /// The same codes in another order: code `i` is code `rows[i]`. Codes by component only.
  package init(_ codes: RowCodes, reordered rows: [UInt32]) {
    let (book, width) = (codes.book, codes.book.width)
    let byteCount = RowCodes.byteCount(rows.count, width)
    let bytes = unsafe allocateAligned(byteCount: byteCount).bindMemory(to: Int8.self, capacity: byteCount)
    for (place, row) in rows.enumerated() {
      precondition(Int(row) < codes.count, "row \(row) of \(codes.count)")
      // Safe: both tables have a code of `width` bytes there.
      unsafe (bytes + place * width).update(from: codes.table.bytes + Int(row) * width, count: width)
    }
    (count, mean) = (rows.count, codes.mean)
    table = unsafe CodeTable(book: book, bytes: UnsafePointer(bytes), tails: nil, kernels: codes.table.kernels)
  }

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe freeAligned(
      UnsafeMutablePointer(mutating: table.bytes), byteCount: RowCodes.byteCount(count, book.width))
    unsafe table.tails?.deallocate()
  }

  private static func byteCount(_ count: Int, _ width: Int) -> Int { max(64, count * width) }
}
