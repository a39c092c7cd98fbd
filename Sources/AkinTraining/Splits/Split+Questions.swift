import AkinVectors

/// The queries of a split for a ranking model: users, relevant items and seen items.
public struct SplitQuestions: Sendable {
  /// The tested users, as rows of ``Interactions/userIDs``.
  public let users: [UInt32]
  /// The positive held-out items of each tested user.
  public let relevant: History
  /// The items that rankings of each tested user exclude: training and fold-in pairs, positive or not.
  public let seen: History
  /// Users with held-out pairs that cannot be tested: they have no positive held-out pair, or no positive known pair.
  public let skipped: Int
}

extension Split {
  /// The queries of the split for a ranking model.
  ///
  /// - Parameter threshold: The smallest value of a positive pair; `nil` makes every pair positive.
  public func questions(threshold: Float? = nil) -> SplitQuestions {
    func isPositive(_ value: Float) -> Bool { threshold.map { value >= $0 } ?? true }
    var users: [UInt32] = []
    var relevant = History(offsets: [0], rows: [])
    var seen = History(offsets: [0], rows: [])
    var skipped = 0
    for user in 0..<test.rowCount where test.count(ofRow: user) > 0 {
      let held = test.offsets[user]..<test.offsets[user + 1]
      let positives = held.filter { isPositive(test.values[$0]) }
      let isKnown =
        train.byUser.values[train.byUser.offsets[user]..<train.byUser.offsets[user + 1]].contains(where: isPositive)
        || known.values[known.offsets[user]..<known.offsets[user + 1]].contains(where: isPositive)
      guard !positives.isEmpty, isKnown else {
        skipped += 1
        continue
      }
      users.append(UInt32(user))
      relevant.rows += positives.map { test.others[$0] }
      relevant.offsets.append(UInt64(relevant.rows.count))
      seen.rows += self.seen(user: user)
      seen.offsets.append(UInt64(seen.rows.count))
    }
    return SplitQuestions(users: users, relevant: relevant, seen: seen, skipped: skipped)
  }
}
