import AkinSupport
import AkinVectors

/// The label of each pair: positive from a threshold on, explicit negative below it (shown and not liked), and unknown for
/// a pair without an interaction.
struct Labels: Sendable {
  /// The smallest positive value.
  let positiveFrom: Double
  /// All pairs with a label, by user.
  let known: InteractionTable
  /// The positive pairs, by user.
  let positives: InteractionTable
  /// The explicit negatives, by user.
  let negatives: InteractionTable
  let itemCount: Int

  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - positiveFrom: The smallest positive value; `nil` takes values above 0.
  /// - Throws: ``TrainingError/nothingToLearn`` or ``TrainingError/noPositives(from:largest:)``.
  init(_ interactions: Interactions, positiveFrom: Double?) throws(TrainingError) {
    guard let range = interactions.valueRange else { throw .nothingToLearn }
    let table = interactions.byUser
    let threshold = positiveFrom ?? Double(table.values.filter { $0 > 0 }.min() ?? .leastNonzeroMagnitude)
    self.init(table, positiveFrom: threshold, itemCount: interactions.itemIDs.count)
    guard !positives.others.isEmpty else {
      throw .noPositives(from: threshold, largest: Double(range.upperBound))
    }
  }

  /// The labels of a table, which may have no positive pair.
  ///
  /// - Parameters:
  ///   - table: Pairs by user.
  ///   - positiveFrom: The smallest positive value.
  ///   - itemCount: Items of the catalogue.
  init(_ table: InteractionTable, positiveFrom: Double, itemCount: Int) {
    self.positiveFrom = positiveFrom
    self.itemCount = itemCount
    known = table
    positives = table.filtered { Double(table.values[$0]) >= positiveFrom }
    negatives = table.filtered { Double(table.values[$0]) < positiveFrom }
  }

  /// Checks that some user has a positive item and lacks another one.
  ///
  /// - Parameter items: The number of items that are compared, the positive ones among them.
  /// - Throws: ``TrainingError/nothingToCompare``.
  func checkComparable(among items: Int) throws(TrainingError) {
    let counts = 1..<max(items, 1)
    guard (0..<positives.rowCount).contains(where: { counts.contains(positives.count(ofRow: $0)) }) else {
      throw .nothingToCompare
    }
  }

  /// Whether a pair has a label. O(log of the user's pairs).
  func isKnown(user: Int, item: UInt32) -> Bool {
    known.place(row: user, other: item) != nil
  }
}
