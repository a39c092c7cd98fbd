import AkinSupport
import AkinVectors

extension Embeddings {
  /// The fold-in of users for `bpr` and `logistic`: the user's loss is minimised with the items fixed. Other items are drawn
  /// as in training, and the draws of several epochs are averaged. The same history gets the same draws.
  func labelFoldIn(
    _ objective: Objective, _ training: Objective.Training
  ) -> @Sendable (_ items: [UInt32], _ values: [Float]) throws -> UserFoldIn.User {
    var weights: [Double] = []
    if training.popularity != 0 {
      weights = NegativeSampler.weights(positives(from: objective.positiveFrom), popularity: training.popularity)
    }
    let drawing = LabelDrawing(
      items: items, itemBiases: itemBiases, objective: objective, seed: training.seed, weights: weights)
    return { history, values in
      try drawing.user(InteractionTable(offsets: [0, history.count], others: history, values: values))
    }
  }

  /// The number of positive labels of each item.
  private func positives(from threshold: Double) -> [Int] {
    var counts = [Int](repeating: 0, count: items.count)
    guard let history else { return counts }
    for (place, item) in history.rows.enumerated()
    where Double(historyValues?[place] ?? 1) >= threshold && Int(item) < counts.count { counts[Int(item)] += 1 }
    return counts
  }
}

/// Draws items against the labels of a user, and fits the user.
private struct LabelDrawing: Sendable {
  let items: EmbeddingMatrix
  let itemBiases: [Float]?
  let objective: Objective
  let seed: UInt64
  /// The weight of each item in draws; empty for uniform draws.
  let weights: [Double]

  /// The largest number of epochs whose draws are averaged, and the number of draws that is enough.
  private static let rounds = 16
  private static let enough = 2000

  /// The user with a history of one row.
  func user(_ history: InteractionTable) throws(TrainingError) -> UserFoldIn.User {
    let labels = Labels(history, positiveFrom: objective.positiveFrom, itemCount: items.count)
    let sampler = NegativeSampler(
      labels, itemGroups: [UInt8](repeating: 0, count: labels.itemCount), groups: 1, weights: weights)
    var generator = SeededGenerator(seed: CounterRandom(seed: seed, purpose: 0x46_4F_4C_44).bits(at: 0))
    return objective.model == .bpr
      ? try ranked(labels, sampler, &generator) : try labelled(labels, sampler, &generator)
  }

  /// The number of epochs whose draws are averaged.
  private static func rounds(drawsEach: Int) -> Int { max(1, min(rounds, enough / max(drawsEach, 1))) }

  /// `bpr`: −ln σ(p · (qᵢ − qⱼ) + bᵢ − bⱼ) is the logistic loss of a difference with the label 1.
  private func ranked(
    _ labels: Labels, _ sampler: NegativeSampler, _ generator: inout SeededGenerator
  ) throws(TrainingError) -> UserFoldIn.User {
    let d = items.dimension
    let positives = labels.positives.others
    let weights = labels.positives.values.map { objective.labelWeight(of: $0) }
    let rounds = LabelDrawing.rounds(drawsEach: positives.count)
    let groups = [UInt8](repeating: 0, count: labels.itemCount)
    // Each training step decays the user by λ, and each positive item takes one step, or as many as it weighs.
    let lambda = objective.lambdaUser * weights.reduce(0, +)
    var fit = RowFit(
      capacity: rounds * positives.count, loss: PointLoss(.logistic, range: 0...1),
      penalty: [Double](repeating: lambda, count: d) + [-1])
    let share = 1 - objective.negatives
    for _ in 0..<rounds {
      for (item, weight) in zip(positives, weights) {
        let other = sampler.other(user: 0, group: 0, itemGroups: groups, explicitShare: share, &generator)
        guard let other else { continue }
        let place = fit.add(offset: bias(item) - bias(other), target: 1, weight: weight / Double(rounds))
        fit.rows.set(place, to: items, row: item)
        fit.rows.add(-1, items, row: other, to: place)
      }
    }
    return try fit.user(dimensions: d)
  }

  /// `logistic`: labels 1 and 0, and drawn items with the label 0.
  private func labelled(
    _ labels: Labels, _ sampler: NegativeSampler, _ generator: inout SeededGenerator
  ) throws(TrainingError) -> UserFoldIn.User {
    let d = items.dimension
    let known = labels.known.others
    let draws = Int(objective.negatives) * labels.positives.others.count
    let rounds = LabelDrawing.rounds(drawsEach: draws)
    // Each training step decays the user, and each label, drawn or not, takes one step.
    let visits = Double(known.count + draws)
    var fit = RowFit(
      capacity: known.count + rounds * draws, loss: PointLoss(.logistic, range: 0...1),
      penalty: [Double](repeating: objective.lambdaUser * visits, count: d) + [objective.lambdaBias * visits])
    func add(_ item: UInt32, label: Double, weight: Double) {
      let place = fit.add(offset: bias(item), target: label, weight: weight)
      fit.rows.set(place, to: items, row: item)
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

  private func bias(_ item: UInt32) -> Double { Double(itemBiases?[Int(item)] ?? 0) }
}

extension Objective {
  /// The steps that a positive pair of `bpr` takes in an epoch of the training, in the mean.
  ///
  /// - Parameter value: The value of the pair.
  func labelWeight(of value: Float) -> Double { weighting == .value ? alpha * Double(value) : 1 }
}
