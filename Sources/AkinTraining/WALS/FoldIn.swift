import AkinSupport
import AkinVectors
import CAkinKernels

/// Vectors for users whom training has not seen: one row of a half-step, with the items as they are.
///
/// The same objective, weights and regularisation as in training, so that a user who was there gets the vector that the
/// next half-step would have given. Making it costs O(items × dimension²); each user then O(h² × dimension) for h items.
public struct FoldIn: Sendable {
  private let items: FactorTable
  private let basis: Eigenbasis
  private let weights: WALSWeights
  private let objective: Objective
  private let solver: Solver

  /// Prepares for the items of a trained model.
  ///
  /// - Parameters:
  ///   - items: The item vectors.
  ///   - objective: What they were trained to do.
  ///   - meanHistory: How many items a training user has on average; only the `.bm25` weighting asks.
  /// - Throws: ``WALSError`` when the items hold a number that is not finite, or ``Cancelled``.
  public init(
    items: EmbeddingMatrix, objective: Objective, meanHistory: Double, execution: Execution = Execution()
  ) throws {
    solver = .active
    self.objective = objective
    weights = WALSWeights(objective: objective, meanCount: meanHistory)
    let table = FactorTable(count: items.count, dimension: items.dimension)
    // Safe: both hold count × stride floats, and a matrix and a table of one dimension have one stride.
    unsafe table.base.update(from: items.base, count: items.count * items.stride)
    let gramian = try table.gramian(solver: solver, execution: execution)
    guard let basis = Eigenbasis(gramian: gramian, dimension: items.dimension, stride: items.stride, w0: objective.w0)
    else { throw WALSError.diverged(epoch: 0, side: "items") }
    self.basis = basis
    self.items = try table.rotated(into: basis, solver: solver, execution: execution)
  }

  /// The vector of a user.
  ///
  /// - Parameters:
  ///   - history: Rows of items, all different; anything beyond the items is an error of the caller.
  ///   - values: One value for each, finite and at least 0.
  /// - Returns: As many components as the items have; zeros for an empty history.
  public func user(history: [UInt32], values: [Float]) throws(WALSError) -> [Float] {
    precondition(history.count == values.count, "each item has a value")
    precondition(history.allSatisfy { Int($0) < items.count }, "each row is an item's")
    precondition(values.allSatisfy { $0.isFinite && $0 >= 0 }, "values are finite and at least 0")
    if history.isEmpty { return [Float](repeating: 0, count: items.dimension) }
    let scale = weights.scale(userCount: history.count)
    return try row(
      history, weights: values.map { scale.weight($0) },
      lambda: weights.lambda(
        objective.lambdaUser, mass: weights.mass(count: history.count, others: items.count)), side: "users")
  }

  /// The vector of an item that training has not seen, when this was prepared for users in place of items.
  ///
  /// - Parameters:
  ///   - users: Rows of users, ascending.
  ///   - values: One value for each.
  ///   - counts: How many items each of these users has: a weight may depend on it.
  func item(users: [UInt32], values: [Float], counts: [Int]) throws(WALSError) -> [Float] {
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
  ) throws(WALSError) -> [Float] {
    let stride = items.stride
    let scratch = AlignedFloats(count: akin_solver_scratch(stride))
    let inBasis = FactorTable(count: 1, dimension: items.dimension)
    let answer = FactorTable(count: 1, dimension: items.dimension)
    var loss = akin_row_loss()
    // Safe: the callers have checked the rows; the scratch space and both vectors have the sizes that the kernels ask for.
    var step = unsafe akin_half_step(
      table: UnsafePointer(items.base), stride: stride, spectrum: UnsafePointer(basis.spectrum.base),
      w0: Float(objective.w0))
    let space = unsafe scratch.floats.baseAddress!
    var status = unsafe solver.solve(&step, others, observed, others.count, lambda, space, inBasis.base, &loss)
    if status != 0 {
      status = unsafe akin_solve64(&step, others, observed, others.count, lambda, space, inBasis.base, &loss)
    }
    guard status == 0, loss.norm.isFinite else { throw .singular(row: .text("a new one"), side: side) }
    unsafe solver.rotate(inBasis.base, stride, 1, basis.back.base, answer.base)
    return answer.matrix[Row(0)]
  }
}
