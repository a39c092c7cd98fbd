import AkinSupport
import AkinVectors

extension TwoTower {
  /// Trains both towers and makes a vector of every user and item of the interactions, also of those without a pair.
  ///
  /// The same interactions, features, options and seed give the same bits at any thread count: one thread works on each
  /// tower, and the softmax on four groups of users. An epoch with a number that is not finite is undone and run again with half
  /// the step size, and the model's notes record it.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions, with ratings as values unless the loss is the softmax.
  ///   - validation: Measures the model between epochs and stops early, or `nil`. The model is that of the best epoch.
  ///   - execution: Threads, of which two are used, in the softmax four; progress in epochs, with the loss as a note; cancellation.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  /// - Complexity: O(pairs × weights) time per epoch, of the softmax O(pairs × (1 + negatives / batch) × (weights + batch ×
  ///   dimensions)); O(weights + pairs + features) memory, of the softmax O((batch + negatives) × (features + outputs of all layers +
  ///   dimensions + 64)) more. Hard negatives are four times the negatives in both.
  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    let data = try TwoTowerData(interactions, self)
    let sides = [(data.users, data.capacity.users), (data.items, data.capacity.items)].map {
      TowerTrainer($0, options: options, capacity: $1)
    }
    var run = TwoTowerRun(data: data, options: options, sides: sides, execution: execution)
    var stopping = try EarlyStopping(validation, epochs: options.epochs)
    do {
      for epoch in 1...options.epochs {
        try run.train(epoch)
        if try stopping?.ends(after: epoch, { try model(run) }) ?? false { break }
      }
    } catch is Cancelled where stopping?.keepsBest ?? false {
    }
    return try stopping?.result ?? model(run)
  }

  /// The model of the towers as they are.
  private func model(_ run: TwoTowerRun) throws -> TrainedModel {
    var model = TrainedModel(
      objective: run.data.objective, options: options.record,
      users: try run.sides[0].vectors(execution: run.execution),
      items: try run.sides[1].vectors(execution: run.execution))
    model.metric = .cosine
    model.towers = Towers(
      users: run.sides[0].network.tower(names: userFeatures.names),
      items: run.sides[1].network.tower(names: itemFeatures.names))
    model.losses = run.losses
    model.notes = run.data.notes + run.notes
    model.secondsPerEpoch = run.seconds
    return model
  }
}

/// The state of one training of two towers.
struct TwoTowerRun {
  let data: TwoTowerData
  let options: TwoTowerOptions
  /// The tower of users and the tower of items.
  let sides: [TowerTrainer]
  let execution: Execution
  var losses: [LossPoint] = []
  var seconds: [Double] = []
  var notes: [String] { stepSize.notes }
  /// The steps of a sampled softmax; `nil` for the squared error.
  private var softmax: SoftmaxRun?
  private var stepSize: StepSize
  private var adam = AdamClock()

  init(data: TwoTowerData, options: TwoTowerOptions, sides: [TowerTrainer], execution: Execution) {
    self.data = data
    self.options = options
    self.sides = sides
    self.execution = execution
    softmax = data.softmax.map { SoftmaxRun(data, $0, options: options, execution: execution) }
    stepSize = StepSize(options.learningRate)
  }

  /// Runs an epoch; again with half the step size while it diverges.
  ///
  /// - Throws: ``TrainingError/diverged(epoch:learningRate:halvings:)`` or `Cancelled`.
  mutating func train(_ epoch: Int) throws {
    let start = monotonicSeconds()
    let random = CounterRandom(seed: options.seed, purpose: 0x54_54_4F)
    let order = random.order(count: data.pairs.users.count, epoch: epoch)
    let before = (sides.map(\.snapshot), adam)
    var sum = try visit(order, epoch)
    while sum == nil {
      try stepSize.halve(epoch: epoch)
      for (side, snapshot) in zip(sides, before.0) { side.restore(snapshot) }
      adam = before.1
      sum = try visit(order, epoch)
    }
    let loss = LossPoint(epoch: epoch, [softmax == nil ? "observed" : "mean": (sum ?? 0) / Double(order.count)])
    losses.append(loss)
    seconds.append(monotonicSeconds() - start)
    execution.progress?(
      ProgressEvent(
        stage: "train", completed: epoch, total: options.epochs, unit: "epochs", note: loss.description))
  }

  /// Takes one step per batch.
  ///
  /// - Returns: The sum of losses, each before its step; `nil` if a number is not finite.
  private mutating func visit(_ order: [UInt32], _ epoch: Int) throws -> Double? {
    if softmax != nil {
      let random = CounterRandom(seed: options.seed, purpose: 0x54_54_44)
      var generator = SeededGenerator(seed: random.bits(at: UInt64(epoch)))
      return try softmax?.visit(order, sides, &adam, rate: stepSize.rate, &generator)
    }
    let (data, sides) = (data, sides)
    var sum = 0.0
    var start = 0
    while true {
      let isOver = start == order.count
      // The result of the last step is checked too: no smaller step of the next epoch could repair it.
      let places = isOver ? order.prefix(options.batch) : order[start..<min(start + options.batch, order.count)]
      let step = start > 0 ? adam.next(rate: stepSize.rate) : nil
      // The step of the last batch and the forward pass of this one are one task per tower, so that threads wait for
      // each other once per batch.
      try execution.forEachChunk(of: 2, by: 1) { _, range in
        let side = sides[range.lowerBound]
        if let step { side.step(step) }
        side.forward(places, of: range.lowerBound == 0 ? data.pairs.users : data.pairs.items)
      }
      guard sides[0].isFinite, sides[1].isFinite else { return nil }
      if isOver { return sum }
      sum += TowerTrainer.compare(sides[0], sides[1], targets: places.map { data.targets[Int($0)] })
      start += places.count
    }
  }
}

/// The bias corrections of Adam (Kingma and Ba 2015) with β 0.9 and 0.999.
struct AdamClock {
  private var first = 1.0
  private var second = 1.0
  private static let beta = (first: 0.9, second: 0.999)

  /// The parameters of the next step.
  mutating func next(rate: Double) -> TowerTrainer.Adam {
    first *= AdamClock.beta.first
    second *= AdamClock.beta.second
    return TowerTrainer.Adam(
      beta1: AdamClock.beta.first, beta2: AdamClock.beta.second,
      rate: rate * (1 - second).squareRoot() / (1 - first), epsilon: 1e-7)
  }
}
