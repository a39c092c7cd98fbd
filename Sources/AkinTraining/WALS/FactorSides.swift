import AkinSupport
import AkinVectors

/// Users and items of a training without side features.
struct FactorSides {
  private let users: FactorSide
  private let items: FactorSide
  private let step: HalfStep
  /// The Gramian of the side that the next half-step keeps fixed.
  private var fixedGramian: [Double]
  /// Σ λ |row|² of that side.
  private var fixedRegularisation: Double

  /// Draws the item vectors.
  ///
  /// - Throws: `Cancelled`.
  init(_ problem: WALSProblem, execution: Execution, solver: Solver) throws {
    let options = problem.options
    users = FactorSide(problem.users, of: problem)
    items = FactorSide(problem.items, of: problem)
    try items.factors.draw(seed: options.seed, for: problem.items.table, execution: execution)
    let rowCount = max(users.factors.count, items.factors.count)
    step = HalfStep(
      solver: solver, execution: execution, w0: options.w0,
      rotated: FactorTable(count: rowCount, dimension: options.dimensions))
    fixedGramian = try items.factors.gramian(solver: solver, execution: execution)
    fixedRegularisation = items.regularisation
  }
}

extension FactorSides: AlternatingSides {
  mutating func halfStep(users solvesUsers: Bool, epoch: Int) throws -> WALSLoss {
    let (solved, fixed) = solvesUsers ? (users, items) : (items, users)
    let sums = try TrainingError.naming(
      solved.name, fixed: fixed.name, epoch: epoch, id: { solved.ids[Row($0)] }
    ) {
      try step.run(
        fixed: fixed.factors, gramian: fixedGramian, solved: solved.factors, schedule: solved.schedule,
        lambdas: solved.lambdas)
    }
    let gramian = try solved.factors.gramian(solver: step.solver, execution: step.execution)
    // Σ s² over all pairs of a user and an item.
    let squares = frobeniusProduct(gramian, fixedGramian, stride: solved.factors.stride)
    let loss = WALSLoss(
      epoch: epoch, side: solved.name, observed: sums.observed, unobserved: step.w0 * (squares - sums.squares),
      regularisation: sums.regularisation + fixedRegularisation)
    guard loss.total.isFinite else { throw TrainingError.lossNotFinite(epoch: epoch, side: solved.name) }
    fixedGramian = gramian
    fixedRegularisation = sums.regularisation
    return loss
  }

  func vectors(isFinal: Bool) -> WALSVectors {
    if isFinal { return WALSVectors(users: users.factors.matrix, items: items.factors.matrix) }
    return WALSVectors(users: users.factors.copy, items: items.factors.copy)
  }
}

/// One side of ``FactorSides``.
private struct FactorSide {
  let name: String
  let ids: IDColumn
  let schedule: HalfStepSchedule
  /// λ of each row.
  let lambdas: [Float]
  let factors: FactorTable

  init(_ side: WALSProblemSide, of problem: WALSProblem) {
    name = side.name
    ids = side.ids
    schedule = HalfStepSchedule(side.table, weight: side.weight)
    lambdas = (0..<side.table.rowCount).map { problem.lambda(ofRow: $0, in: side) }
    factors = FactorTable(count: side.table.rowCount, dimension: problem.options.dimensions)
  }

  /// Σ λ |row|².
  var regularisation: Double {
    var sum = 0.0
    for row in 0..<factors.count {
      var norm = 0.0
      for component in 0..<factors.dimension {
        // Safe: the row and the component are inside the table.
        let value = unsafe Double(factors.base[row * factors.stride + component])
        norm += value * value
      }
      sum += Double(lambdas[row]) * norm
    }
    return sum
  }
}
