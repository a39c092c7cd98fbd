import AkinVectors

/// User–item interactions with values: a sparse table of users by items.
///
/// Users and items are numbered by their sorted ids (numbers ascending, texts by UTF-8 bytes), so the order of the input rows
/// changes nothing. Each pair of user and item occurs at most once.
public struct Interactions: Sendable {
  /// The users' ids, ascending.
  public let userIDs: IDColumn
  /// The items' ids, ascending. Items of a catalogue may have no interactions.
  public let itemIDs: IDColumn
  /// The items and values of each user, items ascending.
  public let byUser: InteractionTable
  /// The same pairs by item: the users and values of each item, users ascending.
  public let byItem: InteractionTable
  /// Rows read; more than ``count`` if rows of one pair were joined.
  public let rowsRead: Int
  /// The time of each pair of ``byUser``, the latest of its rows; dates are in seconds since 1970. `nil` if no times were
  /// read.
  public var times: [Double]?
  /// The name of the item column in the header of the file, or `nil`.
  public internal(set) var itemColumn: String?
  /// Whether the file had a column of values.
  package internal(set) var hasValues = true

  /// The number of pairs.
  public var count: Int { byUser.others.count }
  /// The smallest and the largest value; `nil` without pairs. O(pairs).
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

  /// The items of each user. O(pairs).
  public var history: History {
    History(offsets: byUser.offsets.map { UInt64($0) }, rows: byUser.others)
  }
}

extension Interactions {
  /// The pairs with a value of at least `threshold`; users and items keep their rows.
  ///
  /// - Parameter threshold: The smallest value that is kept.
  public func keeping(atLeast threshold: Float) -> Interactions {
    let kept = byUser.keeping(atLeast: threshold)
    let moments = times.map { times in times.indices.compactMap { byUser.values[$0] >= threshold ? times[$0] : nil } }
    return Interactions(
      userIDs: userIDs, itemIDs: itemIDs, byUser: kept, byItem: kept.transposed(rowCount: itemIDs.count),
      rowsRead: rowsRead, times: moments)
  }
}

/// What happens to a pair of user and item that occurs in several rows.
public enum DuplicateRule: String, Sendable, CaseIterable {
  /// An error names both rows.
  case refuse
  /// Values are added.
  case sum
  /// The mean of the values is kept.
  case mean
  /// The value of the oldest row by time is kept; of rows of one time, and without times, that of the first row.
  case first
  /// The value of the newest row by time is kept; of rows of one time, and without times, that of the last row.
  case last

  /// Whether the times of rows matter.
  var followsTimes: Bool { self == .first || self == .last }
}
