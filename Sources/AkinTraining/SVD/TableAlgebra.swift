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
    try execution.forEachChunk(of: out.count, by: 64) { _, rows in
      for row in rows {
        for column in 0..<dense.width {
          // Safe: `small` has a row for each column; this chunk alone writes the row.
          unsafe loops.add(out.row(row), 1, dense.row(row)[column], small.row(column), small.stride)
        }
      }
    }
    return out
  }

  /// The eigenvalues of a table's Gramian, largest first, and their unit vectors: `vectors[k * width + component]`.
  ///
  /// - Throws: ``TrainingError/notFinite(what:)`` or `Cancelled`.
  func eigen(of table: DoubleTable) throws -> (values: [Double], vectors: [Double]) {
    let (width, stride) = (table.width, table.stride)
    let chunk = max(256, (table.count + 31) / 32)
    let parts = DoubleTable(count: (table.count + chunk - 1) / chunk * width, width: width)
    try execution.forEachChunk(of: table.count, by: chunk) { _, rows in
      for row in rows {
        for column in 0..<width {
          // Safe: each chunk has `width` rows of `parts` of its own.
          let own = unsafe parts.row(rows.lowerBound / chunk * width + column)
          unsafe loops.add(own, 1, table.row(row)[column], table.row(row), stride)
        }
      }
    }
    var gramian = [Double](repeating: 0, count: width * width)
    for row in 0..<parts.count {
      for column in 0..<width { gramian[row % width * width + column] += parts[row, column] }
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
