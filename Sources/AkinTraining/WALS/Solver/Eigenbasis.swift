import AkinSupport
import CAkinKernels

/// The eigenbasis of a Gramian, in which the Gramian is diagonal.
struct Eigenbasis: Sendable {
  /// Changes rows into the basis: `rows × into`, stride × stride.
  let into: FactorTable
  /// Changes rows back: `rows × back`, stride × stride.
  let back: FactorTable
  /// w0 times the eigenvalues; 1 in the padding.
  let spectrum: FactorTable

  /// Decomposes a Gramian; `nil` if it is not finite.
  ///
  /// - Parameters:
  ///   - gramian: stride × stride numbers, of which the upper triangle is read.
  ///   - dimension: Components of the rows.
  ///   - stride: Components with padding.
  ///   - w0: The factor of the eigenvalues.
  init?(gramian: [Double], dimension: Int, stride: Int, w0: Double) {
    var matrix = [Double](repeating: 0, count: dimension * dimension)
    for row in 0..<dimension {
      for column in row..<dimension {
        matrix[row * dimension + column] = gramian[row * stride + column]
        matrix[column * dimension + row] = gramian[row * stride + column]
      }
    }
    guard matrix.allSatisfy(\.isFinite) else { return nil }
    var values = [Double](repeating: 0, count: dimension)
    var work = [Double](repeating: 0, count: 3 * dimension)
    guard unsafe akin_eigen(&matrix, dimension, &values, &work) == 0 else { return nil }
    into = FactorTable(count: stride, dimension: dimension)
    back = FactorTable(count: stride, dimension: dimension)
    spectrum = FactorTable(count: 1, dimension: dimension)
    for vector in 0..<dimension {
      for component in 0..<dimension {
        let value = Float(matrix[vector * dimension + component])
        // Safe: both indices are below the stride.
        unsafe into.base[component * stride + vector] = value
        unsafe back.base[vector * stride + component] = value
      }
      unsafe spectrum.base[vector] = Float(max(0, values[vector]) * w0)
    }
    for padding in dimension..<stride { unsafe spectrum.base[padding] = 1 }
  }
}

extension FactorTable {
  /// A copy of the rows in a basis.
  func rotated(into basis: Eigenbasis, solver: Solver, execution: Execution) throws -> FactorTable {
    let rotated = FactorTable(count: count, dimension: dimension)
    try rotate(into: basis, to: rotated, solver: solver, execution: execution)
    return rotated
  }

  /// Writes the rows in a basis to the first rows of `rotated`.
  func rotate(into basis: Eigenbasis, to rotated: FactorTable, solver: Solver, execution: Execution) throws {
    precondition(rotated.count >= count && rotated.stride == stride, "the rotated table holds every row")
    try execution.forEachChunk(of: count, by: 256) { _, rows in
      // Safe: both tables hold these rows, and no two chunks share one.
      let start = rows.lowerBound * stride
      unsafe solver.rotate(base + start, stride, rows.count, basis.into.base, rotated.base + start)
    }
  }
}
