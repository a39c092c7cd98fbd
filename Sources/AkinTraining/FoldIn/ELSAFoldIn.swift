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

  /// The fold-in of items, from users with these interactions: the sum of the directions of the item's users, each by the weight
  /// that the item has in the user's history, at length 1.
  ///
  /// It is the direction in which, with the users fixed, the weighed sum of their cosines with the item grows fastest.
  func elsaItemFoldIn(
    _ objective: Objective, _ byUser: InteractionTable
  ) -> @Sendable (_ item: Int, _ users: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    let users = users ?? EmbeddingMatrix(uniformRows: [], dimension: items.dimension)
    let largest = (0..<byUser.rowCount).map { user in
      Double(byUser.values[byUser.offsets[user]..<byUser.offsets[user + 1]].max() ?? 0)
    }
    let isWeighed = objective.weighting == .value
    return { _, others, values in
      var sums = [Double](repeating: 0, count: users.dimension)
      let weights = zip(others, values).map { user, value in
        value > 0 ? (isWeighed ? Double(value) / largest[Int(user)] : 1) : 0
      }
      // Only the direction matters, so the largest weight is 1, however little the item is to all of its users.
      let top = weights.max() ?? 0
      for (user, own) in zip(others, weights) where own > 0 {
        let weight = own / top
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
