import AkinVectors

/// The objective of ``WALSOptions`` for given interactions: weights of pairs and regularisation of rows.
struct WALSProblem {
  let options: WALSOptions
  let users: WALSProblemSide
  let items: WALSProblemSide
  private let formula: WALSWeights

  init(_ interactions: Interactions, options: WALSOptions) {
    self.options = options
    let (byUser, byItem) = (interactions.byUser, interactions.byItem)
    let formula = WALSWeights(objective: options.objective, users: byUser)
    let scales = (0..<byUser.rowCount).map { formula.scale(userCount: byUser.count(ofRow: $0)) }
    self.formula = formula
    users = WALSProblemSide(name: "users", ids: interactions.userIDs, table: byUser, otherCount: byItem.rowCount) {
      user, _, value in scales[user].weight(value)
    }
    items = WALSProblemSide(name: "items", ids: interactions.itemIDs, table: byItem, otherCount: byUser.rowCount) {
      _, user, value in scales[Int(user)].weight(value)
    }
  }

  /// λ of a row.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - side: The row's side.
  ///   - featureMass: The summed weight of the row's features.
  func lambda(ofRow row: Int, in side: WALSProblemSide, featureMass: Double = 0) -> Float {
    let mass = formula.mass(count: side.table.count(ofRow: row), others: side.otherCount)
    return formula.lambda(options.lambda, mass: mass + featureMass)
  }

  /// λ of a feature.
  ///
  /// - Parameter mass: The summed weight of the rows that have the feature.
  func lambda(ofFeatureWithMass mass: Double) -> Float { formula.lambda(options.lambda, mass: mass) }
}

/// One side of a ``WALSProblem``: users or items.
struct WALSProblemSide {
  /// `users` or `items`, for errors and losses.
  let name: String
  let ids: IDColumn
  /// The pairs of each row of the side.
  let table: InteractionTable
  /// Rows of the other side.
  let otherCount: Int
  /// The weight of a pair: `(row, other, value)`.
  let weight: (_ row: Int, _ other: UInt32, _ value: Float) -> Float
}
