import AkinSupport
import AkinVectors

/// Vectors and biases for users whom training has not seen, whichever model it was: the items stay as they are, and the user
/// becomes what training would have made of the same interactions.
///
/// | model | the user |
/// | --- | --- |
/// | `wals` | the next half-step's row: see ``FoldIn`` |
/// | `mf` | the row of J with the items fixed, as the optimiser `als` solves it; other losses by Gauss–Newton steps |
/// | `bpr`, `logistic` | the same for their losses, against other items that are drawn as in training |
/// | `svd` | the projection of the zero-filled row on the items: a user of the training gets the very same vector |
/// | `popular` | as everybody |
/// | `random` | a direction drawn from the seed and the interactions |
///
/// All it takes is an embeddings file: its items, and what its objective record says. A user made of a file is, bit for
/// bit, the user made of the model that the file was written from.
public struct UserFoldIn: Sendable {
  /// A vector as long as the items', and a bias.
  public struct User: Sendable, Equatable {
    public let vector: [Float]
    public let bias: Float
  }

  /// How many items there are.
  public let itemCount: Int
  /// Makes a user of rows of items, ascending, and their values; never of none.
  let make: @Sendable (_ items: [UInt32], _ values: [Float]) throws -> User
  private let nobody: User

  /// Prepares to make users for the items of an embeddings file, or of a model.
  ///
  /// - Parameter embeddings: Items, their biases, the mean and the objective; users are not looked at, and the history only
  ///   where unknown items were drawn by popularity. `EmbeddingFile.forFoldIn` has them, most of it in place.
  /// - Throws: ``FoldInError``; ``WALSError`` when the items hold a number that is not finite; ``Cancelled``.
  /// - Complexity: O(items × dimension²) for `wals`, O(items × dimension) for `svd`, else little.
  public init(_ embeddings: Embeddings, execution: Execution = Execution()) throws {
    let (objective, training) = try FoldInError.check(embeddings.objective)
    itemCount = embeddings.items.count
    nobody = User(vector: [Float](repeating: 0, count: embeddings.items.dimension), bias: 0)
    switch objective.model {
    case .wals:
      let fold = try FoldIn(
        items: embeddings.items, objective: objective, meanHistory: training.meanHistory, execution: execution)
      make = { User(vector: try fold.user(history: $0, values: $1), bias: 0) }
    case .mf: make = embeddings.ratingFoldIn(objective, training)
    case .bpr, .logistic: make = embeddings.labelFoldIn(objective, training)
    case .svd: make = Projection(on: embeddings.items).user
    case .popular: make = { _, _ in User(vector: [1], bias: 0) }
    case .random: make = embeddings.randomFoldIn(training)
    case .twoTower: throw FoldInError.needsFeatures
    }
  }

  /// A user with some items.
  ///
  /// - Parameters:
  ///   - history: Rows of items, all different, in any order; anything beyond the items is an error of the caller.
  ///   - values: One value for each, finite and at least 0.
  /// - Returns: Zeros for an empty history.
  /// - Throws: ``TrainingError/singular(row:side:interactions:)`` or ``WALSError/singular(row:side:)`` when the model has no
  ///   regularisation and the history is too short.
  public func user(history: [UInt32], values: [Float]) throws -> User {
    precondition(history.count == values.count, "each item has a value")
    precondition(history.allSatisfy { Int($0) < itemCount }, "each row is an item's")
    precondition(values.allSatisfy { $0.isFinite && $0 >= 0 }, "values are finite and at least 0")
    if history.isEmpty { return nobody }
    let order = history.indices.sorted { history[$0] < history[$1] }
    return try make(order.map { history[$0] }, order.map { values[$0] })
  }
}

extension TrainedModel {
  /// Prepares to make users of interactions.
  ///
  /// - Parameter interactions: What the model was trained on.
  /// - Returns: `nil` for a model that makes users of something else: features.
  /// - Throws: ``WALSError`` when the items hold a number that is not finite, or ``Cancelled``.
  public func foldIn(for interactions: Interactions, execution: Execution = Execution()) throws -> UserFoldIn? {
    if objective.model == .twoTower { return nil }
    var fixed = Embeddings(items: itemFeatures == nil ? items : items.keepingTrained(interactions.byItem))
    fixed.itemBiases = itemBiases
    fixed.globalMean = globalMean
    fixed.objective = objective(for: interactions)
    fixed.history = interactions.history
    fixed.historyValues = interactions.byUser.values
    return try UserFoldIn(fixed, execution: execution)
  }

  /// The objective, and with it what a fold-in asks of the training.
  func objective(for interactions: Interactions) -> Objective {
    var objective = objective
    objective.training = Objective.Training(of: interactions, options: options)
    return objective
  }
}

extension Objective.Training {
  /// The facts of a training on some interactions, by the options that provenance shows.
  init(of interactions: Interactions, options: [String: JSONValue]) {
    self.init(pairs: UInt64(interactions.count), users: UInt32(interactions.byUser.activeRows))
    if case .string(let text)? = options["seed"] { seed = UInt64(text) ?? 0 }
    if case .number(let power)? = options["popularity"] { popularity = power }
    if case .string(let name)? = options["optimiser"] {
      switch MFOptions.Optimiser(rawValue: name) {
      case .sgd: optimiser = .sgd
      case .adam: optimiser = .adam
      case .gd: optimiser = .gd
      case .als, nil: optimiser = .exact
      }
    }
  }
}

extension Embeddings {
  fileprivate func randomFoldIn(
    _ training: Objective.Training
  ) -> @Sendable (_ items: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    let d = items.dimension
    let seed = training.seed
    return { history, _ in
      var key = CounterRandom(seed: seed, purpose: 0x52_4E_46).bits(at: UInt64(history.count))
      for item in history { key = CounterRandom(seed: key, purpose: 0x52_4E_46).bits(at: UInt64(item)) }
      let random = CounterRandom(seed: key, purpose: 0x52_4E_46)
      let drawn = (0..<d).map { random.normal(at: UInt64($0)) }
      let norm = max(drawn.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-300)
      return UserFoldIn.User(vector: drawn.map { Float($0 / norm) }, bias: 0)
    }
  }
}

extension Interactions {
  /// How many items a user has on average, of those who have any.
  package var meanHistory: Double { Double(count) / Double(max(byUser.activeRows, 1)) }
}
