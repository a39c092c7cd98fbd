import AkinSupport
import AkinVectors
import CAkinKernels

/// The largest singular values and vectors of a sparse table A, by a randomised block Krylov method (Musco and Musco 2015)
/// with thick restarts (Wu and Simon 2000).
///
/// The basis Q of the shorter side grows by blocks: the next block is A Aᵀ times the last one, made orthogonal to all before
/// it. When the basis is full, the Gramian of AᵀQ gives the best vectors within it (Rayleigh and Ritz); these become the
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

  /// The residual at which no further round is taken.
  private static let enough = 1e-6

  /// The columns of a block for a rank: narrow blocks converge in fewer products, wide ones read a wide basis less often.
  private static func blockWidth(rank: Int) -> Int { rank < 256 ? 16 : 32 }

  /// The columns of the basis for a rank.
  static func width(rank: Int) -> Int { 2 * rank + 2 * blockWidth(rank: rank) }

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
    let blockWidth = min(BlockKrylov.blockWidth(rank: rank), width)
    var space = try KrylovSpace(
      short, long, width: width, blockWidth: blockWidth, seed: seed, execution: execution)
    (values, residual, rounds) = ([], 0, 0)
    (left, right) = (DoubleTable(count: 0, width: rank), DoubleTable(count: 0, width: rank))
    while rounds < limit {
      let kept = min(rank + blockWidth, width)
      let squares = try space.fill(keeping: kept)
      rounds += 1
      values = space.values(squares, rank: rank)
      (left, right) = space.vectors(values)
      residual = try space.residual(values, left, right)
      execution.progress?(
        ProgressEvent(
          stage: "train", completed: rounds, total: limit, unit: "rounds", note: "residual \(rounded(residual))"))
      if residual <= BlockKrylov.enough || width == short.rowCount { break }
    }
    if isTall { swap(&left, &right) }
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
    for table in [basis, images] { try algebra.replace(table, by: turn) }
    done = kept
    return Array(squares.prefix(kept))
  }

  /// Makes the next block orthogonal to the basis, and orthonormal. Where a column keeps a hundredth of its length, once is enough:
  /// its error against the basis is then a hundred roundings at most. Otherwise twice is (Parlett).
  private mutating func orthogonalise() throws {
    for pass in 0..<2 {
      let before = try algebra.gramian(of: next)
      let longest = (0..<next.width).reduce(0.0) { max($0, before[$1, $1]) }
      let shares = try algebra.cross(basis, columns: done, next)
      try algebra.add(basis, columns: done, times: shares, factor: -1, to: next)
      let smallest: Double
      (next, smallest) = try algebra.orthonormalised(next)
      if pass == 0, smallest > 1e-4 * longest { return }
    }
  }

  private func copy(_ part: DoubleTable, to table: DoubleTable, at column: Int, columns: Int) {
    precondition(columns <= part.width && column + columns <= table.width, "the columns fit")
    for row in 0..<table.count {
      // Safe: both rows have these columns.
      unsafe (table.row(row) + column).update(from: part.row(row), count: columns)
    }
  }

  /// Singular values from their squares; zeros where nothing but rounding is left.
  func values(_ squares: [Double], rank: Int) -> [Double] {
    var values = [Double](repeating: 0, count: rank)
    for k in 0..<min(rank, squares.count) where squares[k] > 1e-20 * squares[0] { values[k] = squares[k].squareRoot() }
    return values
  }

  /// The residual of the worst singular vector: A v = σ u is what a basis that is too small breaks.
  func residual(_ values: [Double], _ near: DoubleTable, _ far: DoubleTable) throws -> Double {
    let back = try algebra.product(short, far)
    var sums = [Double](repeating: 0, count: values.count)
    for row in 0..<back.count {
      // Safe: the rows have one stride.
      unsafe sums.add(squaresOf: back.row(row), values, near.row(row))
    }
    return values[0] > 0 ? (sums.max() ?? 0).squareRoot() / values[0] : 0
  }

  /// The singular vectors of both sides; zero where the value is 0.
  func vectors(_ values: [Double]) -> (near: DoubleTable, far: DoubleTable) {
    let near = basis.columns(scaledBy: values.map { $0 > 0 ? 1 : 0 })
    return (near, images.columns(scaledBy: values.map { $0 > 0 ? 1 / $0 : 0 }))
  }
}

extension [Double] {
  /// Adds the squares of back − value · near to each sum.
  fileprivate mutating func add(
    squaresOf back: UnsafeMutablePointer<Double>, _ values: [Double], _ near: UnsafeMutablePointer<Double>
  ) {
    for k in indices {
      // Safe: both rows have a number for each value.
      let error = unsafe back[k] - values[k] * near[k]
      self[k] += error * error
    }
  }
}

extension DoubleTable {
  /// The first columns, each times its factor.
  fileprivate func columns(scaledBy factors: [Double]) -> DoubleTable {
    precondition(factors.count <= width, "the table has these columns")
    let out = DoubleTable(count: count, width: factors.count)
    for row in 0..<count {
      // Safe: both rows have these columns.
      let (from, to) = unsafe (self.row(row), out.row(row))
      for k in factors.indices { unsafe to[k] = from[k] * factors[k] }
    }
    return out
  }
}

/// A number of at least 0 with two digits.
func rounded(_ value: Double) -> String {
  guard value > 1e-300, value < 1e300 else { return JSONValue.number(value).text }
  var scale = 1.0
  while value * scale < 10 { scale *= 10 }
  return JSONValue.number((value * scale).rounded() / scale).text
}
