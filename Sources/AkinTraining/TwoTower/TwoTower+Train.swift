import AkinSupport
import AkinVectors

extension TwoTower {
  /// Trains both towers, and gives every user and item of the interactions a vector, also those without a pair.
  ///
  /// The same interactions, features, options and seed give the same bits at any thread count: each tower is one thread's
  /// work. An epoch after which a number is not finite is taken back and run again with half the step size; the model's
  /// notes say so.
  ///
  /// - Parameter validation: Measures the model between epochs and stops early, or `nil`. The model is then that of the
  ///   best epoch.
  /// - Throws: ``TrainingError``, ``Cancelled``, or what the measure throws.
  /// - Complexity: O(pairs × weights) for an epoch, O(weights + pairs + features) memory.
  public func train(
    _ interactions: Interactions, validation: Validation?, execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    try validation?.check()
    let data = try TwoTowerData(interactions, self)
    let sides = [data.users, data.items].map { TowerTrainer($0, options: options) }
    var run = TwoTowerRun(data: data, options: options, sides: sides, execution: execution)
    var stopping = validation.map { EarlyStopping($0, epochs: options.epochs) }
    var best: [TowerTrainer.Snapshot] = []
    for epoch in 1...options.epochs {
      do {
        try run.train(epoch)
        guard stopping?.isDue(epoch: epoch) ?? false else { continue }
        let state = TrainingState(
          epoch: epoch, users: try sides[0].vectors(execution: execution),
          items: try sides[1].vectors(execution: execution))
        let isEnough = try stopping?.look(at: state) ?? false
        if stopping?.best?.epoch == epoch { best = sides.map(\.snapshot) }
        if isEnough { break }
      } catch is Cancelled where !best.isEmpty && validation?.keepsBestWhenCancelled ?? false {
        break
      }
    }
    for (side, snapshot) in zip(sides, best) { side.restore(snapshot) }
    var used = options
    if let epoch = stopping?.best?.epoch { used.epochs = epoch }
    // What is left is short; a cancelled run that is to keep its best must not be cancelled again.
    let last = best.isEmpty ? execution : Execution(threads: execution.threads)
    var model = TrainedModel(
      objective: data.objective, options: used.record, users: try sides[0].vectors(execution: last),
      items: try sides[1].vectors(execution: last))
    model.metric = .cosine
    model.towers = Towers(
      users: sides[0].network.tower(names: userFeatures.names),
      items: sides[1].network.tower(names: itemFeatures.names))
    model.losses = Array(run.losses.prefix(used.epochs))
    model.notes = data.notes + run.notes
    model.secondsPerEpoch = run.seconds
    return model
  }
}

/// A training of two towers under way.
struct TwoTowerRun {
  let data: TwoTowerData
  let options: TwoTowerOptions
  /// The users' tower and the items'.
  let sides: [TowerTrainer]
  let execution: Execution
  var losses: [LossPoint] = []
  var seconds: [Double] = []
  var notes: [String] { stepSize.notes }
  private var stepSize: StepSize
  private var adam = AdamClock()

  init(data: TwoTowerData, options: TwoTowerOptions, sides: [TowerTrainer], execution: Execution) {
    self.data = data
    self.options = options
    self.sides = sides
    self.execution = execution
    stepSize = StepSize(options.learningRate)
  }

  /// Runs an epoch, as often as it takes.
  mutating func train(_ epoch: Int) throws {
    let start = monotonicSeconds()
    let order = order(of: epoch)
    let before = (sides.map(\.snapshot), adam)
    var sum = try visit(order)
    while sum == nil {
      try stepSize.halve(epoch: epoch)
      for (side, snapshot) in zip(sides, before.0) { side.restore(snapshot) }
      adam = before.1
      sum = try visit(order)
    }
    let loss = LossPoint(epoch: epoch, ["observed": (sum ?? 0) / Double(order.count)])
    losses.append(loss)
    seconds.append(monotonicSeconds() - start)
    execution.progress?(
      ProgressEvent(
        stage: "train", completed: epoch, total: options.epochs, unit: "epochs", note: loss.description))
  }

  /// The places of all pairs in an order that the seed and the epoch determine (Fisher and Yates).
  private func order(of epoch: Int) -> [UInt32] {
    var order = (0..<UInt32(data.targets.count)).map { $0 }
    let random = CounterRandom(seed: options.seed, purpose: 0x54_54_4F)
    var generator = SeededGenerator(seed: random.bits(at: UInt64(epoch)))
    for length in stride(from: order.count, to: 1, by: -1) {
      order.swapAt(length - 1, Int(generator.next() % UInt64(length)))
    }
    return order
  }

  /// A step for each batch.
  ///
  /// - Returns: The sum of squared errors, each before its step; `nil` when something was not finite.
  private mutating func visit(_ order: [UInt32]) throws -> Double? {
    let (data, sides) = (data, sides)
    var sum = 0.0
    var start = 0
    while true {
      let places = order[start..<min(start + options.batch, order.count)]
      let step = start > 0 ? adam.next(rate: stepSize.rate) : nil
      // The step of the batch before and the way forward of this one are one piece of work for each tower: threads
      // meet once a batch.
      try execution.forEachChunk(of: 2, by: 1) { _, range in
        let side = sides[range.lowerBound]
        if let step { side.step(step) }
        side.forward(places, of: range.lowerBound == 0 ? data.pairs.users : data.pairs.items)
      }
      guard sides[0].isFinite, sides[1].isFinite else { return nil }
      if places.isEmpty { return sum }
      sum += TowerTrainer.compare(sides[0], sides[1], targets: places.map { data.targets[Int($0)] })
      start += places.count
    }
  }
}

/// Adam's count of steps.
struct AdamClock {
  private var first = 1.0
  private var second = 1.0
  private static let beta = (first: 0.9, second: 0.999)

  /// The numbers of the next step.
  mutating func next(rate: Double) -> TowerTrainer.Adam {
    first *= AdamClock.beta.first
    second *= AdamClock.beta.second
    return TowerTrainer.Adam(
      beta1: AdamClock.beta.first, beta2: AdamClock.beta.second,
      rate: rate * (1 - second).squareRoot() / (1 - first), epsilon: 1e-7)
  }
}
