import AkinSupport
import AkinVectors

extension TableAlgebra {
  /// Replaces a symmetric positive definite table by its inverse, by block elimination (Gauss and Jordan).
  ///
  ///     for each block K of 64 rows:   D = A[K, K]⁻¹     R = D · A[K, :], and D in the columns of K
  ///       all other rows:              A[i, :] = A[i, :] (0 in the columns of K) − A[i, K] · R
  ///       rows of K:                   A[K, :] = R
  ///
  /// Without pivoting, which a positive definite table does not need. The rows are shared by the threads; each is the same at any
  /// number of them.
  ///
  /// - Complexity: rows³ multiply-adds; memory for 64 rows and 64 columns beside the table.
  /// - Throws: ``TrainingError/notFinite(what:)`` for a table that is not positive definite; `Cancelled`.
  func invert(_ table: DoubleTable, stage: String = "invert") throws {
    precondition(table.count == table.width, "the table is square")
    let (n, block) = (table.count, 64)
    let panel = DoubleTable(count: n, width: block)
    for start in stride(from: 0, to: n, by: block) {
      let width = min(block, n - start)
      let corner = DoubleTable(count: width, width: width)
      for row in 0..<n { for column in 0..<width { panel[row, column] = table[row, start + column] } }
      for row in 0..<width { for column in 0..<width { corner[row, column] = table[start + row, start + column] } }
      try invertCorner(corner)
      let strip = DoubleTable(count: width, width: n)
      // Safe: the corner has `width` columns, which are rows of the table from `start` on; all rows have the stride of the table.
      unsafe loops.multiply(
        corner.row(0), corner.stride, width, width, table.row(start), table.stride, table.stride, 1, strip.row(0),
        strip.stride)
      for row in 0..<width { for column in 0..<width { strip[row, start + column] = corner[row, column] } }
      try execution.forEachChunk(of: n, by: 64) { _, rows in
        // Chunks are the blocks: the one of these rows is replaced whole.
        if rows.lowerBound == start {
          for row in 0..<width {
            // Safe: both rows have the stride of the table; this chunk alone writes its rows.
            unsafe loops.add(table.row(start + row), 0, 1, strip.row(row), table.stride)
          }
          return
        }
        for row in rows { for column in 0..<width { table[row, start + column] = 0 } }
        // Safe: the panel has these rows; the strip has a row for each column of the panel; this chunk alone writes its rows.
        unsafe loops.multiply(
          panel.row(rows.lowerBound), panel.stride, rows.count, width, strip.row(0), strip.stride, strip.stride, -1,
          table.row(rows.lowerBound), table.stride)
      }
      execution.progress?(ProgressEvent(stage: stage, completed: start + width, total: n, unit: "rows"))
    }
  }

  /// The same for a small table, row by row.
  private func invertCorner(_ table: DoubleTable) throws(TrainingError) {
    let n = table.count
    for pivot in 0..<n {
      let value = table[pivot, pivot]
      guard value > 0, value.isFinite else { throw .notFinite(what: "a table that is to be inverted") }
      table[pivot, pivot] = 1
      for column in 0..<n { table[pivot, column] /= value }
      for row in 0..<n where row != pivot {
        let factor = table[row, pivot]
        table[row, pivot] = 0
        for column in 0..<n { table[row, column] -= factor * table[pivot, column] }
      }
    }
  }
}
