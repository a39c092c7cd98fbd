import AkinSupport
import AkinVectors

/// Vectors and biases for items that training has not seen, with the users as they are: the other half-step of
/// ``UserFoldIn``, for the models that learn items from interactions.
///
/// | model | the item |
/// | --- | --- |
/// | `wals` | the next half-step's row |
/// | `mf` | the row of J with the users fixed; its mean, where means were taken off, stands in the bias |
/// | `bpr`, `logistic` | the row of their loss, the item also being drawn against others' positives as in training |
/// | `svd` | the projection of the zero-filled column on the users |
public struct ItemFoldIn: Sendable {
  /// An item's vector and bias.
  public typealias Item = UserFoldIn.User

  /// Makes an item of rows of users, ascending, and their values; never of none.
  private let make: @Sendable (_ item: Int, _ users: [UInt32], _ values: [Float]) throws -> Item
  private let table: InteractionTable
  private let nobody: Item

  /// Prepares to make items of interactions.
  ///
  /// - Parameters:
  ///   - embeddings: Users, items, their biases, the mean and the objective, in the rows of `interactions`. The item to be
  ///     made is among them; what its vector is does not matter.
  ///   - interactions: Who has to do with what: items are made of these.
  /// - Throws: ``FoldInError``; ``UpdateError/notLearned(model:)`` for `popular` and `random`; ``WALSError``, ``Cancelled``.
  public init(_ embeddings: Embeddings, _ interactions: Interactions, execution: Execution = Execution()) throws {
    precondition(
      embeddings.items.count == interactions.byItem.rowCount
        && embeddings.users?.count ?? 0 == interactions.byUser.rowCount,
      "users and items are those of the interactions")
    let (objective, training) = try FoldInError.check(embeddings.objective)
    let users = embeddings.users ?? EmbeddingMatrix(rows: [], dimension: embeddings.items.dimension)
    let byUser = interactions.byUser
    table = interactions.byItem
    nobody = Item(vector: [Float](repeating: 0, count: users.dimension), bias: 0)
    switch objective.model {
    case .wals:
      let fold = try FoldIn(
        items: users, objective: objective, meanHistory: training.meanHistory, execution: execution)
      make = { _, others, values in
        let counts = others.map { byUser.count(ofRow: Int($0)) }
        return Item(vector: try fold.item(users: others, values: values, counts: counts), bias: 0)
      }
    case .mf:
      let row = RatingRow(
        fixed: users, biases: embeddings.userBiases, mean: Double(embeddings.globalMean), objective: objective,
        training: training, side: .item)
      let average = byUser.values.reduce(0.0) { $0 + Double($1) } / Double(max(byUser.values.count, 1))
      make = { _, others, values in
        var mean = 0.0
        if let damping = objective.meanDamping {
          let sum = values.reduce(damping * average) { $0 + Double($1) }
          mean = sum / (Double(values.count) + damping + 1e-12)
        }
        let item = try row.solve(others, values, offset: mean)
        return Item(vector: item.vector, bias: item.bias + Float(mean))
      }
    case .svd:
      let projection = Projection(on: users)
      make = { _, others, values in Item(vector: projection.row(others, values), bias: 0) }
    case .bpr, .logistic:
      let rows = LabelItemRows(embeddings, interactions, objective, training)
      make = { try rows.item($0, $1, $2) }
    case .popular, .random: throw UpdateError.notLearned(model: objective.model.name)
    case .twoTower: throw FoldInError.needsFeatures
    }
  }

  /// The item of a row, from its interactions; zeros without any.
  ///
  /// - Throws: ``TrainingError/singular(row:side:interactions:)`` or ``WALSError/singular(row:side:)``.
  public func item(_ row: Int) throws -> Item {
    let pairs = table.offsets[row]..<table.offsets[row + 1]
    if pairs.isEmpty { return nobody }
    return try make(row, Array(table.others[pairs]), Array(table.values[pairs]))
  }
}
