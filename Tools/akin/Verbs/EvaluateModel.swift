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
  /// How many epochs it is trained for at most.
  let epochs: Int
  /// Trains it. A measure, where there is one, looks at the model between epochs and stops it early.
  let train: @Sendable (Interactions, Measure?, Execution) throws -> TrainedModel

  /// How good a model is; larger is better.
  typealias Measure = @Sendable (TrainedModel) throws -> Double
}

/// A trained model, as evaluation sees it.
struct TrainedModel: Sendable {
  /// Vectors and biases, in the rows of the interactions.
  var embeddings: Embeddings
  /// The training loss after each epoch, where there is one.
  var losses: [Double] = []
  /// How many epochs went into it.
  var epochs = 0
  /// From a score to the value that it predicts; `nil` when scores predict no values.
  var value: (@Sendable (Double) -> Double)?
  /// Prepares to make vectors of users whom training has not seen; `nil` when the model cannot.
  var foldIn: (@Sendable (Execution) throws -> UserMaker)?

  /// The vector and the bias of a user with some items and values.
  typealias UserMaker = @Sendable (_ items: [UInt32], _ values: [Float]) throws -> (vector: [Float], bias: Float)
}

extension Trainer {
  /// The model that a command line asks for, with its options.
  init(_ arguments: Arguments) throws {
    switch arguments[TrainVerb.model] {
    case .wals:
      let options = TrainVerb.options(arguments)
      try options.check()
      self = .wals(options)
    }
  }

  /// Weighted alternating least squares.
  static func wals(_ options: WALSOptions) -> Trainer {
    Trainer(name: "wals", food: .positives, epochs: options.epochs) { interactions, measure, execution in
      let meanHistory = Double(interactions.count) / Double(max(interactions.byUser.activeRows, 1))
      @Sendable func trained(users: EmbeddingMatrix, items: EmbeddingMatrix) -> TrainedModel {
        var embeddings = Embeddings(items: items, itemIDs: interactions.itemIDs)
        embeddings.users = users
        embeddings.userIDs = interactions.userIDs
        return TrainedModel(embeddings: embeddings) { execution in
          let fold = try FoldIn(
            items: items, objective: options.objective, meanHistory: meanHistory, execution: execution)
          return { (try fold.user(history: $0, values: $1), 0) }
        }
      }
      let validation = measure.map { measure in
        Validation { state in try measure(trained(users: state.users, items: state.items)) }
      }
      let model = try WALS.train(interactions, options: options, validation: validation, execution: execution)
      var result = trained(users: model.users, items: model.items)
      result.epochs = model.options.epochs
      result.losses = model.losses.filter { $0.side == "items" }.map(\.total)
      return result
    }
  }
}

extension TrainedModel {
  init(embeddings: Embeddings, foldIn: @escaping @Sendable (Execution) throws -> UserMaker) {
    self.embeddings = embeddings
    self.foldIn = foldIn
  }
}
