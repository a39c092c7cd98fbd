import AkinSupport
import AkinVectors

extension WALSModel {
  /// The same model, with vectors also for users whom it has not seen: see ``FoldIn``.
  ///
  /// - Parameters:
  ///   - whole: What all users have to do with what. Its users and items are those of `part`, in the same rows.
  ///   - part: What the model was trained on.
  /// - Throws: ``WALSError`` or ``Cancelled``.
  public func foldingIn(
    _ whole: Interactions, beyond part: Interactions, execution: Execution = Execution()
  ) throws -> WALSModel {
    precondition(
      whole.byUser.rowCount == users.count && part.byUser.rowCount == users.count
        && whole.byItem.rowCount == items.count,
      "the model was trained on a part of these interactions")
    let made = try userMaker(whole, beyond: part, execution: execution)
    let rows = try (0..<users.count).map { user in
      let pairs = whole.byUser.offsets[user]..<whole.byUser.offsets[user + 1]
      if pairs.isEmpty || part.byUser.count(ofRow: user) > 0 { return users[Row(user)] }
      try execution.checkCancellation()
      return try made(user, Array(whole.byUser.others[pairs]), Array(whole.byUser.values[pairs]))
    }
    var model = WALSModel(
      options: options, users: EmbeddingMatrix(rows: rows, dimension: users.dimension), items: items, losses: losses,
      secondsPerEpoch: secondsPerEpoch, validation: validation)
    model.userFeatures = userFeatures
    model.itemFeatures = itemFeatures
    return model
  }

  /// Makes the vector of a user, by row, with some items and values.
  private func userMaker(
    _ whole: Interactions, beyond part: Interactions, execution: Execution
  ) throws -> (_ user: Int, _ items: [UInt32], _ values: [Float]) throws -> [Float] {
    guard let sides = options.sides else {
      let fold = try FoldIn(
        items: items, objective: options.objective, meanHistory: part.meanHistory, execution: execution)
      return { try fold.user(history: $1, values: $2) }
    }
    let fold = try SideFoldIn(
      .users, others: items, counts: (0..<items.count).map { part.byItem.count(ofRow: $0) }, features: userFeatures,
      objective: options.objective, meanHistory: part.meanHistory, execution: execution)
    let table = sides.users?.aligned(to: whole.userIDs)
    let match = table.map(fold.match)
    return { user, items, values in
      var features: [(feature: Int, value: Float)] = []
      if let table, let match { features = fold.features(of: user, in: table, match) }
      return try fold.vector(features: features, others: items, values: values)
    }
  }
}
