import AkinSupport
import AkinVectors

/// What each pair says: a value from the threshold on is a positive label, one below it an explicit negative (shown, and
/// not liked), and a pair that is not there is unknown.
struct Labels: Sendable {
  /// The value from which on a label is positive.
  let positiveFrom: Double
  /// The users' view of all pairs with a label.
  let known: InteractionTable
  /// The users' view of the positive pairs alone.
  let positives: InteractionTable
  /// The users' view of the explicit negatives.
  let negatives: InteractionTable
  let itemCount: Int

  /// - Parameter positiveFrom: The threshold; `nil` takes every value above 0 for positive.
  init(_ interactions: Interactions, positiveFrom: Double?) throws(TrainingError) {
    guard let range = interactions.valueRange else { throw .nothingToLearn }
    let table = interactions.byUser
    let threshold = positiveFrom ?? Double(table.values.filter { $0 > 0 }.min() ?? .leastNonzeroMagnitude)
    self.init(table, positiveFrom: threshold, itemCount: interactions.itemIDs.count)
    guard !positives.others.isEmpty else {
      throw .noPositives(from: threshold, largest: Double(range.upperBound))
    }
  }

  /// The labels of a table, which may have no positive one.
  init(_ table: InteractionTable, positiveFrom: Double, itemCount: Int) {
    self.positiveFrom = positiveFrom
    self.itemCount = itemCount
    known = table
    positives = table.filtered { Double(table.values[$0]) >= positiveFrom }
    negatives = table.filtered { Double(table.values[$0]) < positiveFrom }
  }

  /// Whether a pair has a label. O(log *the user's items*).
  func isKnown(user: Int, item: UInt32) -> Bool {
    var low = known.offsets[user]
    var high = known.offsets[user + 1]
    while low < high {
      let middle = (low + high) / 2
      if known.others[middle] < item { low = middle + 1 } else { high = middle }
    }
    return low < known.offsets[user + 1] && known.others[low] == item
  }
}
