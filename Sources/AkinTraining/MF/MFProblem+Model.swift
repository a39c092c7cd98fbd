import AkinVectors

extension MFProblem {
  /// The model of the parameters.
  func model(_ parameters: MFParameters) -> TrainedModel {
    options.optimiser == .adamw ? centred(parameters) : model(parameters, mean: mean, options: options)
  }

  /// The model of parameters without a regularisation in J: a fold-in takes that of ``MFStationary``.
  ///
  /// The means of the biases of rows with ratings go into the global mean. No score of such rows changes, and one with a row
  /// that the training has not seen is that of an average row.
  private func centred(_ parameters: MFParameters) -> TrainedModel {
    let centred = parameters.copied
    var mean = mean
    for (table, pairs, bias, isLearned) in [
      (centred.users, byUser, centred.userBias, options.biases != .none),
      (centred.items, byItem, centred.itemBias, options.biases == .both),
    ] where isLearned {
      let rows = (0..<table.count).filter { pairs.count(ofRow: $0) > 0 }
      let average = rows.reduce(0.0) { $0 + table[$1, bias] } / Double(rows.count)
      for row in rows { table[row, bias] -= average }
      mean += average
    }
    var options = options
    let stationary = MFStationary(self, centred, mean: mean)
    (options.lambda, options.biasLambda, options.nu) = (stationary.lambda, stationary.biasLambda, MFStationary.nu)
    var model = model(centred, mean: mean, options: options)
    model.options = self.options.record
    return model
  }

  private func model(_ parameters: MFParameters, mean: Double, options: MFOptions) -> TrainedModel {
    var objective = Objective(
      model: .mf, weighting: .rating, lambdaUser: options.lambda ?? 0, lambdaItem: options.lambda ?? 0,
      nu: options.nu ?? 0)
    objective.alpha = weights.factor
    objective.lambdaBias = options.biasLambda ?? 0
    objective.loss = options.loss
    objective.decay = options.decay
    objective.biases = options.biases == .none ? [] : options.biases == .user ? .user : [.user, .item]
    objective.isObservedOnly = true
    objective.range = options.range
    objective.meanDamping = options.meanDamping
    objective.scale = scale
    var model = TrainedModel(
      objective: objective, options: options.record, users: parameters.users.matrix(columns: parameters.dimensions),
      items: parameters.items.matrix(columns: parameters.dimensions))
    model.globalMean = Float(mean)
    if options.biases != .none { model.userBiases = parameters.users.column(parameters.userBias) }
    if options.biases == .both || options.meanDamping != nil {
      model.itemBiases = (0..<parameters.items.count).map {
        Float(itemMeans[$0] + parameters.items[$0, parameters.itemBias])
      }
    }
    return model
  }
}
