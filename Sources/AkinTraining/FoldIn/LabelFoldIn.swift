import AkinSupport
import AkinVectors

extension TrainedModel {
  /// Users of labels: see ``BPROptions`` and ``LogisticOptions``. The user's loss is taken with the items fixed, over other
  /// items drawn as an epoch draws them, a few epochs' worth; the same history is given the same draws.
  func labelFoldIn(_ interactions: Interactions) throws -> UserFoldIn {
    var popularity = 0.0
    if case .number(let power)? = options["popularity"] { popularity = power }
    let drawing = LabelDrawing(
      model: self,
      weights: NegativeSampler.weights(
        try Labels(interactions, positiveFrom: objective.positiveFrom), popularity: popularity))
    return UserFoldIn(self) { history, values in
      try drawing.user(InteractionTable(offsets: [0, history.count], others: history, values: values))
    }
  }
}

/// Draws what a user's labels are held against, and fits the user.
private struct LabelDrawing: Sendable {
  let model: TrainedModel
  /// How likely each item is to be drawn; empty when all are alike.
  let weights: [Double]
  private var objective: Objective { model.objective }

  /// How many epochs' draws are averaged, and about how many draws are enough.
  private static let rounds = 16
  private static let enough = 2000

  func user(_ history: InteractionTable) throws(TrainingError) -> UserFoldIn.User {
    let labels = Labels(history, positiveFrom: objective.positiveFrom, itemCount: model.items.count)
    let sampler = NegativeSampler(
      labels, itemGroups: [UInt8](repeating: 0, count: labels.itemCount), groups: 1, weights: weights)
    var generator = SeededGenerator(seed: CounterRandom(seed: model.seed, purpose: 0x46_4F_4C_44).bits(at: 0))
    return objective.model == .bpr
      ? try ranked(labels, sampler, &generator) : try labelled(labels, sampler, &generator)
  }

  private static func rounds(drawsEach: Int) -> Int { max(1, min(rounds, enough / max(drawsEach, 1))) }

  /// Positive items above drawn ones: −ln σ(p · (qᵢ − qⱼ) + bᵢ − bⱼ), a label of 1 for a difference.
  private func ranked(
    _ labels: Labels, _ sampler: NegativeSampler, _ generator: inout SeededGenerator
  ) throws(TrainingError) -> UserFoldIn.User {
    let d = model.items.dimension
    let positives = labels.positives.others
    let rounds = LabelDrawing.rounds(drawsEach: positives.count)
    let groups = [UInt8](repeating: 0, count: labels.itemCount)
    // Each step of training decays the user by λ: one step a positive item.
    let lambda = objective.lambdaUser * Double(positives.count)
    var fit = RowFit(
      capacity: rounds * positives.count, loss: PointLoss(.logistic, range: 0...1),
      penalty: [Double](repeating: lambda, count: d) + [-1])
    let share = 1 - objective.negatives
    for _ in 0..<rounds {
      for item in positives {
        let other = sampler.other(user: 0, group: 0, itemGroups: groups, explicitShare: share, &generator)
        guard let other else { continue }
        let place = fit.add(offset: bias(item) - bias(other), target: 1, weight: 1 / Double(rounds))
        fit.rows.set(place, to: model.items, row: item)
        fit.rows.add(-1, model.items, row: other, to: place)
      }
    }
    return try fit.user(dimensions: d)
  }

  /// Labels of 1 and 0, and drawn items as labels of 0.
  private func labelled(
    _ labels: Labels, _ sampler: NegativeSampler, _ generator: inout SeededGenerator
  ) throws(TrainingError) -> UserFoldIn.User {
    let d = model.items.dimension
    let known = labels.known.others
    let draws = Int(objective.negatives) * labels.positives.others.count
    let rounds = LabelDrawing.rounds(drawsEach: draws)
    // Each step of training decays the user: one step a label, drawn or not.
    let visits = Double(known.count + draws)
    var fit = RowFit(
      capacity: known.count + rounds * draws, loss: PointLoss(.logistic, range: 0...1),
      penalty: [Double](repeating: objective.lambdaUser * visits, count: d) + [objective.lambdaBias * visits])
    func add(_ item: UInt32, label: Double, weight: Double) {
      let place = fit.add(offset: bias(item), target: label, weight: weight)
      fit.rows.set(place, to: model.items, row: item)
      fit.rows[place, d] = 1
    }
    for (item, value) in zip(known, labels.known.values) {
      add(item, label: Double(value) >= objective.positiveFrom ? 1 : 0, weight: 1)
    }
    for _ in 0..<rounds * draws {
      guard let other = sampler.draw(user: 0, group: 0, &generator) else { continue }
      add(other, label: 0, weight: 1 / Double(rounds))
    }
    return try fit.user(dimensions: d)
  }

  private func bias(_ item: UInt32) -> Double { Double(model.itemBiases?[Int(item)] ?? 0) }
}
