import AkinSupport

/// The epochs of a ``SampledTraining``. An epoch that diverges is undone and run again with half the step size.
struct SampledRun<Training: SampledTraining> {
  private let training: Training
  private let grid: PairGrid
  private let weights: [Double]
  private let execution: Execution
  private var stopping: EarlyStopping?
  private var stepSize: StepSize
  /// The tables before the epoch.
  private let before: [DoubleTable]
  private var losses: [LossPoint] = []
  private var seconds: [Double] = []
  /// A mean loss above this is divergence; that of an untrained model is ln 2.
  private static var bound: Double { 10 }

  /// - Throws: ``TrainingError/tooManyPairs(found:)``, or ``TrainingError/option(name:expected:found:)`` for a validation.
  init(_ training: Training, validation: Validation?, execution: Execution) throws(TrainingError) {
    let schedule = training.schedule
    self.training = training
    self.execution = execution
    grid = try PairGrid(
      training.pairs, itemCount: training.labels.itemCount, seed: schedule.seed, purpose: schedule.gridPurpose)
    weights = NegativeSampler.weights(training.labels, popularity: schedule.popularity)
    stopping = try EarlyStopping(validation, epochs: schedule.epochs)
    stepSize = StepSize(schedule.learningRate)
    before = training.tables.map { DoubleTable(count: $0.count, width: $0.width) }
  }

  /// Runs all epochs, or as many as early stopping allows.
  ///
  /// - Returns: The model of the last epoch, or of the best.
  /// - Throws: ``TrainingError/diverged(epoch:learningRate:halvings:)``, `Cancelled`, or the error of the measure.
  consuming func train() throws -> TrainedModel {
    do {
      for epoch in 1...training.schedule.epochs {
        try run(epoch)
        let now = model
        if try stopping?.ends(after: epoch, { now() }) ?? false { break }
      }
    } catch is Cancelled where stopping?.keepsBest ?? false {
    }
    return stopping?.result ?? model()
  }

  /// Makes the model of the tables as they are.
  private var model: () -> TrainedModel {
    let (training, losses, notes, seconds) = (training, losses, stepSize.notes, seconds)
    return {
      var model = training.model
      model.losses = losses
      model.notes = notes
      model.secondsPerEpoch = seconds
      return model
    }
  }

  private mutating func run(_ number: Int) throws {
    let start = monotonicSeconds()
    let epoch = grid.epoch(number)
    let sampler = NegativeSampler(
      training.labels, itemGroups: epoch.itemGroups, groups: epoch.groups, weights: weights)
    for (copy, table) in zip(before, training.tables) { copy.copy(from: table) }
    var loss = try visit(epoch, number, sampler)
    while !(loss.mean <= SampledRun.bound) {
      try stepSize.halve(epoch: number)
      for (copy, table) in zip(before, training.tables) { table.copy(from: copy) }
      loss = try visit(epoch, number, sampler)
    }
    let point = LossPoint(epoch: number, ["mean": loss.mean])
    losses.append(point)
    seconds.append(monotonicSeconds() - start)
    execution.progress?(
      ProgressEvent(
        stage: "train", completed: number, total: training.schedule.epochs, unit: "epochs", note: point.description))
  }

  /// Takes the steps of all blocks of an epoch.
  private func visit(_ epoch: PairGrid.Epoch, _ number: Int, _ sampler: NegativeSampler) throws -> SampledLoss {
    let random = CounterRandom(seed: training.schedule.seed, purpose: 0x4E_45_47 << 32 &+ UInt64(number))
    let rate = stepSize.rate
    var parts = [SampledLoss](repeating: SampledLoss(), count: grid.groups * grid.groups)
    try unsafe parts.withUnsafeMutableBufferPointer { parts in
      // Safe: each block writes its own element, and `parts` outlives the threads.
      nonisolated(unsafe) let parts = unsafe parts
      try grid.visit(epoch, execution: execution) { places, group, block in
        var generator = SeededGenerator(seed: random.bits(at: UInt64(block)))
        let pairs = SampledBlock(
          grid: grid, epoch: epoch, number: number, places: places, itemGroup: group, sampler: sampler)
        unsafe parts[block] = training.visit(pairs, rate: rate, &generator)
      }
    }
    return SampledLoss(sum: parts.reduce(0) { $0 + $1.sum }, count: parts.reduce(0) { $0 + $1.count })
  }
}
