import AkinSupport
import AkinVectors

/// A linear autoencoder of low rank with item vectors of length 1, after Vančura et al. (2022).
public enum ELSA {
  /// Trains. ``ELSAOptions`` states the objective.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. An item without a value above 0 gets a zero
  /// vector, and so does a user without one.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Dimension, epochs, step size, weights and seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`.
  ///   - execution: Threads; progress in epochs, with the loss as a note; cancellation.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  /// - Complexity: O(pairs × dimensions + (users + steps × items) × dimensions²) per epoch: the predictions of all items are
  ///   scored by the items' Gramian, and none is drawn or left out.
  public static func train(
    _ interactions: Interactions, options: ELSAOptions = ELSAOptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    guard interactions.count > 0 else { throw TrainingError.nothingToLearn }
    try interactions.checkValues(for: .elsa)
    if interactions.valueRange == 0...0 { throw TrainingError.allZero }
    var stopping = try EarlyStopping(validation, epochs: options.epochs)
    var run = try ELSARun(interactions.byUser, interactions.byItem, options: options, execution: execution)
    do {
      for epoch in 1...options.epochs {
        try run.visit(epoch)
        let now = run
        if try stopping?.ends(after: epoch, { now.model() }) ?? false { break }
      }
    } catch is Cancelled where stopping?.keepsBest ?? false {
    }
    return stopping?.result ?? run.model()
  }
}

/// A training between its epochs.
private struct ELSARun {
  private let table: InteractionTable
  private let options: ELSAOptions
  private let execution: Execution
  private let rule: HistorySum
  private let items: ELSAItems
  private let batch: ELSABatch
  /// Users with two items: one item alone predicts nothing.
  private var users: [UInt32]
  private var losses: [LossPoint] = []
  private var seconds: [Double] = []

  init(
    _ table: InteractionTable, _ byItem: InteractionTable, options: ELSAOptions, execution: Execution
  ) throws {
    (self.table, self.options, self.execution) = (table, options, execution)
    rule = HistorySum(isWeighed: options.weighting == .value)
    users = (0..<UInt32(table.rowCount)).filter { user in
      let pairs = table.offsets[Int(user)]..<table.offsets[Int(user) + 1]
      return table.values[pairs].count { $0 > 0 } > 1
    }
    if users.isEmpty { throw TrainingError.nothingToCompare }
    let size = min(options.batch(ofUsers: users.count), users.count)
    try OptionCheck.memory(
      rows: 5 * byItem.rowCount + 3 * size, stride: DoubleTable.stride(forWidth: options.dimensions))
    items = try ELSAItems(byItem, dimensions: options.dimensions, seed: options.seed, execution: execution)
    batch = ELSABatch(size: size, dimensions: options.dimensions)
  }

  /// Takes the steps of an epoch.
  mutating func visit(_ epoch: Int) throws {
    let start = monotonicSeconds()
    let random = CounterRandom(seed: options.seed, purpose: 0x45_4C_53_41)
    var generator = SeededGenerator(seed: random.bits(at: UInt64(epoch)))
    generator.shuffle(&users)
    var sum = 0.0
    for first in Swift.stride(from: 0, to: users.count, by: batch.size) {
      // By epochs alone, so that a training stopped early is one of so many epochs.
      let done = Double(epoch - 1) + Double(first) / Double(users.count)
      let share = max(1 - done / ELSAOptions.fallEpochs, ELSAOptions.lastShare)
      let part = users[first..<min(first + batch.size, users.count)]
      sum += try batch.score(part, of: table, rule, items, execution)
      try items.step(batch, part, of: table, rule, rate: options.learningRate * share, execution)
    }
    let mean = sum / Double(users.count)
    guard mean.isFinite else {
      throw TrainingError.diverged(epoch: epoch, learningRate: options.learningRate, halvings: 0)
    }
    let point = LossPoint(epoch: epoch, ["mean": mean])
    losses.append(point)
    seconds.append(monotonicSeconds() - start)
    execution.progress?(
      ProgressEvent(
        stage: "train", completed: epoch, total: options.epochs, unit: "epochs", note: point.description))
  }

  /// The model of the items as they are.
  func model() -> TrainedModel {
    let matrix = items.unit.matrix(columns: options.dimensions)
    let users = (0..<table.rowCount).map { user in
      let pairs = table.offsets[user]..<table.offsets[user + 1]
      return rule.user(of: matrix, table.others[pairs], table.values[pairs])
    }
    var model = TrainedModel(
      objective: options.objective, options: options.record,
      users: EmbeddingMatrix(uniformRows: users, dimension: options.dimensions), items: matrix)
    model.losses = losses
    model.secondsPerEpoch = seconds
    return model
  }
}
