import AkinSupport
import AkinVectors
import CAkinKernels

/// Vectors of users that `wals` has not seen: the row of a half-step with the items fixed.
///
/// Objective, weights and regularisation are those of training, so a user of the training gets the vector that the next
/// half-step would give.
///
/// - Complexity: O(items × dimension²) to prepare; O(h² × dimension) for a user with h items.
public struct WALSFoldIn: Sendable {
  private let items: FactorTable
  private let basis: Eigenbasis
  private let weights: WALSWeights
  private let objective: Objective
  private let solver: Solver

  /// Prepares the items of a trained model.
  ///
  /// - Parameters:
  ///   - items: Item vectors.
  ///   - objective: The objective of the training.
  ///   - meanHistory: Mean number of items of the training users that have any; used by the `.bm25` weighting.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``TrainingError/notFinite(what:)`` if an item vector is not finite, or `Cancelled`.
  public init(
    items: EmbeddingMatrix, objective: Objective, meanHistory: Double, execution: Execution = Execution()
  ) throws {
    solver = .active
    self.objective = objective
    weights = WALSWeights(objective: objective, meanCount: meanHistory)
    let table = FactorTable(items)
    let gramian = try table.gramian(solver: solver, execution: execution)
    guard let basis = Eigenbasis(gramian: gramian, dimension: items.dimension, stride: items.stride, w0: objective.w0)
    else { throw TrainingError.notFinite(what: "the item vectors") }
    self.basis = basis
    self.items = try table.rotated(into: basis, solver: solver, execution: execution)
  }

  /// Solves one user.
  ///
  /// - Parameters:
  ///   - history: Rows of items, all different; a row beyond the items traps.
  ///   - values: One value per item, finite and at least 0; any other value traps.
  /// - Returns: A vector of the items' dimension; zeros for an empty history.
  /// - Throws: ``TrainingError/singular(row:side:pairs:)``.
  public func user(history: [UInt32], values: [Float]) throws(TrainingError) -> [Float] {
    precondition(history.count == values.count, "each item has a value")
    precondition(history.allSatisfy { Int($0) < items.count }, "each row names an item")
    precondition(values.allSatisfy { $0.isFinite && $0 >= 0 }, "values are finite and at least 0")
    if history.isEmpty { return [Float](repeating: 0, count: items.dimension) }
    let scale = weights.scale(userCount: history.count)
    return try row(
      history, weights: values.map { scale.weight($0) },
      lambda: weights.lambda(
        objective.lambdaUser, mass: weights.mass(count: history.count, others: items.count)), side: "users")
  }

  /// Solves one item, if this was prepared with the users in place of the items.
  ///
  /// - Parameters:
  ///   - users: Rows of users, ascending.
  ///   - values: One value per user.
  ///   - counts: Number of items of each user; weights may depend on it.
  func item(users: [UInt32], values: [Float], counts: [Int]) throws(TrainingError) -> [Float] {
    if users.isEmpty { return [Float](repeating: 0, count: items.dimension) }
    let observed = zip(values, counts).map { weights.scale(userCount: $1).weight($0) }
    return try row(
      users, weights: observed,
      lambda: weights.lambda(
        objective.lambdaItem, mass: weights.mass(count: users.count, others: items.count)), side: "items")
  }

  /// One row of a half-step.
  private func row(
    _ others: [UInt32], weights observed: [Float], lambda: Float, side: String
  ) throws(TrainingError) -> [Float] {
    let stride = items.stride
    let scratch = AlignedFloats(count: akin_solver_scratch(stride))
    let inBasis = FactorTable(count: 1, dimension: items.dimension)
    let answer = FactorTable(count: 1, dimension: items.dimension)
    var loss = akin_row_loss()
    // Safe: the callers checked the rows; the scratch space and both vectors have the sizes that the kernels ask for.
    var step = unsafe akin_half_step(
      table: UnsafePointer(items.base), stride: stride, spectrum: UnsafePointer(basis.spectrum.base),
      w0: Float(objective.w0))
    let space = unsafe scratch.floats.baseAddress!
    var status = unsafe solver.solve(&step, others, observed, others.count, lambda, space, inBasis.base, &loss)
    if status != 0 {
      status = unsafe akin_solve64(&step, others, observed, others.count, lambda, space, inBasis.base, &loss)
    }
    guard status == 0, loss.norm.isFinite else {
      throw .singular(row: .text("new row"), side: side, pairs: others.count)
    }
    unsafe solver.rotate(inBasis.base, stride, 1, basis.back.base, answer.base)
    return answer.matrix[Row(0)]
  }
}
