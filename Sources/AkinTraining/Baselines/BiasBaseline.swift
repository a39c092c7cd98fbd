import AkinSupport

/// The plainest prediction of a rating that knows users and items: `μ + b_u + b_i`.
///
/// Ten rounds of damped means, items first (Koren 2010, *Factor in the Neighbors*, §2.1):
///
///     b_i = Σ (r − μ − b_u) / (10 + |U_i|)        b_u = Σ (r − μ − b_i) / (15 + |I_u|)
///
/// A model of ratings that does not beat it has learned nothing about tastes.
public struct BiasBaseline: Sendable, Equatable {
  /// μ: the mean of all values.
  public let mean: Double
  /// One bias a user; 0 for users without interactions.
  public let users: [Double]
  /// One bias an item; 0 for items without interactions.
  public let items: [Double]

  /// How strongly the biases of items and of users are drawn to 0, as a number of ratings.
  private static let damping = (items: 10.0, users: 15.0)
  private static let rounds = 10

  /// Learns the biases. O(pairs) time.
  public init(_ interactions: Interactions) {
    let byUser = interactions.byUser
    let byItem = interactions.byItem
    let mean = byUser.values.reduce(0.0) { $0 + Double($1) } / Double(max(byUser.values.count, 1))
    var users = [Double](repeating: 0, count: byUser.rowCount)
    var items = [Double](repeating: 0, count: byItem.rowCount)
    for _ in 0..<BiasBaseline.rounds {
      items = BiasBaseline.biases(byItem, mean: mean, others: users, damping: BiasBaseline.damping.items)
      users = BiasBaseline.biases(byUser, mean: mean, others: items, damping: BiasBaseline.damping.users)
    }
    self.mean = mean
    self.users = users
    self.items = items
  }

  /// The bias of a user whom the baseline has not seen, from some of the user's ratings.
  public func userBias(items rows: ArraySlice<UInt32>, values: ArraySlice<Float>) -> Double {
    var sum = 0.0
    for (item, value) in zip(rows, values) { sum += Double(value) - mean - items[Int(item)] }
    return sum / (BiasBaseline.damping.users + Double(rows.count))
  }

  private static func biases(
    _ table: InteractionTable, mean: Double, others: [Double], damping: Double
  ) -> [Double] {
    (0..<table.rowCount).map { row in
      var sum = 0.0
      for place in table.offsets[row]..<table.offsets[row + 1] {
        sum += Double(table.values[place]) - mean - others[Int(table.others[place])]
      }
      return sum / (damping + Double(table.count(ofRow: row)))
    }
  }
}
