import Akin
import AkinSupport
import AkinTraining

/// How one model is trained, as evaluation and tuning see it: the one place where they learn of a model.
struct Trainer: Sendable {
  /// What a model learns from when only some pairs are positives.
  enum Food: Sendable { case positives, everything }

  /// Its name on the command line.
  let name: String
  let food: Food
  /// How many epochs it is trained for at most; `nil` when it has none that an option could limit.
  let epochs: Int?
  /// Trains it. A measure, where there is one, looks at the model between epochs and stops it early, if the model can be
  /// looked at.
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
    if let options = method as? WALSOptions { self = .wals(options) } else { self = .whole(method) }
  }

  /// A model that is trained for as long as its options say.
  static func whole(_ method: any TrainingMethod) -> Trainer {
    Trainer(name: method.model.name, food: food(of: method), epochs: epochs(of: method)) { interactions, _, execution in
      EvaluatedModel(try method.train(interactions, execution: execution), of: interactions)
    }
  }

  /// Ratings are learned from all of them, and so are labels when the options say which values are positive ones.
  private static func food(of method: any TrainingMethod) -> Food {
    switch method {
    case is MFOptions, is TwoTower: .everything
    case let options as BPROptions: options.positiveFrom == nil ? .positives : .everything
    case let options as LogisticOptions: options.positiveFrom == nil ? .positives : .everything
    default: .positives
    }
  }

  private static func epochs(of method: any TrainingMethod) -> Int? {
    switch method {
    case let options as MFOptions: options.resolved.epochs
    case let options as BPROptions: options.epochs
    case let options as LogisticOptions: options.epochs
    case let towers as TwoTower: towers.options.epochs
    default: nil
    }
  }

  /// Weighted alternating least squares, which can be looked at between epochs.
  static func wals(_ options: WALSOptions) -> Trainer {
    var trainer = Trainer(name: "wals", food: .positives, epochs: options.epochs) { interactions, measure, execution in
      let validation = measure.map { measure in
        Validation { state in try measure(.wals(state, of: interactions, options: options)) }
      }
      let model = try WALS.train(interactions, options: options, validation: validation, execution: execution)
      let state = TrainingState(
        epoch: model.options.epochs, users: model.users, items: model.items, userFeatures: model.userFeatures,
        itemFeatures: model.itemFeatures)
      var result = EvaluatedModel.wals(state, of: interactions, options: options)
      result.epochs = state.epoch
      result.losses = model.losses.filter { $0.side == "items" }.map(\.total)
      return result
    }
    trainer.itemFeatures = options.sides?.items
    trainer.withoutFeatures = {
      var plain = options
      plain.sides = nil
      return .wals(plain)
    }
    return trainer
  }
}

extension EvaluatedModel {
  /// A model of any kind.
  init(_ model: TrainedModel, of interactions: Interactions) {
    embeddings = model.embeddings(for: interactions)
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
    foldIn = { execution in
      guard let fold = try model.foldIn(for: interactions, execution: execution) else {
        throw EvaluateError.noFoldIn(model: model.objective.model.name)
      }
      return { _, items, values in
        let user = try fold.user(history: items, values: values)
        return (user.vector, user.bias)
      }
    }
  }

  /// Vectors of weighted alternating least squares, finished or between two epochs.
  static func wals(_ state: TrainingState, of interactions: Interactions, options: WALSOptions) -> EvaluatedModel {
    let items = state.items
    var embeddings = Embeddings(items: items, itemIDs: interactions.itemIDs)
    embeddings.users = state.users
    embeddings.userIDs = interactions.userIDs
    var model = EvaluatedModel(embeddings: embeddings)
    model.foldIn = { execution in
      guard let sides = options.sides else {
        let fold = try FoldIn(
          items: items, objective: options.objective, meanHistory: interactions.meanHistory, execution: execution)
        return { (try fold.user(history: $1, values: $2), 0) }
      }
      let fold = try SideFoldIn(
        .users, others: items, counts: (0..<items.count).map { interactions.byItem.count(ofRow: $0) },
        features: state.userFeatures, objective: options.objective, meanHistory: interactions.meanHistory,
        execution: execution)
      let table = sides.users?.aligned(to: interactions.userIDs)
      let match = table.map(fold.match)
      return { user, items, values in
        var features: [(feature: Int, value: Float)] = []
        if let table, let match { features = fold.features(of: Int(user), in: table, match) }
        return (try fold.vector(features: features, others: items, values: values), 0)
      }
    }
    return model
  }

  private init(embeddings: Embeddings) { self.embeddings = embeddings }
}
