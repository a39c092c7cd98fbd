import AkinVectors

/// Interactions in parts: training pairs, fold-in pairs of held-out users, and test pairs. All parts have the ids and rows of
/// the whole.
public struct Split: Sendable {
  /// The part of a pair.
  public enum Part: UInt8, Sendable {
    /// A training pair.
    case train
    /// A fold-in pair of a held-out user: known when the user is tested, but not trained on.
    case known
    /// A held-out pair: the ground truth.
    case test
    /// A pair that is not used.
    case unused
  }

  /// The training pairs. Held-out users have none.
  public let train: Interactions
  /// The fold-in pairs of each user; only held-out users have any.
  public let known: InteractionTable
  /// The time of each fold-in pair; `nil` if no times were read.
  public let knownTimes: [Double]?
  /// The held-out pairs of each user.
  public let test: InteractionTable

  /// Splits interactions.
  ///
  /// - Parameters:
  ///   - whole: The interactions.
  ///   - parts: The part of each pair, in the order of ``Interactions/byUser``.
  public init(of whole: Interactions, parts: [Part]) {
    precondition(parts.count == whole.count, "each pair has a part")
    let kept = whole.byUser.filtered { parts[$0] == .train }
    func times(of part: Part) -> [Double]? {
      whole.times.map { times in times.indices.compactMap { parts[$0] == part ? times[$0] : nil } }
    }
    train = Interactions(
      userIDs: whole.userIDs, itemIDs: whole.itemIDs, byUser: kept,
      byItem: kept.transposed(rowCount: whole.itemIDs.count), rowsRead: kept.others.count, times: times(of: .train))
    knownTimes = times(of: .known)
    known = whole.byUser.filtered { parts[$0] == .known }
    test = whole.byUser.filtered { parts[$0] == .test }
  }

  /// The number of held-out users.
  public var usersHeldOut: Int { known.activeRows }

  /// The items of a user's training and fold-in pairs, ascending: rankings exclude them.
  ///
  /// - Parameter user: The user's row.
  public func seen(user: Int) -> [UInt32] {
    let range = train.byUser.offsets[user]..<train.byUser.offsets[user + 1]
    let also = known.offsets[user]..<known.offsets[user + 1]
    return also.isEmpty ? Array(train.byUser.others[range]) : (train.byUser.others[range] + known.others[also]).sorted()
  }
}
