import AkinSupport
import AkinVectors

/// The fold-in of items for `bpr` and `logistic`, with users and other items fixed.
///
/// In training an item occurs in labels, and is drawn against the positives of other pairs in proportion to its share of the
/// draws. Both enter the fit, and the draws of several epochs are averaged. The same item gets the same draws.
struct LabelItemRows: Sendable {
  private let users: EmbeddingMatrix
  private let userBiases: [Float]?
  private let items: EmbeddingMatrix
  private let itemBiases: [Float]?
  private let objective: Objective
  private let seed: UInt64
  private let labels: Labels
  private let sampler: NegativeSampler
  /// The user of each positive pair.
  private let owners: [UInt32]
  /// The share of each item in all draws.
  private let shares: [Double]
  /// The steps of all positive pairs in an epoch.
  private let turnSum: Double

  /// The largest number of epochs whose draws are averaged, and the number of draws that is enough.
  private static let rounds = 16
  private static let enough = 4000

  init(
    _ embeddings: Embeddings, _ interactions: Interactions, _ objective: Objective, _ training: Objective.Training
  ) {
    items = embeddings.items
    itemBiases = embeddings.itemBiases
    users = embeddings.users ?? EmbeddingMatrix(uniformRows: [], dimension: items.dimension)
    userBiases = embeddings.userBiases
    self.objective = objective
    seed = training.seed
    labels = Labels(interactions.byUser, positiveFrom: objective.positiveFrom, itemCount: items.count)
    let weights = NegativeSampler.weights(labels, popularity: training.popularity)
    sampler = NegativeSampler(
      labels, itemGroups: [UInt8](repeating: 0, count: items.count), groups: 1, weights: weights)
    let positives = labels.positives
    owners = (0..<positives.rowCount).flatMap { user in
      [UInt32](repeating: UInt32(user), count: positives.count(ofRow: user))
    }
    turnSum = positives.values.reduce(0) { $0 + objective.labelWeight(of: $1) }
    let sum = weights.isEmpty ? Double(items.count) : weights.reduce(0, +)
    shares = (0..<items.count).map { (weights.isEmpty ? 1 : weights[$0]) / max(sum, 1) }
  }

  /// Solves an item.
  ///
  /// - Parameters:
  ///   - item: The item's row.
  ///   - others: The users of the item.
  ///   - values: One value per user.
  /// - Throws: ``TrainingError/singular(row:side:pairs:)``.
  func item(_ item: Int, _ others: [UInt32], _ values: [Float]) throws(TrainingError) -> UserFoldIn.User {
    let d = items.dimension
    let isOrder = objective.model == .bpr
    let perPositive = isOrder ? 1 : objective.negatives
    // Each positive pair of the training draws, as often as it takes steps.
    let turns = objective.weighting == .value ? turnSum : Double(owners.count)
    let drawn = turns * perPositive * shares[item]
    // A sample with larger weights stands for a large number of draws.
    let draws = Int(min(drawn.rounded(.up), Double(LabelItemRows.enough)))
    let rounds = max(1, min(LabelItemRows.rounds, LabelItemRows.enough / max(draws + others.count, 1)))
    let own = zip(others, values).reduce(0.0) { $0 + objective.labelWeight(of: $1.1) }
    let visits = own + drawn
    var generator = SeededGenerator(seed: CounterRandom(seed: seed, purpose: 0x49_54_4D).bits(at: UInt64(item)))
    var fit = RowFit(
      capacity: rounds * (others.count + draws), loss: PointLoss(.logistic, range: 0...1),
      penalty: [Double](repeating: objective.lambdaItem * visits, count: d) + [objective.lambdaBias * visits])
    let weight = 1 / Double(rounds)
    let drawWeight = drawn / Double(max(draws, 1)) * weight
    func add(user: UInt32, sign: Double, offset: Double, target: Double, weight: Double) {
      let place = fit.add(offset: offset, target: target, weight: weight)
      fit.rows.add(sign, users, row: user, to: place)
      fit.rows[place, d] = sign
    }
    for _ in 0..<rounds {
      for (user, value) in zip(others, values) {
        let isPositive = Double(value) >= objective.positiveFrom
        if !isOrder {
          add(user: user, sign: 1, offset: bias(ofUser: user), target: isPositive ? 1 : 0, weight: weight)
        } else if isPositive, let other = sampler.draw(user: Int(user), group: 0, &generator) {
          add(
            user: user, sign: 1, offset: -score(user, other), target: 1,
            weight: weight * objective.labelWeight(of: value))
        }
      }
      for _ in 0..<draws {
        let place = Int(generator.next() % UInt64(owners.count))
        let user = owners[place]
        if labels.isKnown(user: Int(user), item: UInt32(item)) { continue }
        if isOrder {
          let share = objective.labelWeight(of: labels.positives.values[place]) * Double(owners.count) / turns
          add(
            user: user, sign: -1, offset: score(user, labels.positives.others[place]), target: 1,
            weight: drawWeight * share)
        } else {
          add(user: user, sign: 1, offset: bias(ofUser: user), target: 0, weight: drawWeight)
        }
      }
    }
    return try fit.user(dimensions: d, side: "items")
  }

  private func bias(ofUser user: UInt32) -> Double { Double(userBiases?[Int(user)] ?? 0) }

  private func score(_ user: UInt32, _ item: UInt32) -> Double {
    var sum = Double(itemBiases?[Int(item)] ?? 0)
    users.withRow(Row(user)) { p in
      items.withRow(Row(item)) { q in
        for component in 0..<p.count { sum += Double(p[component]) * Double(q[component]) }
      }
    }
    return sum
  }
}
