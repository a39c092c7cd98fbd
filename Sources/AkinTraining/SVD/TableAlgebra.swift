import AkinSupport
import CAkinKernels

/// Products of tables in float64. Threads share the rows; sums are taken in one fixed order.
struct TableAlgebra {
  let execution: Execution
  let loops: DenseLoops

  /// A sparse table times a dense one.
  func product(_ sparse: InteractionTable, _ dense: DoubleTable) throws -> DoubleTable {
    let out = DoubleTable(count: sparse.rowCount, width: dense.width)
    try execution.forEachChunk(of: out.count, by: 64) { _, rows in
      for row in rows {
        for place in sparse.offsets[row]..<sparse.offsets[row + 1] {
          // Safe: the pair names a row of `dense`; both strides are one; this chunk alone writes the row.
          unsafe loops.add(
            out.row(row), 1, Double(sparse.values[place]), dense.row(Int(sparse.others[place])), dense.stride)
        }
      }
    }
    return out
  }

  /// A dense table times a small table with one row per column of the first.
  func product(_ dense: DoubleTable, _ small: DoubleTable) throws -> DoubleTable {
    let out = DoubleTable(count: dense.count, width: small.width)
    try add(dense, columns: dense.width, times: small, factor: 1, to: out)
    return out
  }

  /// Replaces the first columns of a table by the table times a small one with a row for each column; the others stay.
  func replace(_ table: DoubleTable, by small: DoubleTable) throws {
    precondition(small.count == table.width && small.stride <= table.stride, "the shapes of a product")
    let chunk = 64
    let scratch = (0..<execution.threads).map { _ in DoubleTable(count: chunk, width: small.width) }
    try execution.forEachChunk(of: table.count, by: chunk) { worker, rows in
      let out = scratch[worker]
      for row in 0..<rows.count {
        // Safe: the scratch is the worker's own, and its rows have the stride of `small`.
        unsafe out.row(row).update(repeating: 0, count: out.stride)
      }
      // Safe: the table has these rows; this chunk alone reads and writes them.
      unsafe loops.multiply(
        table.row(rows.lowerBound), table.stride, rows.count, table.width, small.base, small.stride, small.stride, 1,
        out.base, out.stride)
      for row in 0..<rows.count {
        // Safe: both rows have these columns.
        unsafe table.row(rows.lowerBound + row).update(from: out.row(row), count: small.width)
      }
    }
  }

  /// out += factor × the first columns of a dense table × a small table with a row for each of these columns.
  func add(
    _ dense: DoubleTable, columns: Int, times small: DoubleTable, factor: Double, to out: DoubleTable
  ) throws {
    precondition(
      columns <= dense.width && columns <= small.count && out.count == dense.count && out.stride == small.stride,
      "the shapes of a product")
    try execution.forEachChunk(of: out.count, by: 64) { _, rows in
      // Safe: both tables have these rows, `small` a row for each column; this chunk alone writes the rows.
      unsafe loops.multiply(
        dense.row(rows.lowerBound), dense.stride, rows.count, columns, small.base, small.stride, small.stride, factor,
        out.row(rows.lowerBound), out.stride)
    }
  }

  /// The transpose of the first columns of a table times another table of as many rows.
  func cross(_ left: DoubleTable, columns: Int, _ right: DoubleTable) throws -> DoubleTable {
    precondition(columns <= left.width && left.count == right.count, "the shapes of a product")
    return try unsafe sumOfChunks(of: left.count, height: columns, width: right.width) { rows, out in
      // Safe: both tables have these rows, and `out` a row for each of the columns.
      unsafe loops.cross(
        left.row(rows.lowerBound), left.stride, columns, right.row(rows.lowerBound), right.stride, right.stride,
        rows.count, out, right.stride)
    }
  }

