import AkinSupport
import AkinVectors

/// Logistic matrix factorisation of labels: positive, explicit negative and unknown.
public enum Logistic {
  /// Trains. See ``LogisticOptions`` for what is minimised.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. Users and items without a label get
  /// zero vectors and biases, unless an item is drawn as an unknown one.
  ///
  /// - Parameter validation: Measures the model between epochs and stops early, or `nil`.
  /// - Throws: ``TrainingError``, ``Cancelled``, or what the measure throws.
  /// - Complexity: O(pairs × (1 + negatives) × dimensions) for an epoch.
  public static func train(
    _ interactions: Interactions, options: LogisticOptions = LogisticOptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    let labels = try Labels(interactions, positiveFrom: options.positiveFrom)
    let d = options.dimensions
    try OptionCheck.memory(
      rows: 2 * (interactions.userIDs.count + labels.itemCount), stride: DoubleTable.stride(forWidth: d + 2))
    let start = MFParameters(users: interactions.userIDs.count, items: labels.itemCount, dimensions: d)
    let deviation = 0.1 / Double(d).squareRoot()
    try start.users.draw(
      deviation: deviation, columns: d, seed: options.seed, purpose: 0x4C_46_55, execution: execution
    ) { interactions.byUser.count(ofRow: $0) > 0 }
    try start.items.draw(
      deviation: deviation, columns: d, seed: options.seed, purpose: 0x4C_46_49, execution: execution
    ) { options.negatives > 0 || interactions.byItem.count(ofRow: $0) > 0 }

    let grid = try PairGrid(labels.known, itemCount: labels.itemCount, seed: options.seed, purpose: 0x4C_46_52 << 32)
    let weights = NegativeSampler.weights(labels, popularity: options.popularity)
    let run = SampledRun(
      grid: grid, tables: [start.users, start.items], epochs: options.epochs, seed: options.seed, execution: execution)
    var objective = Objective(
      model: .logistic, weighting: .label, lambdaUser: options.lambda, lambdaItem: options.lambda)
    objective.lambdaBias = options.biasLambda
    objective.loss = .logistic
    objective.biases = [.user, .item]
    objective.decay = .touched
    objective.positiveFrom = labels.positiveFrom
    objective.negatives = Double(options.negatives)
    objective.isObservedOnly = options.negatives == 0
    return try run.run(learningRate: options.learningRate, validation: validation) { epoch in
      NegativeSampler(labels, itemGroups: epoch.itemGroups, groups: epoch.groups, weights: weights)
    } visit: { places, group, sampler, _, generator, rate in
      let step = Step(parameters: start, options: options, rate: rate)
      var sum = SampledRun.Sum()
      for place in places {
        let user = Int(grid.users[Int(place)])
        let isPositive = Double(labels.known.values[Int(place)]) >= labels.positiveFrom
        sum.loss += step(user: user, item: Int(grid.items[Int(place)]), label: isPositive ? 1 : 0)
        sum.count += 1
        if !isPositive { continue }
        for _ in 0..<options.negatives {
          guard let other = sampler.draw(user: user, group: group, &generator) else { continue }
          sum.loss += step(user: user, item: Int(other), label: 0)
          sum.count += 1
        }
      }
      return sum
    } model: { sofar in
      var model = TrainedModel(
        objective: objective, options: options.record, users: start.users.matrix(columns: d),
        items: start.items.matrix(columns: d))
      model.userBiases = start.users.column(start.userBias)
      model.itemBiases = start.items.column(start.itemBias)
      model.losses = sofar.losses
      model.notes = sofar.notes
      model.secondsPerEpoch = sofar.seconds
      return model
    }
  }

  /// One step, with `slope = σ(s) − y`:
  ///
  ///     p ← p − η (slope · q + λ p);   q ← q − η (slope · p_old + λ q);   biases likewise
  struct Step {
    let parameters: MFParameters
    let options: LogisticOptions
    let rate: Double
    private let loops = DenseLoops.active

    init(parameters: MFParameters, options: LogisticOptions, rate: Double) {
      self.parameters = parameters
      self.options = options
      self.rate = rate
    }

    /// Takes the step, and gives the loss of the pair before it.
    func callAsFunction(user: Int, item: Int, label: Double) -> Double {
      let stride = parameters.users.stride
      let keep = max(0, 1 - rate * options.lambda)
      let keepBias = max(0, 1 - rate * options.biasLambda)
      // Safe: both rows are inside their tables, and no other thread has them.
      let p = unsafe parameters.users.row(user)
      let q = unsafe parameters.items.row(item)
      let score = unsafe loops.dot(p, q, stride)
      let step = rate * (PointLoss.sigmoid(score) - label)
      let b = unsafe (user: p[parameters.userBias], item: q[parameters.itemBias])
      unsafe loops.step(p, q, keep, keep, step, stride)
      unsafe p[parameters.userBias] = keepBias * b.user - step
      unsafe q[parameters.itemBias] = keepBias * b.item - step
      unsafe p[parameters.itemBias] = 1
      unsafe q[parameters.userBias] = 1
      return max(score, 0) - label * score + log1p(exp(-score.magnitude))
    }
  }
}
