import AkinSupport
import AkinVectors

/// Vectors and biases: a user's row is `[p, b_u, 1]`, an item's is `[q, 1, b_i]`. One dot product gives `p·q + b_u + b_i`,
/// and one gradient step on the rows moves the biases too.
struct MFParameters: Sendable {
  let dimensions: Int
  let users: DoubleTable
  let items: DoubleTable

  /// The column of the user biases.
  var userBias: Int { dimensions }
  /// The column of the item biases.
  var itemBias: Int { dimensions + 1 }

  /// Creates zero vectors and biases.
  ///
  /// - Parameters:
  ///   - users: The number of users.
  ///   - items: The number of items.
  ///   - dimensions: Components of each vector.
  init(users: Int, items: Int, dimensions: Int) {
    self.dimensions = dimensions
    self.users = DoubleTable(count: users, width: dimensions + 2)
    self.items = DoubleTable(count: items, width: dimensions + 2)
    for user in 0..<users { self.users[user, dimensions + 1] = 1 }
    for item in 0..<items { self.items[item, dimensions] = 1 }
  }

  /// Copies parameters of the same shape into these.
  func copy(from other: MFParameters) {
    users.copy(from: other.users)
    items.copy(from: other.items)
  }

  /// A copy.
  var copied: MFParameters {
    let copy = MFParameters(users: users.count, items: items.count, dimensions: dimensions)
    copy.copy(from: self)
    return copy
  }

  /// Draws the first parameters of a problem.
  init(startOf problem: MFProblem, execution: Execution) throws {
    let options = problem.options
    self.init(users: problem.byUser.rowCount, items: problem.byItem.rowCount, dimensions: options.dimensions)
    let isNormal = options.start == .normal
    let deviation = isNormal ? 1 : (options.start == .tiny ? 0.02 : 0.1) / Double(dimensions).squareRoot()
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
    // Under a sigmoid a bias is not a difference of ratings: it starts at 0.
    if options.range != nil || options.start == .tiny { return }
    startBiases(of: problem, users: learnsUsers, items: learnsItems)
  }

  /// Sets biases to means of ratings, damped by 5 ratings: items first, then users.
  private func startBiases(of problem: MFProblem, users learnsUsers: Bool, items learnsItems: Bool) {
    let damping = 5.0
    if learnsItems {
      for item in 0..<items.count {
        var (sum, total) = (0.0, 0.0)
        for place in problem.byItem.offsets[item]..<problem.byItem.offsets[item + 1] {
          let weight = problem.weights.ofItems(place)
          sum += weight * (Double(problem.byItem.values[place]) - problem.mean - problem.itemMeans[item])
          total += weight
        }
        items[item, itemBias] = sum / (total + damping)
      }
    }
    if learnsUsers {
      for user in 0..<users.count {
        var (sum, total) = (0.0, 0.0)
        for place in problem.byUser.offsets[user]..<problem.byUser.offsets[user + 1] {
          let item = Int(problem.byUser.others[place])
          let weight = problem.weights.ofUsers(place)
          let rest =
            Double(problem.byUser.values[place]) - problem.mean - problem.itemMeans[item] - items[item, itemBias]
          sum += weight * rest
          total += weight
        }
        users[user, userBias] = sum / (total + damping)
      }
    }
  }
}
