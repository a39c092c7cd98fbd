import AkinSupport
import AkinVectors

/// The training data of two towers: pairs, with targets for the squared error, and the standardised features of both sides.
struct TwoTowerData: Sendable {
  let users: TowerInput
  let items: TowerInput
  /// User and item of each pair that is learned: of the softmax the positive ones.
  let pairs: (users: [UInt32], items: [UInt32])
  /// The target of each pair's inner product: its value, scaled to −1...1. Empty for the softmax.
  let targets: [Float]
  /// What the softmax compares; `nil` for the squared error.
  let softmax: SoftmaxPairs?
  /// The most users and items of a step.
  let capacity: (users: Int, items: Int)
  let objective: Objective
  /// Notes for the model: ignored features, and rows without features.
  let notes: [String]

  /// - Throws: ``TrainingError``.
  init(_ interactions: Interactions, _ method: TwoTower) throws(TrainingError) {
    let options = method.options
    guard interactions.count <= Int(UInt32.max) else { throw .tooManyPairs(found: interactions.count) }
    let userSide = TowerSide(name: "users", ids: interactions.userIDs, table: interactions.byUser, purpose: 0x54_54_55)
    let itemSide = TowerSide(name: "items", ids: interactions.itemIDs, table: interactions.byItem, purpose: 0x54_54_49)
    users = try TowerInput(userSide, method.userFeatures)
    items = try TowerInput(itemSide, method.itemFeatures)
    var notes = users.notes(userSide, method.userFeatures) + items.notes(itemSide, method.itemFeatures)
    let features = max(method.userFeatures.featureCount, method.itemFeatures.featureCount)
    if options.loss == .softmax {
      let labels = try Labels(interactions, positiveFrom: options.positiveFrom)
      softmax = try SoftmaxPairs(labels)
      pairs = (labels.positives.rowOfEachPair, labels.positives.others)
      targets = []
      let most = SoftmaxRun.Capacity(options, userCount: interactions.userIDs.count, itemCount: labels.itemCount)
      capacity = (most.users, most.items)
      var objective = Objective(model: .twoTower, weighting: .label)
      objective.loss = .softmax
      objective.positiveFrom = labels.positiveFrom
      let drawable = softmax?.items.count ?? 0
      objective.negatives = Double(min(options.negatives, drawable))
      if options.hardNegatives != nil, drawable <= options.negatives {
        notes.append("hard-negatives has no effect: each step draws all \(drawable) items with a positive pair")
      }
      self.objective = objective
    } else {
      let range = try TwoTowerData.valueRange(of: interactions, options.range)
      softmax = nil
      pairs = (interactions.byUser.rowOfEachPair, interactions.byUser.others)
      let (low, high) = (range.lowerBound, range.upperBound)
      targets = interactions.byUser.values.map { Float((2 * Double($0) - low - high) / (high - low)) }
      capacity = (options.batch, options.batch)
      var objective = Objective(model: .twoTower, weighting: .rating)
      objective.isObservedOnly = true
      objective.scale = range
      self.objective = objective
    }
    self.notes = notes
    try TwoTowerData.checkMemory(features: features, options, capacity: capacity)
  }

  /// The range that is asked for, which must hold all values; else the smallest and the largest value, which differ.
  private static func valueRange(
    of interactions: Interactions, _ asked: ClosedRange<Double>?
  ) throws(TrainingError) -> ClosedRange<Double> {
    guard let range = interactions.valueRange else { throw .nothingToLearn }
    if let asked {
      let table = interactions.byUser
      for user in 0..<table.rowCount {
        for pair in table.offsets[user]..<table.offsets[user + 1] where !asked.contains(Double(table.values[pair])) {
          throw .outsideRange(
            user: interactions.userIDs[Row(user)], item: interactions.itemIDs[Row(table.others[pair])],
            value: Double(table.values[pair]), range: asked)
        }
      }
      return asked
    }
    guard range.lowerBound < range.upperBound else { throw .equalRatings(value: Double(range.lowerBound)) }
    return Double(range.lowerBound)...Double(range.upperBound)
  }

  /// Checks that the towers fit the memory that is free.
  ///
  /// - Parameters:
  ///   - features: Features of the wider side.
  ///   - options: Layers and batch size.
  ///   - capacity: The most users and items of a step; `nil` takes the batch size.
  ///   - present: Bytes of memory that are free.
  /// - Throws: ``TrainingError/memory(needed:present:)``, or ``TrainingError/option(name:expected:found:)`` for too many
  ///   weights.
  static func checkMemory(
    features: Int, _ options: TwoTowerOptions, capacity: (users: Int, items: Int)? = nil,
    present: UInt64 = availableMemory
  ) throws(TrainingError) {
    guard Tower.weightCount(features: features, widths: options.widths) != nil else {
      throw .option(
        name: "hidden", expected: "at most \(Tower.weightLimit) weights", found: "more, with \(features) features")
    }
    // Weights, gradients, two moments, and copies of all but the gradients, for two towers.
    let shape = TowerShape(features: features, widths: options.widths)
    let (users, items) = capacity ?? (options.batch, options.batch)
    let blocks = UInt64(users / TowerNetwork.batch + items / TowerNetwork.batch + 2)
    let width = shape.layers[shape.layers.count - 1].paddedOutputs
    var needed = 4 * (14 * UInt64(shape.parameterCount) + blocks * UInt64(shape.valueCount + 2 * width + 32))
    if options.loss == .softmax {
      needed += 4 * UInt64(SoftmaxTables.floatCount(width: width, capacity: items))
    }
    guard needed <= present else { throw .memory(needed: needed, present: present) }
  }
}
