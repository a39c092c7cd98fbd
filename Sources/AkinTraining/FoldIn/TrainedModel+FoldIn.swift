import AkinSupport
import AkinVectors

extension TrainedModel {
  /// The model with vectors and biases of users that training has not seen: see ``UserFoldIn``.
  ///
  /// - Parameters:
  ///   - whole: All interactions, with the users and items of `part` in the same rows.
  ///   - part: The interactions the model was trained on.
  ///   - execution: Threads; cancellation.
  /// - Returns: The unchanged model if it does not make users of interactions.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  public func foldingIn(
    _ whole: Interactions, beyond part: Interactions, execution: Execution = Execution()
  ) throws -> TrainedModel {
    precondition(
      whole.byUser.rowCount == users.count && part.byUser.rowCount == users.count
        && whole.byItem.rowCount == items.count,
      "the model was trained on a part of these interactions")
    guard let fold = try foldIn(for: part, execution: execution) else { return self }
    var biases = userBiases
    let rows = try (0..<users.count).map { user in
      let pairs = whole.byUser.offsets[user]..<whole.byUser.offsets[user + 1]
      if pairs.isEmpty || part.byUser.count(ofRow: user) > 0 { return users[Row(user)] }
      try execution.checkCancellation()
      let found = try fold.user(
        history: Array(whole.byUser.others[pairs]), values: Array(whole.byUser.values[pairs]),
        weights: whole.byUser.weights.map { Array($0[pairs]) })
      biases?[user] = found.bias
      return found.vector
    }
    var model = TrainedModel(
      objective: objective, options: options, users: EmbeddingMatrix(uniformRows: rows, dimension: users.dimension),
      items: items)
    (model.userBiases, model.itemBiases, model.globalMean, model.metric) = (biases, itemBiases, globalMean, metric)
    (model.losses, model.notes, model.validation) = (losses, notes, validation)
    model.itemDegrees = itemDegrees
    (model.userFeatures, model.itemFeatures) = (userFeatures, itemFeatures)
    model.secondsPerEpoch = secondsPerEpoch
    return model
  }
}
