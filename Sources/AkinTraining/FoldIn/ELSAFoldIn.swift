import AkinVectors

/// The fold-in of `elsa`.
extension Embeddings {
  /// The fold-in of users: the sum of the items, as in the training.
  func elsaFoldIn(
    _ objective: Objective
  ) -> @Sendable (_ items: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    let (items, rule) = (items, HistorySum(isWeighed: objective.weighting == .value))
    return { UserFoldIn.User(vector: rule.user(of: items, $0, $1), bias: 0) }
  }

  /// The fold-in of items: the sum of the directions of the item's users, by their weights, at length 1.
  ///
  /// It is the direction in which, with the users fixed, the sum of their cosines with the item grows fastest.
  func elsaItemFoldIn(
    _ objective: Objective
  ) -> @Sendable (_ item: Int, _ users: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    let users = users ?? EmbeddingMatrix(uniformRows: [], dimension: items.dimension)
    let rule = HistorySum(isWeighed: objective.weighting == .value)
    return { _, others, values in
      var sums = [Double](repeating: 0, count: users.dimension)
      for (user, weight) in zip(others, rule.weights(values)) where weight > 0 {
        users.withRow(Row(user)) { p in
          var square = 0.0
          for k in 0..<p.count { square += Double(p[k]) * Double(p[k]) }
          let factor = square > 0 ? weight / square.squareRoot() : 0
          for k in 0..<p.count { sums[k] += factor * Double(p[k]) }
        }
      }
      return UserFoldIn.User(vector: HistoryMean.unit(sums), bias: 0)
    }
  }
}
