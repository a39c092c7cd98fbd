import AkinSupport
import AkinVectors

/// The block table of ``SideOptions`` while it is trained.
///
/// Each half-step solves exactly what stands on one side of it: first users and item features, with items and user
/// features fixed, then items and user features. The loss falls at each of them.
struct BlockTable {
  let users: BlockSide
  let items: BlockSide
  private let step: BlockStep
  private let w0: Double

  init(
    _ interactions: Interactions, options: WALSOptions, sides: SideOptions, execution: Execution, solver: Solver
  ) throws {
    let (byUser, byItem) = (interactions.byUser, interactions.byItem)
    let weights = WALSWeights(objective: options.objective, users: byUser)
    let scales = (0..<byUser.rowCount).map { weights.scale(userCount: byUser.count(ofRow: $0)) }
    users = BlockSide(
      name: "users", ids: interactions.userIDs, table: byUser, others: byItem.rowCount, options: options,
      formula: weights, features: sides.users, weight: sides.userWeight, background: sides.userBackground
    ) { user, _, value in scales[user].weight(value) }
    items = BlockSide(
      name: "items", ids: interactions.itemIDs, table: byItem, others: byUser.rowCount, options: options,
      formula: weights, features: sides.items, weight: sides.itemWeight, background: sides.itemBackground
    ) { _, user, value in scales[Int(user)].weight(value) }
    step = BlockStep(solver: solver, execution: execution)
    w0 = options.w0
    try items.factors.draw(seed: options.seed, for: byItem, execution: execution)
    try users.drawFeatures(seed: options.seed, execution: execution)
    try items.measureRows(step)
    for side in [users, items] { try side.measureFeatures(step) }
  }

  /// Solves the rows of one side and the features of the other.
  func halfStep(solving solved: BlockSide, fixing fixed: BlockSide, epoch: Int) throws -> WALSLoss {
    let rows = try named(solved.name, epoch, fixed: fixed, id: { solved.ids[Row($0)] }) {
      try solved.solveRows(step, others: fixed, w0: w0)
    }
    let features = try named(
      "features of \(fixed.name)", epoch, fixed: fixed, id: { .text(fixed.targets?.names[$0] ?? "") }
    ) { try fixed.solveFeatures(step) }
    let all = innerProduct(solved.gramian, fixed.gramian, stride: solved.factors.stride)
    var loss = WALSLoss(
      epoch: epoch, side: solved.name, observed: rows.others.observed,
      unobserved: w0 * (all - rows.others.squares),
      regularisation: solved.regularisation + solved.featureRegularisation + fixed.regularisation
        + fixed.featureRegularisation)
    loss.features =
      rows.features.observed + solved.unobserved(rows.features.squares) + features.observed
      + fixed.unobserved(features.squares)
    guard loss.total.isFinite else { throw WALSError.diverged(epoch: epoch, side: solved.name) }
    return loss
  }

  /// The model as it is now, rows without interactions made of their features.
  func model(
    _ options: WALSOptions, losses: [WALSLoss], seconds: [Double], validation: [ValidationPoint] = []
  ) throws -> WALSModel {
    var model = WALSModel(
      options: options, users: try users.filled(step), items: try items.filled(step), losses: losses,
      secondsPerEpoch: seconds, validation: validation)
    model.userFeatures = users.featureVectors
    model.itemFeatures = items.featureVectors
    return model
  }

  private func named<R>(
    _ side: String, _ epoch: Int, fixed: BlockSide, id: (Int) -> ItemID, _ body: () throws -> R
  ) throws -> R {
    do {
      return try body()
    } catch let error as HalfStep.Singular {
      throw WALSError.singular(row: id(error.row), side: side)
    } catch is NotFinite {
      throw WALSError.diverged(epoch: epoch, side: fixed.name)
    }
  }
}

extension WALS {
  /// Training with features: see ``SideOptions``.
  static func train(
    _ interactions: Interactions, options: WALSOptions, sides: SideOptions, validation: Validation?,
    execution: Execution, solver: Solver
  ) throws -> WALSModel {
    try checkMemory(
      users: interactions.userIDs.count + (sides.users?.featureCount ?? 0),
      items: interactions.itemIDs.count + (sides.items?.featureCount ?? 0), dimensions: options.dimensions)
    let table = try BlockTable(
      interactions, options: options, sides: sides, execution: execution, solver: solver)
    var losses: [WALSLoss] = []
    var seconds: [Double] = []
    var stopping = try validation.map { validation throws(WALSError) in
      try EarlyStopping(validation, epochs: options.epochs)
    }
    for epoch in 1...options.epochs {
      do {
        let start = monotonicSeconds()
        for (solved, fixed) in [(table.users, table.items), (table.items, table.users)] {
          let loss = try table.halfStep(solving: solved, fixing: fixed, epoch: epoch)
          losses.append(loss)
          execution.progress?(
            ProgressEvent(
              stage: "train", completed: losses.count, total: 2 * options.epochs, unit: "half-steps",
              note: loss.description))
        }
        seconds.append(monotonicSeconds() - start)
        guard stopping?.isDue(after: epoch) ?? false else { continue }
        let model = try table.model(options, losses: losses, seconds: seconds).trained
        if try stopping?.ends(after: epoch, { model }) ?? false { break }
      } catch is Cancelled where stopping?.keepsBest ?? false {
        break
      }
    }
    guard let stopping, let best = stopping.best else {
      return try table.model(options, losses: losses, seconds: seconds)
    }
    var used = options
    used.epochs = best.epoch
    var model = WALSModel(
      options: used, users: best.model.users, items: best.model.items, losses: Array(losses.prefix(2 * best.epoch)),
      secondsPerEpoch: seconds, validation: stopping.points)
    model.userFeatures = best.model.userFeatures
    model.itemFeatures = best.model.itemFeatures
    return model
  }
}
