import AkinSupport
import AkinVectors
import CAkinKernels

/// The truncated singular value decomposition by randomised subspace iteration (Halko, Martinsson and Tropp 2011).
public enum SVD {
  /// Columns of the subspace beyond the rank (oversampling).
  private static let spare = 10

  /// Decomposes the zero-filled table A: P = U σ^½ and Q = V σ^½, so a score is an entry of the nearest table of that rank.
  ///
  /// The loss is ‖A‖² − Σ σ², which equals ‖A − P Qᵀ‖². The same interactions, options and seed give the same bits at any
  /// thread count. Components beyond the rank of A are zero.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Rank, rounds and seed.
  ///   - execution: Threads; progress in rounds; cancellation.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  /// - Complexity: O(rounds × (pairs × dimensions + (users + items) × dimensions²)) time.
  public static func train(
    _ interactions: Interactions, options: SVDOptions = SVDOptions(), execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    guard interactions.count > 0 else { throw TrainingError.nothingToLearn }
    try interactions.checkValues(for: .svd)
    if interactions.valueRange == 0...0 { throw TrainingError.allZero }
    let (n, m) = (interactions.userIDs.count, interactions.itemIDs.count)
    let width = min(options.dimensions + spare, n, m)
    try OptionCheck.memory(rows: 3 * (n + m), stride: DoubleTable.stride(forWidth: width))
    let start = monotonicSeconds()
    let algebra = TableAlgebra(execution: execution, loops: .active)
    let first = DoubleTable(count: m, width: width)
    try first.draw(deviation: 1, columns: width, seed: options.seed, purpose: 0x53_56_44, execution: execution) { _ in
      true
    }
    var left = try algebra.orthonormal(algebra.product(interactions.byUser, first))
    for round in 0..<options.rounds {
      let right = try algebra.orthonormal(algebra.product(interactions.byItem, left))
      left = try algebra.orthonormal(algebra.product(interactions.byUser, right))
      execution.progress?(
        ProgressEvent(stage: "train", completed: round + 1, total: options.rounds, unit: "rounds"))
    }
    // Within the subspace Aᵀ U₀ = V σ Wᵀ. Its Gramian has the squared singular values and W.
    let small = try algebra.product(interactions.byItem, left)
    let (values, vectors) = try algebra.eigen(of: small)
    let rank = min(options.dimensions, width)
    let users = DoubleTable(count: width, width: options.dimensions)
    let items = DoubleTable(count: width, width: options.dimensions)
    var explained = 0.0
    for k in 0..<rank where values[k] > 1e-20 * values[0] {
      explained += values[k]
      // σ^½ is the fourth root of the squared singular value.
      let root = values[k].squareRoot().squareRoot()
      for row in 0..<width {
        users[row, k] = vectors[k * width + row] * root
        items[row, k] = vectors[k * width + row] / root
      }
    }
    var whole = 0.0
    for value in interactions.byUser.values { whole += Double(value) * Double(value) }

    var objective = Objective(model: .svd, weighting: .rating, w0: 1)
    objective.loss = .squared
    var model = TrainedModel(
      objective: objective,
      options: [
        "dimensions": .integer(Int64(options.dimensions)), "rounds": .integer(Int64(options.rounds)),
        "seed": .string(String(options.seed)),
      ],
      users: try algebra.product(left, users).matrix(columns: options.dimensions),
      items: try algebra.product(small, items).matrix(columns: options.dimensions))
    model.losses = [LossPoint(epoch: options.rounds, ["unexplained": max(0, whole - explained)])]
    model.secondsPerEpoch = [(monotonicSeconds() - start) / Double(options.rounds + 1)]
    return model
  }
}
