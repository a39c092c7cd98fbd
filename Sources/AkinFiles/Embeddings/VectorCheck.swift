import AkinSupport
import AkinVectors
import Synchronization

/// One pass over vectors: all components must be finite, and the padding zero.
enum VectorCheck {
  /// What is wrong with a row.
  enum Problem: Sendable, Equatable {
    /// The first component that is NaN or infinite.
    case notFinite(component: Int)
    /// A float of the padding is not zero.
    case padding
  }

  /// The first rows that break a rule, in row order; at most `DamageList.limit` from each chunk of rows.
  static func badRows(
    of matrix: EmbeddingMatrix, _ execution: Execution
  ) throws -> [(row: Int, problem: Problem)] {
    let found = Mutex<[(row: Int, problem: Problem)]>([])
    // About 4 MiB a chunk.
    let chunk = max(1, (1 << 20) / matrix.stride)
    try execution.forEachChunk(of: matrix.count, by: chunk) { _, rows in
      var bad: [(row: Int, problem: Problem)] = []
      for row in rows where bad.count < DamageList.limit {
        if let problem = problem(of: row, in: matrix) { bad.append((row, problem)) }
      }
      if !bad.isEmpty { found.withLock { $0 += bad } }
    }
    return found.withLock { $0 }.sorted { $0.row < $1.row }
  }

  /// Adds the rows of a section that break a rule.
  static func check(
    _ matrix: EmbeddingMatrix, in view: SectionView, _ list: inout DamageList, _ execution: Execution
  ) throws {
    let stride = matrix.stride * 4
    for (row, problem) in try badRows(of: matrix, execution) {
      let bytes = row * stride..<(row + 1) * stride
      switch problem {
      case .notFinite: list.add(view, bytes, .notFinite(row: UInt64(row)))
      case .padding: list.add(view, bytes, .padding)
      }
    }
  }

  /// The problem of a row, or `nil`.
  private static func problem(of row: Int, in matrix: EmbeddingMatrix) -> Problem? {
    let dimension = matrix.dimension
    let stride = matrix.stride
    // Safe: rows below `count` hold `stride` floats each.
    let floats = unsafe matrix.base + row * stride
    // The largest magnitude as bits, without a branch in the loop: infinity and NaN are above all finite numbers.
    var largest: UInt32 = 0
    for component in 0..<dimension { largest = max(largest, unsafe floats[component].bitPattern & 0x7FFF_FFFF) }
    if largest >= 0x7F80_0000 {
      for component in 0..<dimension where unsafe !floats[component].isFinite {
        return .notFinite(component: component)
      }
    }
    for component in dimension..<stride where unsafe floats[component].bitPattern != 0 { return .padding }
    return nil
  }
}
