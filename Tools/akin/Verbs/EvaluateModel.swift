import Akin
import AkinSupport
import AkinTraining

/// The training of one model, as evaluation and tuning use it.
struct Trainer: Sendable {
  /// The training interactions of a model when only some are positives.
  enum TrainingSubset: Sendable { case positives, everything }

  /// The name on the command line.
  let name: String
  let subset: TrainingSubset
  /// The largest number of epochs; `nil` for a model without epochs.
  let epochs: Int?
  /// Trains the model. The measure, if any, is taken between epochs and stops the training early.
  let train: @Sendable (Interactions, Measure?, Execution) throws -> EvaluatedModel
  /// The fewest epochs after which settings of the model are in about the order of their full trainings.
  var leastEpochs = 1
  /// The half-life and what ages count; `nil` where nothing halves.
  var aging: (halfLife: Double, age: TimeDecay.Age)?
  /// What halves with age.
  var agingPart = TimeDecay.Part.values
  /// Whether a training of fewer epochs is the beginning of a cycle of more.
  var hasCycle = false
  /// Whether values may be below 0.
  var allowsNegativeValues = false
  /// Whether a value of 0 is a label.
  var learnsLabels = false
  /// The features of the command line.
  var features = FeatureOptions.Features()
  /// The item features that the model learns from, or `nil`.
  var itemFeatures: FeatureTable?
  /// The model without features.
  var withoutFeatures: (@Sendable () -> Trainer)?

  /// The quality of a model; larger is better.
  typealias Measure = @Sendable (EvaluatedModel) throws -> Double
}

/// A trained model, as evaluation uses it.
struct EvaluatedModel: Sendable {
  /// Vectors and biases, in the rows of the interactions.
  var embeddings: Embeddings
  /// The training loss after each epoch, where there is one.
  var losses: [Double] = []
  /// The number of epochs trained.
  var epochs = 0
  /// The predicted value of a score; `nil` when scores predict no values.
  var value: (@Sendable (Double) -> Double)?
  /// Whether users without training interactions have vectors too, from features.
  var hasVectorsOfAll = false
  /// Prepares the fold-in of unseen users; `nil` for a model without fold-in.
  var foldIn: (@Sendable (Execution) throws -> UserMaker)?

  /// The vector and bias of a user, from the row, items and values, and of ratings weights.
  typealias UserMaker =
    @Sendable (_ user: UInt32, _ items: [UInt32], _ values: [Float], _ weights: [Float]?) throws -> (
      vector: [Float], bias: Float
    )
}

extension Trainer {
  /// The model of a command line, with its options.
  init(_ arguments: Arguments, execution: Execution = Execution()) throws {
    let features = try FeatureOptions.read(arguments, execution: execution)
    let method = try ModelOptions.method(arguments, features: features)
    try method.check()
    try HalfLifeOptions.check(arguments, method)
    self.init(method)
    self.features = features
    aging = arguments[HalfLifeOptions.halfLife].map { ($0, arguments[HalfLifeOptions.age]) }
  }

  /// The trainer of a method; a measure stops methods with epochs early.
  init(_ method: any TrainingMethod) {
    self.init(name: method.model.name, subset: Trainer.subset(of: method), epochs: method.epochLimit) {
      interactions, measure, execution in
      let validation = measure.map { measure in
        Validation(epochs: method.epochLimit ?? 1) {
          try measure(EvaluatedModel($0.model, of: interactions, by: method))
        }
      }
      let model = try method.train(interactions, validation: validation, execution: execution)
      return EvaluatedModel(model, of: interactions, by: method)
    }
    leastEpochs = TuneSearch.leastEpochs(of: method)
    agingPart = HalfLifeOptions.part(of: method)
    hasCycle = (method as? MFOptions)?.optimiser == .adamw
    allowsNegativeValues = method.model.allowsNegativeValues
    learnsLabels = method.model.learnsLabels
    guard let options = method as? WALSOptions, let sides = options.sideFeatures else { return }
    itemFeatures = sides.items
    withoutFeatures = {
      var plain = options
      plain.sideFeatures = nil
      return Trainer(plain)
    }
  }

  /// Models of ratings learn from all values, and so do models of labels with a `positiveFrom`.
  private static func subset(of method: any TrainingMethod) -> TrainingSubset {
    switch method {
    case is MFOptions: .everything
    case let method as TwoTower:
      method.options.loss == .softmax && method.options.positiveFrom == nil ? .positives : .everything
    case let options as BPROptions: options.positiveFrom == nil ? .positives : .everything
    case let options as LogisticOptions: options.positiveFrom == nil ? .positives : .everything
    case let options as ContrastiveOptions: options.positiveFrom == nil ? .positives : .everything
    default: .positives
    }
  }
}

extension EvaluatedModel {
  /// A model, finished or between two epochs.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - interactions: The training interactions.
  ///   - method: The training method, which may hold user features.
  init(_ model: TrainedModel, of interactions: Interactions, by method: any TrainingMethod) {
    embeddings = Embeddings(items: model.items, itemIDs: interactions.itemIDs, metric: model.metric)
    embeddings.users = model.users
    embeddings.userIDs = interactions.userIDs
    embeddings.userBiases = model.userBiases
    embeddings.itemBiases = model.itemBiases
    embeddings.globalMean = model.globalMean
    // The last loss of each epoch: some models record one a half-step.
    let last = model.losses.indices.filter {
      $0 + 1 == model.losses.count || model.losses[$0].epoch != model.losses[$0 + 1].epoch
    }
    losses = last.map { model.losses[$0].total }
    epochs = model.losses.last?.epoch ?? 0
    hasVectorsOfAll = model.towers != nil
    if [.mf, .twoTower].contains(model.objective.model), model.objective.loss != .softmax {
      let objective = model.objective
      value = { objective.prediction(ofScore: $0) }
    }
    let userTable = (method as? WALSOptions)?.sideFeatures?.users
    foldIn = { execution in
      if let features = model.userFeatures, let table = userTable?.aligned(to: interactions.userIDs) {
        let fold = try SideFeatureFoldIn(
          .users, others: model.items,
          counts: (0..<interactions.byItem.rowCount).map { interactions.byItem.count(ofRow: $0) }, features: features,
          objective: model.objective, meanHistory: interactions.meanHistory, execution: execution)
        let match = fold.match(table)
        return { user, items, values, _ in
          let known = fold.features(of: Int(user), in: table, match)
          return (try fold.vector(features: known, others: items, values: values), 0)
        }
      }
      guard let fold = try model.foldIn(for: interactions, execution: execution) else {
        throw EvaluateError.noFoldIn(model: model.objective.model.name)
      }
      return { _, items, values, weights in
        let user = try fold.user(history: items, values: values, weights: weights)
        return (user.vector, user.bias)
      }
    }
  }
}
