import AkinVectors

/// The fold-in of `contrastive`.
extension Embeddings {
  /// The fold-in of users: the mean of the positive items, weighed by the values and damped as the training did.
  func contrastiveFoldIn(
    _ objective: Objective
  ) -> @Sendable (_ items: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    let (items, threshold) = (items, objective.positiveFrom)
    let isWeighed = objective.weighting == .value
    return { history, values in
      let positives = history.indices.filter { Double(values[$0]) >= threshold }
      let vector = HistoryMean.user(
        of: items, positives.map { history[$0] }, weights: isWeighed ? positives.map { values[$0] } : nil,
        damping: objective.historyDamping)
      return UserFoldIn.User(vector: vector, bias: 0)
    }
  }

  /// The fold-in of items: the mean of the users with a positive value, less the mean of all users, at the length of
  /// the known items.
  ///
  /// It is the direction of the first step of training with the users fixed. The bias is the mean of all items, because a
  /// bias is learned from how often an item is drawn in vain.
  func contrastiveItemFoldIn(
    _ objective: Objective
  ) -> @Sendable (_ item: Int, _ users: [UInt32], _ values: [Float]) -> UserFoldIn.User {
    let users = users ?? EmbeddingMatrix(uniformRows: [], dimension: items.dimension)
    var center = [Double](repeating: 0, count: items.dimension)
    var active = 0.0
    for user in 0..<users.count where !users.isZero(Row(user)) {
      active += 1
      users.withRow(Row(user)) { p in for k in 0..<p.count { center[k] += Double(p[k]) } }
    }
    let learned = (0..<items.count).filter { !items.isZero(Row($0)) }
    let biases = learned.map { Double(itemBiases?[$0] ?? 0) }
    let length =
      learned.first.map { items[Row($0)].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() } ?? 1
    let bias = Float(biases.reduce(0, +) / Double(max(biases.count, 1)))
    let mean = center.map { $0 / max(active, 1) }
    return { _, others, values in
      var sums = [Double](repeating: 0, count: mean.count)
      var count = 0.0
      for (user, value) in zip(others, values) where Double(value) >= objective.positiveFrom {
        count += 1
        users.withRow(Row(user)) { p in for k in 0..<p.count { sums[k] += Double(p[k]) } }
      }
      if count == 0 { return UserFoldIn.User(vector: [Float](repeating: 0, count: mean.count), bias: 0) }
      let vector = HistoryMean.unit(zip(sums, mean).map { $0 / count - $1 }, length: length)
      return UserFoldIn.User(vector: vector, bias: bias)
    }
  }
}
