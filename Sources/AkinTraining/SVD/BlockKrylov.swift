import AkinSupport
import AkinVectors
import CAkinKernels

/// The largest singular values and vectors of a sparse table A, by a randomised block Krylov method (Musco and Musco 2015)
/// with thick restarts (Wu and Simon 2000).
///
/// The basis Q of the shorter side grows by blocks: the next block is A Aᵀ times the last one, made orthogonal to all before
/// it, twice. When the basis is full, the Gramian of AᵀQ gives the best vectors within it (Rayleigh and Ritz); these become the
/// first columns of the next basis, and the next block goes on behind them, so nothing that was learned of them is lost.
///
/// Cost of a round: two products of A with about `rank` columns, and O((rows + columns) × rank²) arithmetic. Memory: about
/// 2 × rank numbers for each row and each column.
struct BlockKrylov {
  /// Singular values, largest first; zeros beyond the rank of A.
  private(set) var values: [Double]
  /// One row a row of A, one column a singular vector.
  private(set) var left: DoubleTable
  /// One row a column of A, one column a singular vector.
  private(set) var right: DoubleTable
  /// ‖A v − σ u‖ of the worst singular vector, divided by the largest singular value. Aᵀu = σ v holds to rounding.
  private(set) var residual: Double
  /// The rounds that were taken.
  private(set) var rounds: Int

  /// Columns of a block.
  private static let blockWidth = 16
  /// The residual at which no further round is taken.
  private static let enough = 1e-6

  /// The columns of the basis for a rank.
  static func width(rank: Int) -> Int { 2 * rank + 2 * blockWidth }

  /// - Parameters:
  ///   - rows: A by its rows.
  ///   - columns: A by its columns.
  ///   - rank: The number of singular vectors.
  ///   - limit: The most rounds, at least 1.
  ///   - seed: The random seed of the first block.
  ///   - execution: Threads; progress in rounds, with the residual as a note; cancellation.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  init(
    rows: InteractionTable, columns: InteractionTable, rank: Int, limit: Int, seed: UInt64, execution: Execution
  ) throws {
    let isTall = rows.rowCount > columns.rowCount
    let (short, long) = isTall ? (columns, rows) : (rows, columns)
    let width = min(BlockKrylov.width(rank: rank), short.rowCount)
    var space = try KrylovSpace(
      short, long, width: width, blockWidth: min(BlockKrylov.blockWidth, width), seed: seed, execution: execution)
    (values, residual, rounds) = ([], 0, 0)
    (left, right) = (DoubleTable(count: 0, width: rank), DoubleTable(count: 0, width: rank))
    while rounds < limit {
      let kept = min(rank + BlockKrylov.blockWidth, width)
      let found = try space.fill(keeping: kept)
      rounds += 1
      (values, residual) = try space.singular(found, rank: rank)
      execution.progress?(
        ProgressEvent(
          stage: "train", completed: rounds, total: limit, unit: "rounds", note: "residual \(rounded(residual))"))
      if residual <= BlockKrylov.enough || width == short.rowCount { break }
    }
    let (near, far) = try space.vectors(values)
    (left, right) = isTall ? (far, near) : (near, far)
  }
}

/// An orthonormal basis Q of the shorter side of A, and AᵀQ.
private struct KrylovSpace {
  private let short: InteractionTable
  private let long: InteractionTable
  private let algebra: TableAlgebra
  private let width: Int
  private let basis: DoubleTable
  private let images: DoubleTable
  private var done = 0
  private var next: DoubleTable

  init(
    _ short: InteractionTable, _ long: InteractionTable, width: Int, blockWidth: Int, seed: UInt64,
    execution: Execution
  ) throws {
    (self.short, self.long, self.width) = (short, long, width)
    algebra = TableAlgebra(execution: execution, loops: .active)
    basis = DoubleTable(count: short.rowCount, width: width)
    images = DoubleTable(count: long.rowCount, width: width)
    next = DoubleTable(count: short.rowCount, width: blockWidth)
    try next.draw(deviation: 1, columns: blockWidth, seed: seed, purpose: 0x53_50_45_43, execution: execution) {
      short.count(ofRow: $0) > 0
    }
  }

  /// Fills the basis, then turns it so that its first `kept` columns are the best vectors within it, and drops the others.
  ///
  /// - Returns: The squared singular values of the kept columns.
  mutating func fill(keeping kept: Int) throws -> [Double] {
    while done < width {
      try orthogonalise()
      let part = min(next.width, width - done)
      let image = try algebra.product(long, next)
      copy(next, to: basis, at: done, columns: part)
      copy(image, to: images, at: done, columns: part)
      done += part
      next = try algebra.product(short, image)
    }
    // Against the columns that are dropped, too: the block goes on where the basis ends.
    try orthogonalise()
    let (squares, vectors) = try algebra.eigen(of: images)
    let turn = DoubleTable(count: width, width: kept)
    for k in 0..<kept { for row in 0..<width { turn[row, k] = vectors[k * width + row] } }
    for table in [basis, images] {
      copy(try algebra.product(table, turn), to: table, at: 0, columns: kept)
    }
    done = kept
    return Array(squares.prefix(kept))
  }

  /// Makes the next block orthogonal to the basis, and orthonormal. Twice is enough (Parlett).
  private mutating func orthogonalise() throws {
    for _ in 0..<2 {
      let shares = try algebra.cross(basis, columns: done, next)
      try algebra.add(basis, columns: done, times: shares, factor: -1, to: next)
      next = try algebra.orthonormal(next)
    }
  }

  private func copy(_ part: DoubleTable, to table: DoubleTable, at column: Int, columns: Int) {
    precondition(columns <= part.width && column + columns <= table.width, "the columns fit")
    for row in 0..<table.count {
      // Safe: both rows have these columns.
      unsafe (table.row(row) + column).update(from: part.row(row), count: columns)
    }
  }

  /// Singular values, and the residual of the worst singular vector: A v = σ u is what a basis that is too small breaks.
  func singular(_ squares: [Double], rank: Int) throws -> (values: [Double], residual: Double) {
    var values = [Double](repeating: 0, count: rank)
    for k in 0..<min(rank, squares.count) where squares[k] > 1e-20 * squares[0] { values[k] = squares[k].squareRoot() }
    let (near, far) = try vectors(values)
    let back = try algebra.product(short, far)
    var sums = [Double](repeating: 0, count: rank)
    for row in 0..<back.count {
      for k in 0..<rank {
        let error = back[row, k] - values[k] * near[row, k]
        sums[k] += error * error
      }
    }
    return (values, values[0] > 0 ? (sums.max() ?? 0).squareRoot() / values[0] : 0)
  }

  /// The singular vectors of both sides; zero where the value is 0.
  func vectors(_ values: [Double]) throws -> (near: DoubleTable, far: DoubleTable) {
    let (near, far) = (
      DoubleTable(count: basis.count, width: values.count), DoubleTable(count: images.count, width: values.count)
    )
    for (table, from) in [(near, basis), (far, images)] {
      for k in values.indices where values[k] > 0 {
        let scale = from === images ? 1 / values[k] : 1
        for row in 0..<table.count { table[row, k] = from[row, k] * scale }
      }
    }
    return (near, far)
  }
}

/// A number of at least 0 with two digits.
func rounded(_ value: Double) -> String {
  guard value > 1e-300, value < 1e300 else { return JSONValue.number(value).text }
  var scale = 1.0
  while value * scale < 10 { scale *= 10 }
  return JSONValue.number((value * scale).rounded() / scale).text
}
