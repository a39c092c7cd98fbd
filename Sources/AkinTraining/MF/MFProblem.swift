import AkinSupport
import AkinVectors

/// The objective J of ``MFOptions`` for given ratings.
struct MFProblem: Sendable {
  /// Resolved options.
  private(set) var options: MFOptions
  let userIDs: IDColumn
  let itemIDs: IDColumn
  let byUser: InteractionTable
  let byItem: InteractionTable
  let pointLoss: PointLoss
  let weights: RatingWeights
  /// Added to every score: the mean rating; under a sigmoid the score that predicts it, or 0 with ``MFOptions/Start/tiny``.
  let mean: Double
  /// Added to the scores of each item: the means that were subtracted; zeros without mean damping.
  let itemMeans: [Double]
  let userPenalties: Penalties
  let itemPenalties: Penalties
  /// The smallest and the largest rating.
  let scale: ClosedRange<Double>
  let loops: DenseLoops

  /// The factors of ½ |vector|² and ½ bias² of each row.
  struct Penalties: Sendable {
    let vector: [Double]
    let bias: [Double]

    init(_ options: MFOptions, _ table: InteractionTable) {
      let penalty = MFPenalty(options)
      let all = (0..<table.rowCount).map { penalty(count: table.count(ofRow: $0), pairs: table.others.count) }
      vector = all.map(\.vector)
      bias = all.map(\.bias)
    }
  }

  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Resolved and checked options.
  ///   - loops: The kernels.
  /// - Throws: ``TrainingError/nothingToLearn``, ``TrainingError/constantValues(value:)``,
  ///   ``TrainingError/outsideRange(user:item:value:range:)``.
  init(_ interactions: Interactions, options: MFOptions, loops: DenseLoops) throws(TrainingError) {
    userIDs = interactions.userIDs
    itemIDs = interactions.itemIDs
    byUser = interactions.byUser
    byItem = interactions.byItem
    weights = RatingWeights(byUser, byItem)
    self.loops = loops
    var options = options
    guard let seen = interactions.valueRange else { throw .nothingToLearn }
    scale = Double(seen.lowerBound)...Double(seen.upperBound)
    if options.loss == .logistic, options.range == nil {
      guard scale.lowerBound < scale.upperBound else { throw .constantValues(value: scale.lowerBound) }
      options.range = scale
    }
    self.options = options
    if let range = options.range { try MFProblem.check(interactions, in: range) }
    pointLoss = PointLoss(options.loss, range: options.range)
    var sum = 0.0
    for (place, value) in byUser.values.enumerated() { sum += weights.ofUsers(place) * Double(value) }
    let average = sum / Double(byUser.values.count)
    if options.start == .tiny, options.range != nil, options.optimiser == .adamw, options.biases != .none {
      mean = 0
    } else if let range = options.range {
      // Half a rating at either end keeps the logit finite if all ratings are at one end.
      let share = (average - range.lowerBound) / (range.upperBound - range.lowerBound)
      let rim = 0.5 / Double(byUser.values.count + 1)
      let kept = min(max(share, rim), 1 - rim)
      mean = log(kept / (1 - kept))
    } else {
      mean = options.meanDamping == nil ? average : 0
    }
    var means = [Double](repeating: 0, count: byItem.rowCount)
    if let damping = options.meanDamping {
      for item in means.indices {
        var sum = damping * average
        var total = damping
        for place in byItem.offsets[item]..<byItem.offsets[item + 1] {
          sum += weights.ofItems(place) * Double(byItem.values[place])
          total += weights.ofItems(place)
        }
        means[item] = sum / (total + 1e-12)
      }
    }
    itemMeans = means
    userPenalties = Penalties(options, byUser)
    itemPenalties = Penalties(options, byItem)
  }

  /// Checks that every rating lies in the range of predictions.
  private static func check(_ interactions: Interactions, in range: ClosedRange<Double>) throws(TrainingError) {
    let table = interactions.byUser
    for user in 0..<table.rowCount {
      for place in table.offsets[user]..<table.offsets[user + 1] where !range.contains(Double(table.values[place])) {
        throw .outsideRange(
          user: interactions.userIDs[Row(user)], item: interactions.itemIDs[Row(Int(table.others[place]))],
          value: Double(table.values[place]), range: range)
      }
    }
  }

  /// The problem of one of several trainings whose scores are averaged: a part of the dimensions, and another seed.
  ///
  /// - Parameter run: The number of the training; the first has the seed of all.
  func part(_ run: Int) -> MFProblem {
    var part = self
    part.options.dimensions /= options.runs ?? 1
    if run > 0 { part.options.seed = CounterRandom(seed: options.seed, purpose: 0x4D_46_52).bits(at: UInt64(run)) }
    return part
  }
}
