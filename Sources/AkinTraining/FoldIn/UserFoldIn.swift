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
public struct UserFoldIn: Sendable {
  /// A vector as long as the items', and a bias.
  public struct User: Sendable, Equatable {
    public let vector: [Float]
    public let bias: Float
  }

  /// How many items there are.
  let itemCount: Int
  /// Makes a user of rows of items, ascending, and their values; never of none.
  let make: @Sendable (_ items: [UInt32], _ values: [Float]) throws -> User
  private let nobody: User

  init(
    _ model: TrainedModel, make: @escaping @Sendable (_ items: [UInt32], _ values: [Float]) throws -> User
  ) {
    itemCount = model.items.count
    nobody = User(vector: [Float](repeating: 0, count: model.items.dimension), bias: 0)
    self.make = make
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
    switch objective.model {
    case .wals:
      let fold = try FoldIn(
        items: itemFeatures == nil ? items : items.keepingTrained(interactions.byItem), objective: objective,
        meanHistory: interactions.meanHistory, execution: execution)
      return UserFoldIn(self) { .init(vector: try fold.user(history: $0, values: $1), bias: 0) }
    case .mf: return ratingFoldIn(pairs: interactions.count)
    case .bpr, .logistic: return try labelFoldIn(interactions)
    case .svd: return projection()
    case .popular: return UserFoldIn(self) { _, _ in .init(vector: [1], bias: 0) }
    case .random: return randomFoldIn()
    case .twoTower: return nil
    }
  }

  /// With a the zero-filled row of the user: p = (QᵀQ)⁻¹ Qᵀ a, and QᵀQ is diagonal, for the columns of Q are
  /// multiples of singular vectors.
  private func projection() -> UserFoldIn {
    let d = items.dimension
    var norms = [Double](repeating: 0, count: d)
    for row in 0..<items.count {
      items.withRow(Row(row)) { q in
        for component in 0..<d { norms[component] += Double(q[component]) * Double(q[component]) }
      }
    }
    let (items, squares) = (items, norms)
    return UserFoldIn(self) { history, values in
      var sums = [Double](repeating: 0, count: d)
      for (item, value) in zip(history, values) {
        items.withRow(Row(item)) { q in
          for component in 0..<d { sums[component] += Double(value) * Double(q[component]) }
        }
      }
      return .init(vector: zip(sums, squares).map { $1 > 0 ? Float($0 / $1) : 0 }, bias: 0)
    }
  }

  private func randomFoldIn() -> UserFoldIn {
    let d = items.dimension
    let seed = seed
    return UserFoldIn(self) { history, _ in
      var key = CounterRandom(seed: seed, purpose: 0x52_4E_46).bits(at: UInt64(history.count))
      for item in history { key = CounterRandom(seed: key, purpose: 0x52_4E_46).bits(at: UInt64(item)) }
      let random = CounterRandom(seed: key, purpose: 0x52_4E_46)
      let drawn = (0..<d).map { random.normal(at: UInt64($0)) }
      let norm = max(drawn.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-300)
      return .init(vector: drawn.map { Float($0 / norm) }, bias: 0)
    }
  }

  /// The seed of the training.
  var seed: UInt64 {
    guard case .string(let text)? = options["seed"] else { return 0 }
    return UInt64(text) ?? 0
  }
}

extension Interactions {
  /// How many items a user has on average, of those who have any.
  package var meanHistory: Double { Double(count) / Double(max(byUser.activeRows, 1)) }
}
