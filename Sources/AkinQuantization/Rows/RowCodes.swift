import AkinSupport
import AkinVectors
import CAkinKernels

/// The codes of all rows of a matrix, in memory.
@safe package final class RowCodes: @unchecked Sendable {
  // Safe: `init` allocated what is at the table's addresses, for `count` rows, and nobody writes it afterwards.

  /// The codes, to score by.
  package let table: CodeTable
  /// How many rows there are.
  package let count: Int
  /// The mean of all vectors.
  package let mean: [Float]

  /// How vectors became codes.
  package var book: CodeBook { table.book }

  /// Narrow vectors that need no more bytes than this in all stay in cache as they are: codes gain nothing.
  package static let leastBytes = 8 << 20

  /// Encodes the rows of `items`; `nil` where codes do not pay: vectors are few, or wide and spread in all directions.
  ///
  /// - Parameters:
  ///   - items: One vector a row, all finite.
  ///   - metric: How they will be compared.
  ///   - leastBytes: Narrow vectors that need no more bytes than this are few.
  ///   - kernels: The table of loops.
  ///   - execution: Threads and cancellation.
  /// - Complexity: O(*items* · *dimension* · axes), on all threads.
  package init?(
    of items: EmbeddingMatrix, metric: Metric, leastBytes: Int = RowCodes.leastBytes,
    kernels: UnsafePointer<akin_kernels>, execution: Execution
  ) throws {
    let isPlain = items.dimension <= CodeBook.widestPlain
    // Of fewer wide rows than this the axes would fit these rows and no others.
    guard isPlain ? items.count * items.stride * 4 > leastBytes : items.count >= 2 * items.dimension,
      let (book, mean) = try unsafe CodeBook.fitted(to: items, metric: metric, kernels: kernels, execution: execution)
    else { return nil }
    let byteCount = RowCodes.byteCount(items.count, book.width)
    let bytes = unsafe allocateAligned(byteCount: byteCount).bindMemory(to: Int8.self, capacity: byteCount)
    let tails = book.axes == nil ? nil : UnsafeMutablePointer<Float>.allocate(capacity: max(1, items.count))
    self.count = items.count
    self.mean = mean
    table = unsafe CodeTable(
      book: book, bytes: UnsafePointer(bytes), tails: tails.map { unsafe UnsafePointer($0) }, kernels: kernels)
    let axes = unsafe RotatedAxes(book, kernels: kernels)
    // Safe: each row's bytes and tail are written by the one chunk that holds it.
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

  deinit {
    // Safe: `init` allocated both, and the elements are trivial.
    unsafe freeAligned(
      UnsafeMutablePointer(mutating: table.bytes), byteCount: RowCodes.byteCount(count, book.width))
    unsafe table.tails?.deallocate()
  }

  private static func byteCount(_ count: Int, _ width: Int) -> Int { max(64, count * width) }
}
