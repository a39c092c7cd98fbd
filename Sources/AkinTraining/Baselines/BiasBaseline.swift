import AkinSupport

/// The bias-only prediction of a rating: `μ + b_u + b_i`.
///
/// Ten rounds of damped means, items first (Koren 2010, *Factor in the Neighbors*, §2.1):
///
///     b_i = Σ (r − μ − b_u) / (10 + |U_i|)        b_u = Σ (r − μ − b_i) / (15 + |I_u|)
///
/// A rating model that does not beat it has learned nothing about preferences.
public struct BiasBaseline: Sendable, Equatable {
  /// The mean μ of all values.
  public let mean: Double
  /// One bias per user; 0 for users without interactions.
  public let users: [Double]
  /// One bias per item; 0 for items without interactions.
  public let items: [Double]

  /// The damping of item and of user biases, as a number of ratings.
  private static let damping = (items: 10.0, users: 15.0)
  private static let rounds = 10

  /// Learns the biases.
  ///
  /// - Parameter interactions: User–item interactions.
  /// - Complexity: O(pairs).
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

  /// The bias of a new user.
  ///
  /// - Parameters:
  ///   - rows: Rows of the items that the user rated.
  ///   - values: The user's ratings of them.
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
