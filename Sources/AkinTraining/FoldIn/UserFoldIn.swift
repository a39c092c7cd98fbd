import AkinSupport
import AkinVectors

/// Vectors and biases of users that training has not seen, for any model: the items are fixed, and the user gets what training
/// would make of the same interactions.
///
/// | model | the user |
/// | --- | --- |
/// | `wals` | the row of the next half-step: see `WALSFoldIn` |
/// | `mf` | the row of J with the items fixed, as `als` solves it; other losses by Gauss–Newton steps |
/// | `bpr`, `logistic` | the row of the loss, against other items drawn as in training |
/// | `svd` | the projection of the zero-filled row on the items: a user of the training gets the same vector |
/// | `spectral` | the projection of the weighed row on the items: a user of the training gets the same vector, to the bit |
/// | `contrastive` | the mean of the positive items, alike or by values, damped as in the training: a user of the training gets the same vector, to the bit |
/// | `elsa` | the sum of the items, alike or by values: a user of the training gets the same vector, to the bit |
/// | `popular` | the vector of every user |
/// | `random` | a direction drawn from the seed and the interactions |
///
/// An embeddings file is enough: its items and its objective record. A user made from a file is, bit for bit, the user made
/// from the model that wrote the file.
public struct UserFoldIn: Sendable {
  /// A vector and a bias.
  public struct User: Sendable, Equatable {
    /// A vector of the items' dimension.
    public let vector: [Float]
    /// The bias; 0 for models without user biases.
    public let bias: Float
  }

  /// The number of items.
  public let itemCount: Int
  /// Whether a value may be below 0, as ratings may.
  private let allowsNegativeValues: Bool
  /// Makes a user from ascending rows of items and their values, and of ratings weights; at least one.
  let make: @Sendable (_ items: [UInt32], _ values: [Float], _ weights: [Float]?) throws -> User
  /// The user without interactions.
  private let nobody: User

  /// Prepares the items of an embeddings file, or of a model.
  ///
  /// - Parameters:
  ///   - embeddings: Items, item biases, mean and objective; the history is used if unknown items were drawn by popularity.
  ///     `EmbeddingFile.forFoldIn` has them, mostly in place. Users are not used.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``FoldInError``, `TrainingError.notFinite` or `Cancelled`.
  /// - Complexity: O(items × dimension²) for `wals`, O(items × dimension) for `svd`, O(items) for the other models.
  public init(_ embeddings: Embeddings, execution: Execution = Execution()) throws {
    let (objective, training) = try FoldInError.check(embeddings.objective)
    itemCount = embeddings.items.count
    allowsNegativeValues = objective.model.allowsNegativeValues
    nobody = User(vector: [Float](repeating: 0, count: embeddings.items.dimension), bias: 0)
    switch objective.model {
    case .wals:
      let fold = try WALSFoldIn(
        items: embeddings.items, objective: objective, meanHistory: training.meanHistory, execution: execution)
      make = { items, values, _ in User(vector: try fold.user(history: items, values: values), bias: 0) }
    case .mf: make = embeddings.ratingFoldIn(objective, training)
    case .bpr, .logistic: make = UserFoldIn.weightless(embeddings.labelFoldIn(objective, training))
    case .svd: make = UserFoldIn.weightless(Projection(on: embeddings.items).user)
    case .spectral: make = UserFoldIn.weightless(try embeddings.spectralFoldIn(objective))
    case .contrastive: make = UserFoldIn.weightless(embeddings.contrastiveFoldIn(objective))
    case .elsa: make = UserFoldIn.weightless(embeddings.elsaFoldIn(objective))
    case .popular: make = { _, _, _ in User(vector: [1], bias: 0) }
    case .random: make = UserFoldIn.weightless(embeddings.randomFoldIn(training))
    case .twoTower: throw FoldInError.needsFeatures
    }
  }

  /// The fold-in of a model without weights beside values.
  private static func weightless(
    _ make: @escaping @Sendable (_ items: [UInt32], _ values: [Float]) throws -> User
  ) -> @Sendable (_ items: [UInt32], _ values: [Float], _ weights: [Float]?) throws -> User {
    { items, values, _ in try make(items, values) }
  }

  /// Makes a user from interactions.
  ///
  /// - Parameters:
  ///   - history: Rows of items, all different, in any order; a row beyond the items traps.
  ///   - values: One value per item, finite and at least 0 (any finite number for `mf`); any other value traps.
  ///   - weights: For `mf` one weight per rating, above 0, as `Interactions.decayed(halfLife:age:of:newestAtLeast:)` makes them;
  ///     `nil` counts each as 1. Other models do not use them.
  /// - Returns: Vector and bias; zeros for an empty history.
  /// - Throws: `TrainingError.singular` if the model has no regularisation and the history is too short.
  public func user(history: [UInt32], values: [Float], weights: [Float]? = nil) throws -> User {
    precondition(history.count == values.count, "each item has a value")
    precondition(weights.map { $0.count == history.count } ?? true, "each item has a weight")
    precondition(history.allSatisfy { Int($0) < itemCount }, "each row names an item")
    precondition(
      values.allSatisfy { $0.isFinite && ($0 >= 0 || allowsNegativeValues) },
      "values are finite, and at least 0 except for mf")
    if history.isEmpty { return nobody }
    let order = history.indices.sorted { history[$0] < history[$1] }
    return try make(
      order.map { history[$0] }, order.map { values[$0] }, weights.map { weights in order.map { weights[$0] } })
  }
}

extension TrainedModel {
  /// Prepares the fold-in of users.
  ///
  /// - Parameters:
  ///   - interactions: The interactions the model was trained on.
  ///   - execution: Threads; cancellation.
  /// - Returns: `nil` for a model that makes users of features.
  /// - Throws: ``FoldInError``, `TrainingError.notFinite` or `Cancelled`.
  public func foldIn(for interactions: Interactions, execution: Execution = Execution()) throws -> UserFoldIn? {
    if objective.model == .twoTower { return nil }
    var fixed = Embeddings(items: itemFeatures == nil ? items : items.keepingTrained(interactions.byItem))
    fixed.itemBiases = itemBiases
    fixed.itemDegrees = itemDegrees
    fixed.globalMean = globalMean
    fixed.objective = objective(for: interactions)
    fixed.history = interactions.history
    fixed.historyValues = interactions.byUser.values
    return try UserFoldIn(fixed, execution: execution)
  }
}

extension Embeddings {
  /// The fold-in of `random`: a unit vector in a direction that depends on the seed and the items.
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
