import AkinSupport
import AkinVectors

/// Matrix factorisation of explicit ratings, with biases. See ``MFOptions`` for what is minimised.
public enum MF {
  /// Trains user and item vectors and biases.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. A user or an item without
  /// interactions gets a vector and a bias of zero, so that its score is the mean and the other's bias.
  ///
  /// A step size under which J grows beyond bounds is halved, and the model's notes say so.
  ///
  /// - Parameter validation: Measures the model between epochs and stops early, or `nil`. Should the loss of `adam` grow
  ///   beyond bounds after a measurement, the best model so far is the answer.
  /// - Throws: ``TrainingError``, ``Cancelled``, or what the measure throws.
  /// - Complexity: an epoch of `als` is O(pairs × dimensions²) at most, of the others O(pairs × dimensions); memory
  ///   O((users + items) × dimensions + pairs).
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
    // Parameters, and beside them what the optimiser keeps: a gradient and moments, or a copy to go back to.
    let tables = options.optimiser == .adam ? 5 : options.optimiser == .gd ? 3 : options.optimiser == .sgd ? 2 : 1
    try OptionCheck.memory(
      rows: tables * (interactions.userIDs.count + interactions.itemIDs.count),
      stride: DoubleTable.stride(forWidth: options.dimensions + 2))
    let problem = try MFProblem(interactions, options: options.resolved, loops: loops)
    let parameters = try MFParameters(startOf: problem, execution: execution)
    var run = MFRun(problem: problem, parameters: parameters, execution: execution)
    run.stopping = try validation.map { validation throws(WALSError) in
      try EarlyStopping(validation, epochs: run.epochs)
    }
    do {
      switch options.optimiser {
      case .als: try run.alternate()
      case .sgd: try run.visitEachRating()
      case .adam: try run.adam()
      case .gd: try run.descend()
      }
    } catch let error as MFAlternating.SideError {
      throw TrainingError.singular(
        row: (error.isUsers ? interactions.userIDs : interactions.itemIDs)[Row(error.cause.row)],
        side: error.isUsers ? "users" : "items", interactions: error.cause.count)
    } catch is Cancelled where run.stopping?.keepsBest ?? false {
    }
    return run.stopping?.result ?? run.model
  }
}

/// A training run under way.
struct MFRun {
  let problem: MFProblem
  let parameters: MFParameters
  let execution: Execution
  var losses: [LossPoint] = []
  var notes: [String] = []
  var seconds: [Double] = []
  /// Measures the model between epochs, or `nil`.
  var stopping: EarlyStopping?

  init(problem: MFProblem, parameters: MFParameters, execution: Execution) {
    self.problem = problem
    self.parameters = parameters
    self.execution = execution
  }

  var epochs: Int { problem.options.epochs ?? 0 }

  /// The model as it is now.
  var model: TrainedModel {
    var model = problem.model(parameters)
    model.losses = losses
    model.notes = notes
    model.secondsPerEpoch = seconds
    return model
  }

  /// Whether training ends after an epoch: it was the last, or early stopping has seen enough.
  mutating func ends(after epoch: Int) throws -> Bool {
    let now = self
    return try stopping?.ends(after: epoch) { now.model } ?? false || epoch == epochs
  }

  /// Keeps a loss, and tells of it.
  mutating func report(_ loss: LossPoint, of total: Int) {
    losses.append(loss)
    execution.progress?(
      ProgressEvent(
        stage: "train", completed: loss.epoch, total: total, unit: "epochs", note: loss.description))
  }

  /// Solves users and items in turn.
  mutating func alternate() throws {
    let solver = MFAlternating(problem: problem, parameters: parameters)
    report(try problem.loss(of: parameters, epoch: 0, execution: execution), of: epochs)
    for epoch in 1...epochs {
      let start = monotonicSeconds()
      for isUsers in [true, false] {
        do {
          try solver.solve(users: isUsers, execution: execution)
        } catch let error as MFAlternating.Singular {
          throw MFAlternating.SideError(isUsers: isUsers, cause: error)
        }
        let loss = try problem.loss(
          of: parameters, epoch: epoch, side: isUsers ? "users" : "items", execution: execution)
        guard loss.total.isFinite else { throw TrainingError.diverged(epoch: epoch, learningRate: 1, halvings: 0) }
        report(loss, of: epochs)
      }
      seconds.append(monotonicSeconds() - start)
      if try ends(after: epoch) { break }
    }
  }
}

extension MFAlternating {
  /// A singular row, and on which side it was.
  struct SideError: Error {
    let isUsers: Bool
    let cause: Singular
  }
}
