import AkinSupport
import AkinVectors

/// Options of the random baseline: vectors in directions drawn from the seed.
///
/// All vectors have length 1, so no item is preferred over all users.
public struct RandomOptions: TrainingMethod, Equatable {
  /// Components of each vector; 1 to 1024.
  public var dimensions = 32
  /// The random seed.
  public var seed: UInt64 = 0

  /// Creates the default options.
  public init() {}

  public var model: Objective.Model { .random }

  public func check() throws { try OptionCheck.dimensions(dimensions) }

  public func train(_ interactions: Interactions, execution: Execution = Execution()) throws -> TrainedModel {
    try check()
    try interactions.checkValues(for: .random)
    let (users, items) = (interactions.userIDs.count, interactions.itemIDs.count)
    try OptionCheck.memory(rows: users + items, stride: DoubleTable.stride(forWidth: dimensions))
    var objective = Objective(model: .random, weighting: .constant)
    objective.loss = .none
    return TrainedModel(
      objective: objective,
      options: ["dimensions": .integer(Int64(dimensions)), "seed": .string(String(seed))],
      users: try directions(users, purpose: 0x52_4E_55, execution),
      items: try directions(items, purpose: 0x52_4E_49, execution))
  }

  private func directions(_ count: Int, purpose: UInt64, _ execution: Execution) throws -> EmbeddingMatrix {
    let table = DoubleTable(count: count, width: dimensions)
    try table.draw(deviation: 1, columns: dimensions, seed: seed, purpose: purpose, execution: execution) { _ in true }
    for row in 0..<count {
      var norm = 0.0
      for column in 0..<dimensions { norm += table[row, column] * table[row, column] }
      for column in 0..<dimensions { table[row, column] /= max(norm.squareRoot(), 1e-300) }
    }
    return table.matrix(columns: dimensions)
  }
}
