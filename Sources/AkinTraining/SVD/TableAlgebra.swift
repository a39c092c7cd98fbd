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
    let chunk = max(256, (left.count + 31) / 32)
    let parts = DoubleTable(count: (left.count + chunk - 1) / chunk * columns, width: right.width)
    try execution.forEachChunk(of: left.count, by: chunk) { _, rows in
      // Safe: both tables have these rows, and each chunk has `columns` rows of `parts` of its own.
      unsafe loops.cross(
        left.row(rows.lowerBound), left.stride, columns, right.row(rows.lowerBound), right.stride, right.stride,
        rows.count, parts.row(rows.lowerBound / chunk * columns), parts.stride)
    }
    let sums = DoubleTable(count: columns, width: right.width)
    for row in 0..<parts.count where columns > 0 {
      // Safe: the rows of both tables have one stride.
      unsafe loops.add(sums.row(row % columns), 1, 1, parts.row(row), parts.stride)
    }
    return sums
  }

  /// The eigenvalues of a table's Gramian, largest first, and their unit vectors: `vectors[k * width + component]`.
  ///
  /// - Throws: ``TrainingError/notFinite(what:)`` or `Cancelled`.
  func eigen(of table: DoubleTable) throws -> (values: [Double], vectors: [Double]) {
    let width = table.width
    let sums = try cross(table, columns: width, table)
    var gramian = [Double](repeating: 0, count: width * width)
    // The halves differ by roundings; the eigenvectors are those of their mean.
    for row in 0..<width {
      for column in 0..<width { gramian[row * width + column] = (sums[row, column] + sums[column, row]) / 2 }
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
  func orthonormal(_ table: DoubleTable) throws -> DoubleTable {
    // The Gramian loses half of the digits; a second pass recovers them.
    var table = table
    for _ in 0..<2 {
      let (values, vectors) = try eigen(of: table)
      let width = table.width
      let scale = DoubleTable(count: width, width: width)
      for k in 0..<width where values[k] > 1e-24 * values[0] && values[k] > 0 {
        let factor = 1 / values[k].squareRoot()
        for row in 0..<width { scale[row, k] = vectors[k * width + row] * factor }
      }
      table = try product(table, scale)
    }
    return table
  }
}
