/// The weights of ratings in J, on average 1: the weight of each rating, such as age leaves it, beside the mean of all.
///
/// What makes all ratings weigh less alike changes nothing, then: neither the fit nor what regularisation has against it.
struct RatingWeights: Sendable {
  /// One divided by the mean weight.
  let factor: Double
  /// The weight of each rating by user and by item; empty where each is 1.
  let byUser: [Double]
  let byItem: [Double]

  /// - Parameters:
  ///   - byUser: The ratings by user.
  ///   - byItem: The same by item.
  init(_ byUser: InteractionTable, _ byItem: InteractionTable) {
    guard let weights = byUser.weights, let others = byItem.weights, let first = weights.first else {
      (factor, self.byUser, self.byItem) = (1, [], [])
      return
    }
    let mean = weights.reduce(0.0) { $0 + Double($1) } / Double(weights.count)
    factor = 1 / mean
    let areEqual = weights.allSatisfy { $0 == first }
    self.byUser = areEqual ? [] : weights.map { Double($0) / mean }
    self.byItem = areEqual ? [] : others.map { Double($0) / mean }
  }

  /// The weight of a rating by its place in the users' order.
  @inline(__always) func ofUsers(_ place: Int) -> Double { byUser.isEmpty ? 1 : byUser[place] }

  /// The weight of a rating by its place in the items' order.
  @inline(__always) func ofItems(_ place: Int) -> Double { byItem.isEmpty ? 1 : byItem[place] }
}
