import AkinSupport
import AkinVectors

/// Folds new users, items and interactions into trained embeddings, without a training.
///
/// In this order:
///
/// 1. Users with a new or changed interaction, new ones too, are solved with the items fixed, of what they have among known
///    items; only where step 2 has something to solve.
/// 2. Items that had no interaction and have one now are solved with all users fixed. New items without one get the mean of
///    their categories (``CategoryMeans``), or a vector of zeros.
/// 3. The users of step 1 are solved once more, with all items fixed, of all they have.
///
/// So the users of step 3 have the row that the next half-step of training would give them: see ``UserFoldIn``. All other
/// vectors stay as they are, to the bit. Known items do not learn of new interactions; that is what a training adds, and the
/// report's residual says how much it is: by how much one half-step over the items kept would move all scores. It grows with
/// every update, and a training brings it back.
///
/// A pair that was known keeps its place and gets the new value, or the sum of both. Statistics that training took of all
/// users (the mean history of `bm25`) stay what they were.
public enum Update {
  /// Updates embeddings.
  ///
  /// - Parameters:
  ///   - old: A trained model with users and their history: what an embeddings file holds.
  ///   - new: The interactions that have come since.
  ///   - catalogue: Titles and categories; its items belong to the result, and what it says stands for what was known.
  ///   - adding: Whether the values of a pair that is in both are added; else the new one stands.
  ///   - source: Names the old embeddings, for provenance.
  /// - Throws: ``UpdateError``, ``FoldInError``, ``TrainingError``, ``WALSError``, ``Cancelled``.
  /// - Complexity: O(pairs) to merge, one row a user or item to solve, and two half-steps over the items for the residual.
  public static func folding(
    _ new: Interactions, into old: Embeddings, catalogue: ItemCatalogue? = nil, adding: Bool = false,
    source: String? = nil, execution: Execution = Execution()
  ) throws -> (embeddings: Embeddings, report: UpdateReport) {
    let (objective, _) = try FoldInError.check(old.objective)
    if [.popular, .random].contains(objective.model) {
      throw UpdateError.notLearned(model: objective.model.name)
    }
    guard old.users != nil, old.history != nil else { throw UpdateError.noHistory }
    if let range = objective.range, objective.model == .mf { try check(new, in: range) }
    let merged = try Merged(old, new, catalogue, adding: adding)
    var state = UpdateState(old, merged)
    try state.describeItems(by: catalogue)
    let known = state.itemsWithPairs(of: old)
    var report = merged.report
    report.residualBefore = try state.residualBefore(known, execution: execution)

    let table = merged.interactions.byItem
    let fresh = (0..<state.items.count).filter { !known.contains($0) && table.count(ofRow: $0) > 0 }
    if !fresh.isEmpty {
      try state.solveUsers(among: known, execution: execution)
      try state.solveItems(fresh, execution: execution)
    }
    (report.categoryItems, report.unknownItems) = state.guessItems()
    try state.solveUsers(among: nil, execution: execution)
    report.foldedItems = fresh.count
    report.residual = try state.residual(known, execution: execution)
    var result = state.embeddings
    result.provenance = provenance(of: old, new, report, source: source)
    return (result, report)
  }

  /// What was known of how the old embeddings came to be, and this update after those before it.
  private static func provenance(
    of old: Embeddings, _ new: Interactions, _ report: UpdateReport, source: String?
  ) -> [String: JSONValue] {
    var facts = report.json
    facts["inputDigest"] = .string(new.digest)
    facts["source"] = source.map { .string($0) }
    var all = old.provenance
    var updates: [JSONValue] = []
    if case .array(let earlier)? = all["updates"] { updates = earlier }
    all["updates"] = .array(updates + [.object(facts)])
    return all
  }

  private static func check(_ new: Interactions, in range: ClosedRange<Double>) throws(TrainingError) {
    for user in 0..<new.byUser.rowCount {
      for place in new.byUser.offsets[user]..<new.byUser.offsets[user + 1] {
        let value = Double(new.byUser.values[place])
        guard range.contains(value) else {
          throw .outsideRange(
            user: new.userIDs[Row(user)], item: new.itemIDs[Row(Int(new.byUser.others[place]))], value: value,
            range: range)
        }
      }
    }
  }
}
