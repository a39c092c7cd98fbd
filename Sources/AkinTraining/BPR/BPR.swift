import AkinSupport
import AkinVectors

/// Bayesian personalised ranking: vectors and item biases that rank a user's positive items above other items.
public enum BPR {
  /// Trains user and item vectors and item biases. ``BPROptions`` states the objective.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. A user without a positive item gets a
  /// zero vector, so item biases alone rank items for it.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Objective, dimension, epochs, step size and seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`.
  ///   - execution: Threads; progress in epochs, with the loss as a note; cancellation.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  /// - Complexity: O(positive pairs × dimensions) per epoch.
  public static func train(
    _ interactions: Interactions, options: BPROptions = BPROptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    try interactions.checkValues(for: .bpr)
    // Whatever weighs something is positive, however small it has become with age.
    let lowest = options.weighting == .value ? Double(Float.leastNonzeroMagnitude) : nil
    let labels = try Labels(interactions, positiveFrom: options.positiveFrom ?? lowest)
    let userCount = interactions.userIDs.count
    try OptionCheck.memory(
      rows: 2 * (userCount + labels.itemCount), stride: DoubleTable.stride(forWidth: options.dimensions + 1))
    try labels.checkComparable(among: labels.itemCount)
    let training = try BPRTraining(labels, userCount: userCount, options: options, execution: execution)
    return try SampledRun(training, validation: validation, execution: execution).train()
  }
}

/// The tables of a `bpr` training: a user's row is `[p, 1]`, an item's is `[q, b]`.
private struct BPRTraining: SampledTraining {
  let labels: Labels
  private let options: BPROptions
  private let users: DoubleTable
  private let items: DoubleTable
  /// The steps of each positive pair in the mean epoch; `nil` where each has one.
  private let turns: PairTurns?

  init(_ labels: Labels, userCount: Int, options: BPROptions, execution: Execution) throws {
    let d = options.dimensions
    self.labels = labels
    self.options = options
    turns = options.weighting == .value ? PairTurns(labels.positives.values, seed: options.seed) : nil
    users = DoubleTable(count: userCount, width: d + 1)
    items = DoubleTable(count: labels.itemCount, width: d + 1)
    let deviation = 0.1 / Double(d).squareRoot()
    try users.draw(deviation: deviation, columns: d, seed: options.seed, purpose: 0x42_50_55, execution: execution) {
      labels.positives.count(ofRow: $0) > 0
    }
    try items.draw(deviation: deviation, columns: d, seed: options.seed, purpose: 0x42_50_49, execution: execution) {
      _ in true
    }
    for user in 0..<userCount { users[user, d] = 1 }
  }

  var pairs: InteractionTable { labels.positives }

  var tables: [DoubleTable] { [users, items] }

  var schedule: SampledSchedule {
    SampledSchedule(
      epochs: options.epochs, learningRate: options.learningRate, popularity: options.popularity, seed: options.seed,
      gridPurpose: 0x42_50_52 << 32)
  }

  func visit(_ block: SampledBlock, rate: Double, _ generator: inout SeededGenerator) -> SampledLoss {
    let step = BPRStep(users: users, items: items, options: options, rate: rate)
    var loss = SampledLoss()
    for place in block.places {
      let user = Int(block.grid.users[Int(place)])
      for _ in 0..<(turns?.count(of: Int(place), in: block.number) ?? 1) {
        let other = block.sampler.other(
          user: user, group: block.itemGroup, itemGroups: block.epoch.itemGroups, explicitShare: options.explicitShare,
          &generator)
        guard let other else { continue }
        loss.add(step(user: user, positive: Int(block.grid.items[Int(place)]), other: Int(other)))
      }
    }
    return loss
  }

  var model: TrainedModel {
    let d = options.dimensions
    var model = TrainedModel(
      objective: objective, options: options.record, users: users.matrix(columns: d), items: items.matrix(columns: d))
    model.itemBiases = items.column(d)
    return model
  }

  private var objective: Objective {
    var objective = Objective(
      model: .bpr, weighting: options.weighting, alpha: turns?.factor ?? 1, lambdaUser: options.lambda,
      lambdaItem: options.lambda)
    objective.lambdaBias = options.biasLambda
    objective.loss = .ranking
    objective.biases = .item
    objective.decay = .touched
    objective.positiveFrom = labels.positiveFrom
    objective.negatives = labels.negatives.others.isEmpty ? 1 : 1 - options.explicitShare
    return objective
  }
}

/// One `bpr` step of a user with a positive item i and another item j:
///
///     g = σ(−z);   p += η (g (qᵢ − qⱼ) − λ p);   qᵢ += η (g p − λ qᵢ);   qⱼ += η (−g p − λ qⱼ);   biases likewise
struct BPRStep {
  let users: DoubleTable
  let items: DoubleTable
  let options: BPROptions
  let rate: Double
  private let loops = DenseLoops.active
  private let old: DoubleTable

  init(users: DoubleTable, items: DoubleTable, options: BPROptions, rate: Double) {
    self.users = users
    self.items = items
    self.options = options
    self.rate = rate
    old = DoubleTable(count: 1, width: users.width)
  }

  /// Takes the step.
  ///
  /// - Returns: −ln σ(z) before the step.
  func callAsFunction(user: Int, positive: Int, other: Int) -> Double {
    let stride = users.stride
    let d = options.dimensions
    let keep = max(0, 1 - rate * options.lambda)
    let keepBias = max(0, 1 - rate * options.biasLambda)
    // Safe: the rows are inside their tables, no other thread has them, and the two items differ.
    let p = unsafe users.row(user)
    let qi = unsafe items.row(positive)
    let qj = unsafe items.row(other)
    let z = unsafe loops.dot(p, qi, stride) - loops.dot(p, qj, stride)
    let step = rate / (1 + exp(z))
    let (bi, bj) = unsafe (qi[d], qj[d])
    unsafe old.base.update(from: p, count: stride)
    unsafe loops.add(p, keep, step, qi, stride)
    unsafe loops.add(p, 1, -step, qj, stride)
    unsafe p[d] = 1
    unsafe loops.add(qi, keep, step, old.base, stride)
    unsafe loops.add(qj, keep, -step, old.base, stride)
    unsafe qi[d] = keepBias * bi + step
    unsafe qj[d] = keepBias * bj - step
    return max(-z, 0) + log1p(exp(-z.magnitude))
  }
}
