import AkinSupport
import AkinVectors

/// Vectors and biases of items that training has not seen, with the users fixed: ``UserFoldIn`` with the sides exchanged, for
/// models that learn items from interactions.
///
/// | model | the item |
/// | --- | --- |
/// | `wals` | the row of the next half-step |
/// | `mf` | the row of J with the users fixed; a subtracted item mean becomes part of the bias |
/// | `bpr`, `logistic` | the row of the loss; the item is also drawn against other items' positives, as in training |
/// | `contrastive` | the direction in which the users of the item differ from all users, with the mean bias of items |
/// | `elsa` | the sum of the directions of the item's users, by its weights in their histories, at length 1 |
/// | `svd`, `spectral` | the projection of the column on the users |
public struct ItemFoldIn: Sendable {
  /// An item's vector and bias.
  public typealias Item = UserFoldIn.User

  /// Makes an item from ascending rows of users and their values; at least one.
  private let make: @Sendable (_ item: Int, _ users: [UInt32], _ values: [Float], _ weights: [Float]?) throws -> Item
  private let table: InteractionTable
  /// The item without interactions.
  private let nobody: Item

  /// Prepares the users of a trained model.
  ///
  /// - Parameters:
  ///   - embeddings: Users, items, biases, mean and objective, in the rows of `interactions`. They include the item that is
  ///     made, with any vector.
  ///   - interactions: The interactions that items are made from.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``FoldInError``, ``TrainingError/notFinite(what:)`` or `Cancelled`.
  public init(_ embeddings: Embeddings, _ interactions: Interactions, execution: Execution = Execution()) throws {
    precondition(
      embeddings.items.count == interactions.byItem.rowCount
        && embeddings.users?.count ?? 0 == interactions.byUser.rowCount,
      "the embeddings have the users and items of the interactions")
    let (objective, training) = try FoldInError.check(embeddings.objective)
    let users = embeddings.users ?? EmbeddingMatrix(uniformRows: [], dimension: embeddings.items.dimension)
    let byUser = interactions.byUser
    table = interactions.byItem
    nobody = Item(vector: [Float](repeating: 0, count: users.dimension), bias: 0)
    switch objective.model {
    case .wals:
      let fold = try WALSFoldIn(
        items: users, objective: objective, meanHistory: training.meanHistory, execution: execution)
      make = { _, others, values, _ in
        let counts = others.map { byUser.count(ofRow: Int($0)) }
        return Item(vector: try fold.item(users: others, values: values, counts: counts), bias: 0)
      }
    case .mf:
      let row = RatingRow(
        fixed: users, biases: embeddings.userBiases, mean: Double(embeddings.globalMean), objective: objective,
        training: training, side: .item)
      let all = byUser.weights ?? [Float](repeating: 1, count: byUser.values.count)
      let sum = zip(byUser.values, all).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let average = all.isEmpty ? 0 : sum / all.reduce(0.0) { $0 + Double($1) }
      make = { _, others, values, weights in
        var mean = 0.0
        if let damping = objective.meanDamping {
          var (sum, total) = (damping * average, damping + 1e-12)
          for (place, value) in values.enumerated() {
            let weight = objective.alpha * Double(weights?[place] ?? 1)
            sum += weight * Double(value)
            total += weight
          }
          mean = sum / total
        }
        let item = try row.solve(others, values, weights: weights, offset: mean)
        return Item(vector: item.vector, bias: item.bias + Float(mean))
      }
    case .svd:
      let projection = Projection(on: users)
      make = { _, others, values, _ in Item(vector: projection.row(others, values), bias: 0) }
    case .spectral:
      let solve = try embeddings.spectralItemFoldIn(objective, byUser)
      make = { item, others, values, _ in solve(item, others, values) }
    case .contrastive:
      let solve = embeddings.contrastiveItemFoldIn(objective)
      make = { item, others, values, _ in solve(item, others, values) }
    case .elsa:
      let solve = embeddings.elsaItemFoldIn(objective, byUser)
      make = { item, others, values, _ in solve(item, others, values) }
    case .bpr, .logistic:
      let rows = LabelItemRows(embeddings, interactions, objective, training)
      make = { item, others, values, _ in try rows.item(item, others, values) }
    case .popular, .random: throw FoldInError.notLearned(model: objective.model.name)
    case .twoTower: throw FoldInError.needsFeatures
    }
  }

  /// Makes an item from its interactions.
  ///
  /// - Parameter row: The item's row.
  /// - Returns: Vector and bias; zeros without interactions.
  /// - Throws: ``TrainingError/singular(row:side:pairs:)``.
  public func item(_ row: Int) throws -> Item {
    let pairs = table.offsets[row]..<table.offsets[row + 1]
    if pairs.isEmpty { return nobody }
    return try make(
      row, Array(table.others[pairs]), Array(table.values[pairs]), table.weights.map { Array($0[pairs]) })
  }
}
