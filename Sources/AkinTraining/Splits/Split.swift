import AkinVectors

/// Interactions in parts: what a model learns from, what it is told of the users whom it has not seen, and what it is
/// tested on. All parts have the ids, and so the rows, of the whole.
public struct Split: Sendable {
  /// Where a pair of user and item went.
  public enum Part: UInt8, Sendable {
    /// Models learn from it.
    case train
    /// Models are told of it when they are asked about a user who was held out: the fold-in.
    case known
    /// It is held out: the truth.
    case test
    /// Nobody sees it.
    case unused
  }

  /// What models learn from. Users who are held out have no pairs in it.
  public let train: Interactions
  /// For each user what is known when the user is asked about, beside the training pairs: only users who are held out
  /// whole have any.
  public let known: InteractionTable
  /// For each user what is held out.
  public let test: InteractionTable

  /// Sorts the pairs of a table into parts.
  ///
  /// - Parameter parts: One for each pair, in the order of ``Interactions/byUser``.
  public init(of whole: Interactions, parts: [Part]) {
    precondition(parts.count == whole.count, "each pair has a part")
    let kept = whole.byUser.filtered { parts[$0] == .train }
    train = Interactions(
      userIDs: whole.userIDs, itemIDs: whole.itemIDs, byUser: kept,
      byItem: kept.transposed(rowCount: whole.itemIDs.count), rowsRead: kept.others.count)
    known = whole.byUser.filtered { parts[$0] == .known }
    test = whole.byUser.filtered { parts[$0] == .test }
  }

  /// How many users have pairs that are known only when they are asked about.
  public var usersHeldOut: Int { known.activeRows }

  /// What a user has, training or fold-in: the pairs that a ranking leaves out.
  public func seen(user: Int) -> [UInt32] {
    let range = train.byUser.offsets[user]..<train.byUser.offsets[user + 1]
    let also = known.offsets[user]..<known.offsets[user + 1]
    return also.isEmpty ? Array(train.byUser.others[range]) : (train.byUser.others[range] + known.others[also]).sorted()
  }
}

extension Interactions {
  /// The pairs whose value is at least `threshold`; users and items keep their rows.
  public func keeping(atLeast threshold: Float) -> Interactions {
    let kept = byUser.keeping(atLeast: threshold)
    return Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: kept, byItem: kept.transposed(rowCount: itemIDs.count),
      rowsRead: rowsRead)
  }
}

extension InteractionTable {
  /// The pairs whose value is at least `threshold`; rows keep their numbers.
  public func keeping(atLeast threshold: Float) -> InteractionTable {
    filtered { values[$0] >= threshold }
  }

  /// How many rows have at least one pair.
  public var activeRows: Int {
    var active = 0
    for row in 0..<rowCount where count(ofRow: row) > 0 { active += 1 }
    return active
  }

  /// The pairs at the places that `isKept` names.
  func filtered(_ isKept: (_ place: Int) -> Bool) -> InteractionTable {
    var offsets = [0]
    var others: [UInt32] = []
    var values: [Float] = []
    offsets.reserveCapacity(rowCount + 1)
    for row in 0..<rowCount {
      for place in self.offsets[row]..<self.offsets[row + 1] where isKept(place) {
        others.append(self.others[place])
        values.append(self.values[place])
      }
      offsets.append(others.count)
    }
    return InteractionTable(offsets: offsets, others: others, values: values)
  }
}