  /// The Gramian of a table: its transpose times itself. The upper triangle is computed, the lower one is its mirror image.
  func gramian(of table: DoubleTable) throws -> DoubleTable {
    let (width, panel) = (table.width, 64)
    let sums = try unsafe sumOfChunks(of: table.count, height: width, width: width) { rows, out in
      for start in stride(from: 0, to: table.stride, by: panel) {
        let end = min(start + panel, table.stride)
        // Safe: the table has these rows, with `end` numbers at least; `out` has `width` rows of the table's stride.
        unsafe loops.cross(
          table.row(rows.lowerBound), table.stride, min(end, width), table.row(rows.lowerBound) + start, table.stride,
          end - start, rows.count, out + start, table.stride)
      }
    }
    for row in 0..<width { for column in 0..<row { sums[row, column] = sums[column, row] } }
    return sums
  }

  /// The sum of one small table for each chunk of rows, in the order of the chunks.
  private func sumOfChunks(
    of count: Int, height: Int, width: Int, _ body: (Range<Int>, UnsafeMutablePointer<Double>) -> Void
  ) throws -> DoubleTable {
    // As many as keep threads at work, in about 128 MiB, but at least 8.
    let most = min(32, max(8, (1 << 24) / max(1, height * DoubleTable.stride(forWidth: width))))
    let chunk = max(256, (count + most - 1) / most)
    let parts = DoubleTable(count: (count + chunk - 1) / chunk * height, width: width)
    try execution.forEachChunk(of: count, by: chunk) { _, rows in
      // Safe: each chunk has `height` rows of `parts` of its own.
      unsafe body(rows, parts.row(rows.lowerBound / chunk * height))
    }
    let sums = DoubleTable(count: height, width: width)
    for row in 0..<parts.count where height > 0 {
      // Safe: the rows of both tables have one stride.
      unsafe loops.add(sums.row(row % height), 1, 1, parts.row(row), parts.stride)
    }
    return sums
  }

  /// The eigenvalues of a table's Gramian, largest first, and their unit vectors: `vectors[k * width + component]`.
  ///
  /// - Throws: ``TrainingError/notFinite(what:)`` or `Cancelled`.
  func eigen(of table: DoubleTable) throws -> (values: [Double], vectors: [Double]) {
    let width = table.width
    let products = try self.gramian(of: table)
    var gramian = [Double](repeating: 0, count: width * width)
    for row in 0..<width {
      for column in 0..<width { gramian[row * width + column] = products[row, column] }
    }
    guard gramian.allSatisfy(\.isFinite) else { throw TrainingError.notFinite(what: "the products of the values") }
    var found = [Double](repeating: 0, count: width)
    var work = [Double](repeating: 0, count: 3 * width)
    guard unsafe akin_eigen(&gramian, width, &found, &work) == 0 else {
      throw TrainingError.notFinite(what: "the products of the values")
    }
    let order = found.indices.sorted { found[$0] != found[$1] ? found[$0] > found[$1] : $0 < $1 }
    let vectors = order.flatMap { gramian[$0 * width..<($0 + 1) * width] }
    return (order.map { max(0, found[$0]) }, vectors)
  }

  /// A table with the same column space and orthonormal columns; columns beyond the rank are zero.
  func orthonormal(_ table: DoubleTable) throws -> DoubleTable { try orthonormalised(table).columns }

  /// The same, and the smallest squared length of a combination of the columns with coefficients of length 1.
  func orthonormalised(_ table: DoubleTable) throws -> (columns: DoubleTable, smallest: Double) {
    // The Gramian loses half of the digits; a second pass recovers them.
    var (table, smallest) = (table, 0.0)
    for pass in 0..<2 {
      let (values, vectors) = try eigen(of: table)
      if pass == 0 { smallest = values.last ?? 0 }
      let width = table.width
      let scale = DoubleTable(count: width, width: width)
      for k in 0..<width where values[k] > 1e-24 * values[0] && values[k] > 0 {
        let factor = 1 / values[k].squareRoot()
        for row in 0..<width { scale[row, k] = vectors[k * width + row] * factor }
      }
      table = try product(table, scale)
    }
    return (table, smallest)
  }
}
