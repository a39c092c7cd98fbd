import AkinVectors

/// Who has to do with what, and how much: a sparse table of users by items.
///
/// Users and items are numbered by their sorted ids (numbers ascending, texts by their UTF-8 bytes), so the order of the
/// rows they came from changes nothing. Every pair stands in it at most once.
public struct Interactions: Sendable {
  /// The users' ids, ascending.
  public let userIDs: IDColumn
  /// The items' ids, ascending. An item may have no interactions: a catalogue names it.
  public let itemIDs: IDColumn
  /// For each user the items and values, items ascending.
  public let byUser: InteractionTable
  /// The same pairs: for each item the users and values, users ascending.
  public let byItem: InteractionTable
  /// How many rows were read; more than `count` when rows of one pair were joined.
  public let rowsRead: Int
  /// When each pair of ``byUser`` came to be, in seconds: the latest of its rows; `nil` when no times were read.
  public internal(set) var times: [Double]?

  /// How many pairs of user and item there are.
  public var count: Int { byUser.others.count }
  /// The smallest and the largest value.
  public var valueRange: ClosedRange<Float>? {
    guard let first = byUser.values.first else { return nil }
    var low = first
    var high = first
    for value in byUser.values {
      low = min(low, value)
      high = max(high, value)
    }
    return low...high
  }

  /// Which items each user has interacted with.
  public var history: History {
    History(offsets: byUser.offsets.map { UInt64($0) }, rows: byUser.others)
  }
}

/// One side's view of the pairs: compressed sparse rows.
public struct InteractionTable: Sendable, Equatable {
  /// `offsets[r]..<offsets[r + 1]` is the place of row `r`; one more than there are rows.
  public let offsets: [Int]
  /// The other side's rows, strictly ascending within a row.
  public let others: [UInt32]
  /// The interactions' values, finite and at least 0.
  public let values: [Float]

  /// How many rows there are.
  public var rowCount: Int { offsets.count - 1 }
  /// How many pairs a row has.
  public func count(ofRow row: Int) -> Int { offsets[row + 1] - offsets[row] }
}

/// What to do with a pair of user and item that stands in several rows.
public enum DuplicateRule: String, Sendable, CaseIterable {
  /// Throw an error that names both rows.
  case refuse
  /// Add the values.
  case sum
  /// Keep the value of the last row.
  case last
}
