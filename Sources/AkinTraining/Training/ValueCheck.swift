import AkinVectors

extension Interactions {
  /// Checks that no value is below 0, for models that take a value for the strength of an interaction.
  ///
  /// - Parameter model: The model.
  /// - Throws: ``TrainingError/negativeValue(user:item:value:)`` for the first such pair.
  /// - Complexity: O(pairs).
  func checkValues(for model: Objective.Model) throws(TrainingError) {
    guard !model.allowsNegativeValues, let place = byUser.values.firstIndex(where: { $0 < 0 }) else { return }
    let user = byUser.offsets.lastIndex { $0 <= place } ?? 0
    throw .negativeValue(
      user: userIDs[Row(user)], item: itemIDs[Row(Int(byUser.others[place]))], value: byUser.values[place])
  }
}
