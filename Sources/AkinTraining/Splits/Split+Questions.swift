import AkinVectors

/// What a split asks a ranking model: for each user who can be tested, which items are relevant and which were seen.
public struct SplitQuestions: Sendable {
  /// The users who are asked about, as rows of ``Interactions/userIDs``.
  public let users: [UInt32]
  /// For each of them the held-out items that count as positive.
  public let relevant: History
  /// For each of them the items that a ranking leaves out: all that is trained on or known, positive or not.
  public let seen: History
  /// Users with something held out whom nothing can be asked about: no held-out pair is positive, or none that is
  /// known is.
  public let skipped: Int
}

extension Split {
  /// What the split asks of a model that ranks.
  ///
  /// - Parameter threshold: The least value of a positive; `nil` when every pair is one.
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
