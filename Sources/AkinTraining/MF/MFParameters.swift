import AkinSupport
import AkinVectors

/// All that is learned: a user's row is `[p, b_u, 1]`, an item's `[q, 1, b_i]`, so that one dot product is
/// `p·q + b_u + b_i`, and a gradient step on the rows is one on the biases too.
struct MFParameters: Sendable {
  let dimensions: Int
  let users: DoubleTable
  let items: DoubleTable

  var userBias: Int { dimensions }
  var itemBias: Int { dimensions + 1 }

  init(users: Int, items: Int, dimensions: Int) {
    self.dimensions = dimensions
    self.users = DoubleTable(count: users, width: dimensions + 2)
    self.items = DoubleTable(count: items, width: dimensions + 2)
    for user in 0..<users { self.users[user, dimensions + 1] = 1 }
    for item in 0..<items { self.items[item, dimensions] = 1 }
  }

  /// Takes over the numbers of parameters of the same shape.
  func copy(from other: MFParameters) {
    users.copy(from: other.users)
    items.copy(from: other.items)
  }

  /// Parameters of the same shape and the same numbers.
  var copied: MFParameters {
    let copy = MFParameters(users: users.count, items: items.count, dimensions: dimensions)
    copy.copy(from: self)
    return copy
  }

  /// The first parameters of a problem.
  init(startOf problem: MFProblem, execution: Execution) throws {
    let options = problem.options
    self.init(users: problem.byUser.rowCount, items: problem.byItem.rowCount, dimensions: options.dimensions)
    let isNormal = options.start == .normal
    let deviation = isNormal ? 1 : 0.1 / Double(dimensions).squareRoot()
    for (table, pairs, purpose) in [(users, problem.byUser, 0x4D_46_55), (items, problem.byItem, 0x4D_46_49)] {
      try table.draw(
        deviation: deviation, columns: dimensions, seed: options.seed, purpose: UInt64(purpose), execution: execution
      ) { isNormal || pairs.count(ofRow: $0) > 0 }
    }
    let learnsUsers = options.biases != .none
    let learnsItems = options.biases == .both
    if isNormal {
      let random = CounterRandom(seed: options.seed, purpose: 0x4D_46_42)
      if learnsUsers { for row in 0..<users.count { users[row, userBias] = random.normal(at: UInt64(2 * row)) } }
      if learnsItems { for row in 0..<items.count { items[row, itemBias] = random.normal(at: UInt64(2 * row + 1)) } }
      return
    }
    // With a sigmoid a bias is no difference of ratings: it starts at 0.
    if options.range != nil { return }
    let damping = 5.0
    if learnsItems {
      for item in 0..<items.count {
        var sum = 0.0
        for place in problem.byItem.offsets[item]..<problem.byItem.offsets[item + 1] {
          sum += Double(problem.byItem.values[place]) - problem.mean - problem.itemMeans[item]
        }
        items[item, itemBias] = sum / (Double(problem.byItem.count(ofRow: item)) + damping)
      }
    }
    if learnsUsers {
      for user in 0..<users.count {
        var sum = 0.0
        for place in problem.byUser.offsets[user]..<problem.byUser.offsets[user + 1] {
          let item = Int(problem.byUser.others[place])
          sum += Double(problem.byUser.values[place]) - problem.mean - problem.itemMeans[item] - items[item, itemBias]
        }
        users[user, userBias] = sum / (Double(problem.byUser.count(ofRow: user)) + damping)
      }
    }
  }
}

extension MFProblem {
  /// The model that parameters make.
  func model(_ parameters: MFParameters) -> TrainedModel {
    var objective = Objective(
      model: .mf, weighting: .rating, lambdaUser: options.lambda ?? 0, lambdaItem: options.lambda ?? 0,
      nu: options.nu ?? 0)
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
