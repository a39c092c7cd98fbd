import AkinSupport
import AkinVectors

/// Matrix factorisation of explicit ratings, with biases.
public enum MF {
  /// Trains user and item vectors and biases. ``MFOptions`` states the objective J.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. A user or an item without
  /// interactions gets a zero vector and a zero bias, so its score is the mean plus the other side's bias.
  ///
  /// If J diverges, the step size is halved, and the model's notes record it.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions, with ratings as values.
  ///   - options: Objective, optimiser, dimension, epochs and seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`. If `adam` or `adamw` diverges after a measurement,
  ///     the best model so far is returned.
  ///   - execution: Threads; progress in epochs, with the loss as a note; cancellation.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  /// - Complexity: At most O(pairs × dimensions²) time per epoch for `als`, O(pairs × dimensions) for the other
  ///   optimisers; O((users + items) × dimensions + pairs) memory.
  public static func train(
    _ interactions: Interactions, options: MFOptions = MFOptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> TrainedModel {
    try train(interactions, options: options, validation: validation, execution: execution, loops: .active)
  }

  static func train(
    _ interactions: Interactions, options: MFOptions, validation: Validation? = nil, execution: Execution,
    loops: DenseLoops
  ) throws -> TrainedModel {
    try options.check()
    guard interactions.count > 0 else { throw TrainingError.nothingToLearn }
    try OptionCheck.memory(
      rows: rows(of: interactions, options.resolved, threads: execution.threads),
      stride: DoubleTable.stride(forWidth: options.dimensions + 2))
    let problem = try MFProblem(interactions, options: options.resolved, loops: loops)
    let parameters = try MFParameters(startOf: problem, execution: execution)
    var run = MFRun(problem: problem, parameters: parameters, execution: execution)
    run.stopping = try EarlyStopping(validation, epochs: run.epochs)
    do {
      switch options.optimiser {
      case .als: try run.alternate()
      case .sgd: try run.visitEachRating()
      case .adam: try run.adam()
      case .gd: try run.descend()
      case .adamw: try run.batches()
      }
    } catch is Cancelled where run.stopping?.keepsBest ?? false {
    }
    return run.stopping?.result ?? run.model
  }

  /// The rows of float64 tables that a training holds at once.
  private static func rows(of interactions: Interactions, _ options: MFOptions, threads: Int) -> Int {
    let rows = interactions.userIDs.count + interactions.itemIDs.count
    let width = DoubleTable.stride(forWidth: options.dimensions + 2)
    // The parameters, and the optimiser's gradient, moments or copy.
    switch options.optimiser {
    case .als:
      // With weights each thread has a copy of the rows of one equation.
      guard interactions.byUser.weights != nil else { return rows }
      let longest = [interactions.byUser, interactions.byItem].map { table in
        (0..<table.rowCount).map { table.count(ofRow: $0) }.max() ?? 0
      }
      return rows + threads * (longest.max() ?? 0)
    case .sgd: return 2 * rows
    case .gd: return 3 * rows
    case .adam: return 5 * rows
    case .adamw:
      // The average, its centred copy, and of each run the parameters, two moments and two gradients of a batch; the orders of
      // pairs in 32 bits.
      let runs = options.runs ?? 1
      let part = runs * DoubleTable.stride(forWidth: options.dimensions / runs + 2)
      let batch = min(options.batch ?? 1, interactions.count)
      let orders = (min(runs, threads) + 1) * (interactions.count / 2 + 1)
      return 2 * rows + (3 * rows * part + 2 * batch * part + orders + width - 1) / width
    }
  }
}

/// The state of one training.
struct MFRun {
  let problem: MFProblem
  let parameters: MFParameters
  let execution: Execution
  var losses: [LossPoint] = []
  var notes: [String] = []
  var seconds: [Double] = []
  /// Early stopping, or `nil`.
  var stopping: EarlyStopping?

  init(problem: MFProblem, parameters: MFParameters, execution: Execution) {
    self.problem = problem
    self.parameters = parameters
    self.execution = execution
  }

  /// The number of epochs.
  var epochs: Int { problem.options.epochs ?? 0 }

  /// The model as it is now.
  var model: TrainedModel {
    var model = problem.model(parameters)
    model.losses = losses
    model.notes = notes
    model.secondsPerEpoch = seconds
    return model
  }

  /// Whether training ends after an epoch: at the last one, or by early stopping.
  mutating func ends(after epoch: Int) throws -> Bool {
    let now = self
    return try stopping?.ends(after: epoch) { now.model } ?? false || epoch == epochs
  }

  /// Records a loss and reports progress.
  mutating func report(_ loss: LossPoint, of total: Int) {
    losses.append(loss)
    execution.progress?(
      ProgressEvent(
        stage: "train", completed: loss.epoch, total: total, unit: "epochs", note: loss.description))
  }

  /// Alternating least squares: solves users and items in turn.
  mutating func alternate() throws {
    let solver = MFAlternating(problem: problem, parameters: parameters)
    report(try problem.loss(of: parameters, epoch: 0, execution: execution), of: epochs)
    for epoch in 1...epochs {
      let start = monotonicSeconds()
      for (solvesUsers, side, ids) in [(true, "users", problem.userIDs), (false, "items", problem.itemIDs)] {
        do {
          try solver.solve(users: solvesUsers, execution: execution)
        } catch let error as SingularRow {
          throw TrainingError.singular(row: ids[Row(error.row)], side: side, pairs: error.pairs)
        }
        let loss = try problem.loss(of: parameters, epoch: epoch, side: side, execution: execution)
        guard loss.total.isFinite else { throw TrainingError.lossNotFinite(epoch: epoch, side: side) }
        report(loss, of: epochs)
      }
      seconds.append(monotonicSeconds() - start)
      if try ends(after: epoch) { break }
    }
  }
}
