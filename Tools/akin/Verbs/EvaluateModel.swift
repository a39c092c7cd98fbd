import Akin
import AkinSupport
import AkinTraining

/// How one model is trained, as evaluation and tuning see it: the one place where they learn of a model.
struct Trainer: Sendable {
  /// What a model learns from when only some pairs are positives.
  enum TrainingSubset: Sendable { case positives, everything }

  /// Its name on the command line.
  let name: String
  let subset: TrainingSubset
  /// How many epochs it is trained for at most; `nil` when it has none that an option could limit.
  let epochs: Int?
  /// Trains it. A measure, where there is one, looks at the model between epochs and stops it early.
  let train: @Sendable (Interactions, Measure?, Execution) throws -> EvaluatedModel
  /// The features of items that it learns from, or `nil`.
  var itemFeatures: FeatureTable?
  /// The same model without any features.
  var withoutFeatures: (@Sendable () -> Trainer)?

  /// How good a model is; larger is better.
  typealias Measure = @Sendable (EvaluatedModel) throws -> Double
}

/// A trained model, as evaluation sees it.
struct EvaluatedModel: Sendable {
  /// Vectors and biases, in the rows of the interactions.
  var embeddings: Embeddings
  /// The training loss after each epoch, where there is one.
  var losses: [Double] = []
  /// How many epochs went into it.
  var epochs = 0
  /// From a score to the value that it predicts; `nil` when scores predict no values.
  var value: (@Sendable (Double) -> Double)?
  /// Whether its vectors are good for users without training pairs too: they come from features.
  var hasVectorsOfAll = false
  /// Prepares to make vectors of users whom training has not seen; `nil` when the model cannot.
  var foldIn: (@Sendable (Execution) throws -> UserMaker)?

  /// The vector and the bias of a user, by row, with some items and values.
  typealias UserMaker =
    @Sendable (_ user: UInt32, _ items: [UInt32], _ values: [Float]) throws -> (vector: [Float], bias: Float)
}

extension Trainer {
  /// The model that a command line asks for, with its options.
  init(_ arguments: Arguments) throws {
    let method = try ModelOptions.method(arguments)
    try method.check()
    self.init(method)
  }

  /// A model, which a measure stops early when it is trained in epochs.
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
    guard let options = method as? WALSOptions, let sides = options.sideFeatures else { return }
    itemFeatures = sides.items
    withoutFeatures = {
      var plain = options
      plain.sideFeatures = nil
      return Trainer(plain)
    }
  }

  /// Ratings are learned from all of them, and so are labels when the options say which values are positive ones.
  private static func subset(of method: any TrainingMethod) -> TrainingSubset {
    switch method {
    case is MFOptions, is TwoTower: .everything
    case let options as BPROptions: options.positiveFrom == nil ? .positives : .everything
    case let options as LogisticOptions: options.positiveFrom == nil ? .positives : .everything
    default: .positives
    }
  }
}

extension EvaluatedModel {
  /// A model, finished or between two epochs.
  ///
  /// - Parameter method: What trained it: it may know more of users than their interactions.
  init(_ model: TrainedModel, of interactions: Interactions, by method: any TrainingMethod) {
    embeddings = Embeddings(items: model.items, itemIDs: interactions.itemIDs, metric: model.metric)
    embeddings.users = model.users
    embeddings.userIDs = interactions.userIDs
    embeddings.userBiases = model.userBiases
    embeddings.itemBiases = model.itemBiases
    embeddings.globalMean = model.globalMean
    // One loss an epoch, the last: some models have one a half-step.
    let last = model.losses.indices.filter {
      $0 + 1 == model.losses.count || model.losses[$0].epoch != model.losses[$0 + 1].epoch
    }
    losses = last.map { model.losses[$0].total }
    epochs = model.losses.last?.epoch ?? 0
    hasVectorsOfAll = model.towers != nil
    if [.mf, .twoTower].contains(model.objective.model) {
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
        return { user, items, values in
          let known = fold.features(of: Int(user), in: table, match)
          return (try fold.vector(features: known, others: items, values: values), 0)
        }
      }
      guard let fold = try model.foldIn(for: interactions, execution: execution) else {
        throw EvaluateError.noFoldIn(model: model.objective.model.name)
      }
      return { _, items, values in
        let user = try fold.user(history: items, values: values)
        return (user.vector, user.bias)
      }
    }
  }
}
