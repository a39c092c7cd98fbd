import AkinSupport
import AkinVectors

@testable import AkinTraining

/// The objective of ``SideFeatures`` as it is written there: every pair of the block table visited, everything in double
/// precision.
struct BlockOracle {
  let x: Interactions
  let options: WALSOptions
  let sides: SideFeatures
  private let userTargets: [[Double?]]
  private let itemTargets: [[Double?]]
  /// Of each user and item: the weight of the pair, `nil` where it was not observed.
  private let weights: [[Double?]]

  init(x: Interactions, options: WALSOptions, sides: SideFeatures) {
    self.x = x
    self.options = options
    self.sides = sides
    userTargets = Self.targets(sides.users, x.userIDs, x.byUser)
    itemTargets = Self.targets(sides.items, x.itemIDs, x.byItem)
    let plain = WALSOracle(x, options)
    weights = (0..<x.userIDs.count).map { user in
      var weights = [Double?](repeating: nil, count: x.itemIDs.count)
      for place in x.byUser.offsets[user]..<x.byUser.offsets[user + 1] {
        weights[Int(x.byUser.others[place])] = plain.weight(user: user, value: x.byUser.values[place])
      }
      return weights
    }
  }

  /// The four tables of vectors.
  struct Vectors {
    var users: [[Double]]
    var items: [[Double]]
    var userFeatures: [[Double]]
    var itemFeatures: [[Double]]

    init(_ table: BlockTable) {
      users = Vectors.rows(table.users.factors)
      items = Vectors.rows(table.items.factors)
      userFeatures = Vectors.rows(table.users.features)
      itemFeatures = Vectors.rows(table.items.features)
    }

    static func rows(_ table: FactorTable) -> [[Double]] {
      let copy = table.copy
      return (0..<copy.count).map { copy[Row($0)].map(Double.init) }
    }
  }

  /// What a row of features is to come to: `nil` for a feature that it does not have. Flags as they are, other columns
  /// standardised over rows with interactions.
  private static func targets(_ table: FeatureTable?, _ ids: IDColumn, _ trained: InteractionTable) -> [[Double?]] {
    guard let table = table?.aligned(to: ids) else { return (0..<ids.count).map { _ in [] } }
    var rows = [[Double?]](repeating: [Double?](repeating: nil, count: table.featureCount), count: ids.count)
    for row in 0..<ids.count {
      for place in table.offsets[row]..<table.offsets[row + 1] {
        rows[row][Int(table.columns[place])] = Double(table.values[place])
      }
    }
    for feature in 0..<table.featureCount {
      let known = rows.indices.filter { trained.count(ofRow: $0) > 0 }.compactMap { rows[$0][feature] }
      if known.allSatisfy({ $0 == 1 }) && !known.isEmpty { continue }
      let mean = known.reduce(0, +) / Double(known.count)
      let deviation = (known.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(known.count)).squareRoot()
      for row in rows.indices {
        rows[row][feature] = rows[row][feature].flatMap { deviation > 1e-9 ? ($0 - mean) / deviation : nil }
      }
    }
    return rows
  }

  /// The parts of the loss.
  struct Loss {
    var observed = 0.0
    var unobserved = 0.0
    var features = 0.0
    var regularisation = 0.0
    var total: Double { observed + unobserved + features + regularisation }
  }

  func loss(_ v: Vectors) -> Loss {
    var loss = Loss()
    let items = v.items.indices.filter { x.byItem.count(ofRow: $0) > 0 }
    for user in v.users.indices where x.byUser.count(ofRow: user) > 0 {
      let (vector, weights) = (v.users[user], weights[user])
      for item in items {
        let score = dot(vector, v.items[item])
        if let weight = weights[item] {
          loss.observed += weight * (1 - score) * (1 - score)
        } else {
          loss.unobserved += options.w0 * score * score
        }
      }
    }
    add(&loss, rows: v.users, features: v.userFeatures, userTargets, x.byUser, sides.userWeight, sides.userBackground)
    add(&loss, rows: v.items, features: v.itemFeatures, itemTargets, x.byItem, sides.itemWeight, sides.itemBackground)
    return loss
  }

  private func add(
    _ loss: inout Loss, rows: [[Double]], features: [[Double]], _ targets: [[Double?]], _ table: InteractionTable,
    _ weight: Double, _ background: Double
  ) {
    var counts = [Int](repeating: 0, count: features.count)
    for row in rows.indices where table.count(ofRow: row) > 0 {
      let known = targets[row].compactMap { $0 }.count
      loss.regularisation +=
        lambda(Double(table.count(ofRow: row)) + weight * Double(known)) * dot(rows[row], rows[row])
      if known == 0 { continue }
      for feature in features.indices {
        let score = dot(rows[row], features[feature])
        if let target = targets[row][feature] {
          loss.features += weight * (target - score) * (target - score)
          counts[feature] += 1
        } else {
          loss.features += background * score * score
        }
      }
    }
    for feature in features.indices {
      loss.regularisation += lambda(weight * Double(counts[feature])) * dot(features[feature], features[feature])
    }
  }

  private func lambda(_ count: Double) -> Double { options.lambda * pow(count, options.nu) }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    var component = 0
    while component < a.count {
      sum += a[component] * b[component]
      component &+= 1
    }
    return sum
  }

  /// The gradient of the loss at one row of one of the tables, by central differences. The loss is quadratic in the row,
  /// so they have no error but rounding.
  func gradient(_ v: Vectors, _ path: WritableKeyPath<Vectors, [[Double]]>, row: Int) -> [Double] {
    v[keyPath: path][row].indices.map { component in
      var (up, down) = (v, v)
      up[keyPath: path][row][component] += 0.5
      down[keyPath: path][row][component] -= 0.5
      return loss(up).total - loss(down).total
    }
  }
}
