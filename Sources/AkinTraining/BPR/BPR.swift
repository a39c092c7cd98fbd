import AkinSupport
import AkinVectors

/// Bayesian personalised ranking: vectors and item biases that put what a user has chosen above what not.
public enum BPR {
  /// Trains. See ``BPROptions`` for what is minimised.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. A user without a positive item gets a
  /// zero vector: its ranking is that of the item biases.
  ///
  /// - Parameter validation: Measures the model between epochs and stops early, or `nil`.
  /// - Throws: ``TrainingError``, ``Cancelled``, or what the measure throws.
  /// - Complexity: O(positives × dimensions) for an epoch.
  public static func train(
    _ interactions: Interactions, options: BPROptions = BPROptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    let labels = try Labels(interactions, positiveFrom: options.positiveFrom)
    let d = options.dimensions
    try OptionCheck.memory(
      rows: 2 * (interactions.userIDs.count + labels.itemCount), stride: DoubleTable.stride(forWidth: d + 1))
    guard
      (0..<labels.positives.rowCount).contains(where: { user in
        (1..<max(labels.itemCount, 1)).contains(labels.positives.count(ofRow: user))
      })
    else { throw TrainingError.nothingToCompare }
    // A user's row is [p, 1], an item's [q, b].
    let users = DoubleTable(count: interactions.userIDs.count, width: d + 1)
    let items = DoubleTable(count: labels.itemCount, width: d + 1)
    let deviation = 0.1 / Double(d).squareRoot()
    try users.draw(deviation: deviation, columns: d, seed: options.seed, purpose: 0x42_50_55, execution: execution) {
      labels.positives.count(ofRow: $0) > 0
    }
    try items.draw(deviation: deviation, columns: d, seed: options.seed, purpose: 0x42_50_49, execution: execution) {
      _ in
      true
    }
    for user in 0..<users.count { users[user, d] = 1 }

    let grid = try PairGrid(
      labels.positives, itemCount: labels.itemCount, seed: options.seed, purpose: 0x42_50_52 << 32)
    let share = options.explicitShare
    let weights = NegativeSampler.weights(labels, popularity: options.popularity)
    let run = SampledRun(
      grid: grid, tables: [users, items], epochs: options.epochs, seed: options.seed, execution: execution)
    var objective = Objective(
      model: .bpr, weighting: .label, lambdaUser: options.lambda, lambdaItem: options.lambda)
    objective.lambdaBias = options.biasLambda
    objective.loss = .ranking
    objective.biases = .item
    objective.decay = .touched
    objective.positiveFrom = labels.positiveFrom
    objective.negatives = labels.negatives.others.isEmpty ? 1 : 1 - options.explicitShare
    return try run.run(learningRate: options.learningRate, validation: validation) { epoch in
      NegativeSampler(labels, itemGroups: epoch.itemGroups, groups: epoch.groups, weights: weights)
    } visit: { places, group, sampler, epoch, generator, rate in
      let step = Step(users: users, items: items, options: options, rate: rate)
      var sum = SampledRun.Sum()
      for place in places {
        let user = Int(grid.users[Int(place)])
        let other = sampler.other(
          user: user, group: group, itemGroups: epoch.itemGroups, explicitShare: share, &generator)
        guard let other else { continue }
        sum.loss += step(user: user, positive: Int(grid.items[Int(place)]), other: Int(other))
        sum.count += 1
      }
      return sum
    } model: { sofar in
      var model = TrainedModel(
        objective: objective, options: options.record, users: users.matrix(columns: d), items: items.matrix(columns: d))
      model.itemBiases = items.column(d)
      model.losses = sofar.losses
      model.notes = sofar.notes
      model.secondsPerEpoch = sofar.seconds
      return model
    }
  }

  /// One step:
  ///
  ///     g = σ(−z);   p += η (g (qᵢ − qⱼ) − λ p);   qᵢ += η (g p − λ qᵢ);   qⱼ += η (−g p − λ qⱼ);   biases likewise
  struct Step {
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

    /// Takes the step, and gives −ln σ(z) before it.
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
}
