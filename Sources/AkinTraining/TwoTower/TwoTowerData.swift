import AkinSupport
import AkinVectors

/// What two towers learn from: pairs with targets, and both sides' features, standardised.
struct TwoTowerData: Sendable {
  /// One side's features.
  struct Side: Sendable {
    let rows: FeatureRows
    let means: [Float]
    let scales: [Float]
    /// What the random numbers of this side's weights are drawn for.
    let purpose: UInt64
  }

  let users: Side
  let items: Side
  /// The rows of each observed pair.
  let pairs: (users: [UInt32], items: [UInt32])
  /// What the product of its vectors is to be, −1...1.
  let targets: [Float]
  let objective: Objective
  /// What a person should know of the features.
  let notes: [String]

  init(_ interactions: Interactions, _ method: TwoTower) throws {
    guard interactions.count > 0 else { throw TrainingError.nothingToLearn }
    guard interactions.count <= Int(UInt32.max) else { throw TrainingError.tooManyPairs(found: interactions.count) }
    let values = interactions.byUser.values
    guard let range = interactions.valueRange, range.lowerBound < range.upperBound else {
      throw TrainingError.constantValues(value: Double(values[0]))
    }
    let users = try SideMaker("users", method.userFeatures, interactions.userIDs, interactions.byUser)
    let items = try SideMaker("items", method.itemFeatures, interactions.itemIDs, interactions.byItem)
    self.users = Side(rows: users.rows, means: users.means, scales: users.scales, purpose: 0x54_54_55)
    self.items = Side(rows: items.rows, means: items.means, scales: items.scales, purpose: 0x54_54_49)
    var rows: [UInt32] = []
    rows.reserveCapacity(interactions.count)
    for user in 0..<interactions.byUser.rowCount {
      for _ in 0..<interactions.byUser.count(ofRow: user) { rows.append(UInt32(user)) }
    }
    pairs = (rows, interactions.byUser.others)
    let low = Double(range.lowerBound)
    let high = Double(range.upperBound)
    targets = values.map { Float((2 * Double($0) - low - high) / (high - low)) }
    var objective = Objective(model: .twoTower, weighting: .rating)
    objective.isObservedOnly = true
    objective.scale = low...high
    self.objective = objective
    notes = users.notes + items.notes
    try TwoTowerData.checkMemory(
      features: max(method.userFeatures.featureCount, method.itemFeatures.featureCount), method.options)
  }

  /// Throws when the towers would not fit this machine's memory.
  static func checkMemory(
    features: Int, _ options: TwoTowerOptions, present: UInt64 = physicalMemory
  ) throws(TrainingError) {
    guard Tower.weightCount(features: features, widths: options.widths) != nil else {
      throw .option(
        name: "hidden", expected: "at most \(Tower.weightLimit) weights", found: "more, with \(features) features")
    }
    // Weights, gradients, two moments and three copies, for two towers.
    let shape = TowerShape(features: features, widths: options.widths)
    let blocks = UInt64(options.batch / TowerNetwork.batch + 1)
    let needed = 2 * 4 * (7 * UInt64(shape.parameterCount) + blocks * UInt64(2 * shape.valueCount))
    guard needed <= present else { throw .memory(needed: needed, present: present) }
  }
}

/// Prepares the features of one side.
private struct SideMaker {
  let rows: FeatureRows
  let means: [Float]
  let scales: [Float]
  let notes: [String]

  init(_ name: String, _ features: FeatureTable, _ ids: IDColumn, _ table: InteractionTable) throws {
    guard features.featureCount <= Tower.widthLimit else {
      throw TrainingError.option(
        name: "features of \(name)", expected: "at most \(Tower.widthLimit)", found: "\(features.featureCount)")
    }
    let rows = features.rows(for: ids)
    // Means and deviations over the observed pairs: who is seen often counts often.
    let count = features.featureCount
    var sums = [Double](repeating: 0, count: count)
    var known = 0.0
    for row in 0..<rows.count where rows.isKnown?[row] ?? true {
      let times = Double(table.count(ofRow: row))
      known += times
      for place in rows.offsets[row]..<rows.offsets[row + 1] {
        sums[Int(rows.columns[place])] += times * Double(rows.values[place])
      }
    }
    let means = sums.map { $0 / max(known, 1) }
    var squares = [Double](repeating: 0, count: count)
    var present = [Double](repeating: 0, count: count)
    var largest = [Double](repeating: 0, count: count)
    for row in 0..<rows.count where rows.isKnown?[row] ?? true {
      let times = Double(table.count(ofRow: row))
      guard times > 0 else { continue }
      for place in rows.offsets[row]..<rows.offsets[row + 1] {
        let feature = Int(rows.columns[place])
        let value = Double(rows.values[place])
        squares[feature] += times * (value - means[feature]) * (value - means[feature])
        present[feature] += times
        largest[feature] = max(largest[feature], value.magnitude)
      }
    }
    var scales: [Float] = []
    for feature in 0..<count {
      squares[feature] += (known - present[feature]) * means[feature] * means[feature]
      let deviation = (squares[feature] / max(known, 1)).squareRoot()
      let scale = Float(1 / deviation)
      scales.append(deviation > 1e-7 * largest[feature] && scale.isFinite ? scale : 0)
    }
    self.rows = rows
    self.means = means.map { Float($0) }
    self.scales = scales
    var notes: [String] = []
    let coverage = features.coverage(of: ids)
    if coverage.withoutFeatures > 0 {
      notes.append(
        "\(coverage.withoutFeatures) of \(ids.count) \(name) have no row of features: they are taken as average")
    }
    if coverage.unknown > 0 {
      notes.append("\(coverage.unknown) rows of features belong to none of the \(name), and were left out")
    }
    let constant = (0..<count).filter { scales[$0] == 0 }.map { "'\(features.names[$0])'" }
    if !constant.isEmpty {
      notes.append(
        "\(constant.count) of \(count) features of \(name) are the same in all interactions, and count as nothing: "
          + constant.prefix(5).joined(separator: ", ") + (constant.count > 5 ? ", …" : ""))
    }
    self.notes = notes
  }
}

extension FeatureTable {
  /// The features of some ids, as a tower takes them.
  func rows(for ids: IDColumn) -> FeatureRows {
    let aligned = aligned(to: ids)
    return FeatureRows(
      offsets: aligned.offsets, columns: aligned.columns, values: aligned.values, isKnown: knows(ids))
  }
}
