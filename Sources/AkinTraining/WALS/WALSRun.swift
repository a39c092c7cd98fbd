import AkinSupport
import AkinVectors

/// The epochs of one training: half-steps, losses, progress and early stopping.
struct WALSRun<Sides: AlternatingSides> {
  private var sides: Sides
  private let options: WALSOptions
  private var stopping: EarlyStopping?
  private let execution: Execution
  private var losses: [WALSLoss] = []
  private var seconds: [Double] = []

  init(_ sides: Sides, options: WALSOptions, stopping: EarlyStopping?, execution: Execution) {
    self.sides = sides
    self.options = options
    self.stopping = stopping
    self.execution = execution
  }

  /// Runs all epochs, or as many as early stopping allows.
  consuming func train() throws -> WALSModel {
    for epoch in 1...options.epochs {
      do {
        try run(epoch)
        let (sides, options, losses, seconds) = (sides, options, losses, seconds)
        let isOver = try stopping?.ends(after: epoch) {
          try WALSModel(options: options, vectors: sides.vectors(isFinal: false), losses: losses, seconds: seconds)
            .trained
        }
        if isOver ?? false { break }
      } catch is Cancelled where stopping?.keepsBest ?? false {
        break
      }
    }
    return try model
  }

  private mutating func run(_ epoch: Int) throws {
    let start = monotonicSeconds()
    for solvesUsers in [true, false] {
      let loss = try step(users: solvesUsers, epoch: epoch)
      losses.append(loss)
      execution.progress?(
        ProgressEvent(
          stage: "train", completed: losses.count, total: 2 * options.epochs, unit: "half-steps",
          note: loss.description))
    }
    seconds.append(monotonicSeconds() - start)
  }

  /// One half-step. Vectors that shrink without end lose their digits in the end; then the loss is no number either.
  private mutating func step(users solvesUsers: Bool, epoch: Int) throws -> WALSLoss {
    do {
      return try sides.halfStep(users: solvesUsers, epoch: epoch)
    } catch TrainingError.lossNotFinite(let epoch, let side) {
      if let last = losses.last, last.regularisation < 1e-12 * last.observed {
        throw TrainingError.collapsed(epoch: epoch, side: side)
      }
      throw TrainingError.lossNotFinite(epoch: epoch, side: side)
    }
  }

  /// The model of the best epoch; without early stopping that of the last epoch.
  private var model: WALSModel {
    get throws {
      guard let stopping, let best = stopping.best else {
        return WALSModel(
          options: options, vectors: try sides.vectors(isFinal: true), losses: losses, seconds: seconds)
      }
      var options = options
      options.epochs = best.epoch
      let vectors = WALSVectors(
        users: best.model.users, items: best.model.items, userFeatures: best.model.userFeatures,
        itemFeatures: best.model.itemFeatures)
      return WALSModel(
        options: options, vectors: vectors, losses: Array(losses.prefix(2 * best.epoch)), seconds: seconds,
        validation: stopping.points)
    }
  }
}

extension WALSModel {
  fileprivate init(
    options: WALSOptions, vectors: WALSVectors, losses: [WALSLoss], seconds: [Double],
    validation: [ValidationPoint] = []
  ) {
    self.init(
      options: options, users: vectors.users, items: vectors.items, losses: losses, secondsPerEpoch: seconds,
      validation: validation)
    userFeatures = vectors.userFeatures
    itemFeatures = vectors.itemFeatures
  }
}
