import AkinSupport
import AkinVectors

/// The block table of ``SideFeatures`` while it is trained.
///
/// A half-step solves users and item features exactly, with items and user features fixed; the next one solves items and
/// user features. The loss falls at each half-step.
struct BlockTable {
  let users: BlockSide
  let items: BlockSide
  private let step: BlockStep
  private let w0: Double

  /// Draws the first item vectors and user-feature vectors.
  ///
  /// - Throws: `Cancelled`.
  init(_ problem: WALSProblem, features: SideFeatures, execution: Execution, solver: Solver) throws {
    let seed = problem.options.seed
    users = BlockSide(problem.users, features.ofUsers, of: problem)
    items = BlockSide(problem.items, features.ofItems, of: problem)
    step = BlockStep(solver: solver, execution: execution)
    w0 = problem.options.w0
    try items.factors.draw(seed: seed, for: problem.items.table, execution: execution)
    try users.drawFeatures(seed: seed, execution: execution)
    try items.measureRows(step)
    for side in [users, items] { try side.measureFeatures(step) }
  }

  /// Solves the rows of one side and the features of the other side.
  ///
  /// - Throws: ``TrainingError`` or `Cancelled`.
  func halfStep(solving solved: BlockSide, fixing fixed: BlockSide, epoch: Int) throws -> WALSLoss {
    let rows = try TrainingError.naming(
      solved.name, fixed: fixed.name, epoch: epoch, id: { solved.ids[Row($0)] }
    ) { try solved.solveRows(step, others: fixed, w0: w0) }
    let features = try TrainingError.naming(
      "features of \(fixed.name)", fixed: fixed.name, epoch: epoch, id: { .text(fixed.targets?.names[$0] ?? "") }
    ) { try fixed.solveFeatures(step) }
    // Σ s² over all pairs of a user and an item.
    let squares = frobeniusProduct(solved.gramian, fixed.gramian, stride: solved.factors.stride)
    var loss = WALSLoss(
      epoch: epoch, side: solved.name, observed: rows.others.observed,
      unobserved: w0 * (squares - rows.others.squares),
      regularisation: solved.regularisation + solved.featureRegularisation + fixed.regularisation
        + fixed.featureRegularisation)
    loss.features =
      rows.features.observed + solved.absentLoss(rows.features.squares) + features.observed
      + fixed.absentLoss(features.squares)
    guard loss.total.isFinite else { throw TrainingError.lossNotFinite(epoch: epoch, side: solved.name) }
    return loss
  }

  /// A side's rows; those without interactions have vectors made of their features.
  private func filled(_ side: BlockSide) throws -> EmbeddingMatrix {
    do {
      return try side.filled(step)
    } catch let error as SingularRow {
      throw TrainingError.singular(row: side.ids[Row(error.row)], side: side.name, pairs: error.pairs)
    } catch is NotFinite {
      throw TrainingError.notFinite(what: "the feature vectors of \(side.name)")
    }
  }
}

extension BlockTable: AlternatingSides {
  func halfStep(users solvesUsers: Bool, epoch: Int) throws -> WALSLoss {
    try solvesUsers
      ? halfStep(solving: users, fixing: items, epoch: epoch) : halfStep(solving: items, fixing: users, epoch: epoch)
  }

  func vectors(isFinal: Bool) throws -> WALSVectors {
    WALSVectors(
      users: try filled(users), items: try filled(items), userFeatures: users.featureVectors,
      itemFeatures: items.featureVectors)
  }
}
