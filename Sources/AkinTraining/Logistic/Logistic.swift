import AkinSupport
import AkinVectors

/// Logistic matrix factorisation of labels: positive, explicit negative and unknown.
public enum Logistic {
  /// Trains user and item vectors and biases. ``LogisticOptions`` states the objective.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. Users and items without a label get
  /// zero vectors and biases, unless an item is drawn as an unknown one.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Objective, dimension, epochs, step size and seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`.
  ///   - execution: Threads; progress in epochs, with the loss as a note; cancellation.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  /// - Complexity: O(pairs × (1 + negatives) × dimensions) per epoch.
  public static func train(
    _ interactions: Interactions, options: LogisticOptions = LogisticOptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    try interactions.checkValues(for: .logistic)
    let labels = try Labels(interactions, positiveFrom: options.positiveFrom)
    try OptionCheck.memory(
      rows: 2 * (interactions.userIDs.count + labels.itemCount),
      stride: DoubleTable.stride(forWidth: options.dimensions + 2))
    let training = try LogisticTraining(interactions, labels, options: options, execution: execution)
    return try SampledRun(training, validation: validation, execution: execution).train()
  }
}

/// The parameters of a `logistic` training.
private struct LogisticTraining: SampledTraining {
  let labels: Labels
  private let options: LogisticOptions
  private let parameters: MFParameters

  init(_ interactions: Interactions, _ labels: Labels, options: LogisticOptions, execution: Execution) throws {
    let d = options.dimensions
    self.labels = labels
    self.options = options
    parameters = MFParameters(users: interactions.userIDs.count, items: labels.itemCount, dimensions: d)
    let deviation = 0.1 / Double(d).squareRoot()
    try parameters.users.draw(
      deviation: deviation, columns: d, seed: options.seed, purpose: 0x4C_46_55, execution: execution
    ) { interactions.byUser.count(ofRow: $0) > 0 }
    try parameters.items.draw(
      deviation: deviation, columns: d, seed: options.seed, purpose: 0x4C_46_49, execution: execution
    ) { options.negatives > 0 || interactions.byItem.count(ofRow: $0) > 0 }
  }

  var pairs: InteractionTable { labels.known }

  var tables: [DoubleTable] { [parameters.users, parameters.items] }

  var schedule: SampledSchedule {
    SampledSchedule(
      epochs: options.epochs, learningRate: options.learningRate, popularity: options.popularity, seed: options.seed,
      gridPurpose: 0x4C_46_52 << 32)
  }

  func visit(_ block: SampledBlock, rate: Double, _ generator: inout SeededGenerator) -> SampledLoss {
    let step = LogisticStep(parameters: parameters, options: options, rate: rate)
    var loss = SampledLoss()
    for place in block.places {
      let user = Int(block.grid.users[Int(place)])
      let isPositive = Double(labels.known.values[Int(place)]) >= labels.positiveFrom
      loss.add(step(user: user, item: Int(block.grid.items[Int(place)]), label: isPositive ? 1 : 0))
      if !isPositive { continue }
      for _ in 0..<options.negatives {
        guard let other = block.sampler.draw(user: user, group: block.itemGroup, &generator) else { continue }
        loss.add(step(user: user, item: Int(other), label: 0))
      }
    }
    return loss
  }

  var model: TrainedModel {
    let d = options.dimensions
    var model = TrainedModel(
      objective: objective, options: options.record, users: parameters.users.matrix(columns: d),
      items: parameters.items.matrix(columns: d))
    model.userBiases = parameters.users.column(parameters.userBias)
    model.itemBiases = parameters.items.column(parameters.itemBias)
    return model
  }

  private var objective: Objective {
    var objective = Objective(
      model: .logistic, weighting: .label, lambdaUser: options.lambda, lambdaItem: options.lambda)
    objective.lambdaBias = options.biasLambda
    objective.loss = .logistic
    objective.biases = [.user, .item]
    objective.decay = .touched
    objective.positiveFrom = labels.positiveFrom
    objective.negatives = Double(options.negatives)
    objective.isObservedOnly = options.negatives == 0
    return objective
  }
}

/// One `logistic` step of a user and an item with label y, `slope = σ(s) − y`:
///
///     p ← p − η (slope · q + λ p);   q ← q − η (slope · p_old + λ q);   biases likewise
struct LogisticStep {
  let parameters: MFParameters
  let options: LogisticOptions
  let rate: Double
  private let loops = DenseLoops.active

  init(parameters: MFParameters, options: LogisticOptions, rate: Double) {
    self.parameters = parameters
    self.options = options
    self.rate = rate
  }

  /// Takes the step.
  ///
  /// - Returns: The loss of the pair before the step.
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
