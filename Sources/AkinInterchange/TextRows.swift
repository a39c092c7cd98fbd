import AkinSupport
import Synchronization

extension AtomicOutput {
  /// Writes a text of one piece a row. All threads make pieces, block by block, so memory does not grow with the rows.
  ///
  /// - Parameters:
  ///   - rows: The number of rows.
  ///   - execution: Threads; cancellation.
  ///   - written: Hears of the number of rows after each block.
  ///   - append: Appends the text of a row; called from any thread.
  package mutating func write(
    rows: Int, _ execution: Execution, written: (Int) -> Void = { _ in },
    append: (_ row: Int, _ text: inout [UInt8]) -> Void
  ) throws {
    let chunk = 128
    let block = chunk * max(16, 4 * execution.threads)
    var start = 0
    while start < rows {
      let count = min(block, rows - start)
      let pieces = Mutex([[UInt8]](repeating: [], count: (count + chunk - 1) / chunk))
      try execution.forEachChunk(of: count, by: chunk) { _, range in
        var text: [UInt8] = []
        for row in range { append(start + row, &text) }
        pieces.withLock { $0[range.lowerBound / chunk] = text }
      }
      for text in pieces.withLock({ $0 }) { try write(text) }
      start += count
      written(start)
    }
  }
}
