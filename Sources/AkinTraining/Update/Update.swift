import AkinSupport
import AkinVectors

/// Folds new users, items and interactions into trained embeddings, without training.
///
/// 1. Users with new or changed interactions are solved with the items fixed, from their interactions with known items.
///    (Skipped if step 2 has nothing to solve.)
/// 2. Items with interactions now and none before are solved with all users fixed. New items without interactions get the
///    mean of their categories (``CategoryMeans``), or a zero vector.
/// 3. The users of step 1 are solved again with all items fixed, from all their interactions.
///
/// The users of step 3 have the row that the next half-step of training would give: see ``UserFoldIn``. All other vectors
/// keep their bits. Known items do not learn from new interactions. The residual of the report measures what training would
/// change: how far one half-step over the kept items would move all scores. It grows with each update.
///
/// Where the training let values halve with age (``TimeDecay``), the new interactions need times: the newest time moves on, old
/// values lose what has passed since (of ages in interactions, what is new of their user), and the rule and the new time become facts of
/// the result. Users whose interactions are only older now keep their vectors.
///
/// A known pair gets the new value, or the sum of both. Statistics over all users of the training (the mean history of
/// `bm25`) do not change.
public enum Update {
  /// Updates embeddings.
  ///
  /// - Parameters:
  ///   - new: The interactions since the training.
  ///   - old: Embeddings of a trained model, with users and history.
  ///   - catalogue: Titles and categories, or `nil`. Its items become part of the result, and its entries replace known ones.
  ///   - adding: Whether the values of a pair in both are added; else the new value replaces the old one.
  ///   - source: The name of the old embeddings, for provenance.
  ///   - execution: Threads; cancellation.
  /// - Returns: The updated embeddings, and the counts and residuals.
  /// - Throws: ``UpdateError``, ``FoldInError``, ``TrainingError`` or `Cancelled`.
  /// - Complexity: O(pairs) to merge, one solved row per changed user or new item, two half-steps over items for residuals.
  public static func folding(
    _ new: Interactions, into old: Embeddings, catalogue: ItemTable? = nil, adding: Bool = false,
    source: String? = nil, execution: Execution = Execution()
  ) throws -> (embeddings: Embeddings, report: UpdateReport) {
    let (objective, _) = try FoldInError.check(old.objective)
    if [.popular, .random].contains(objective.model) { throw FoldInError.notLearned(model: objective.model.name) }
    guard old.users != nil, old.history != nil else { throw UpdateError.noHistory }
    let (aged, new, decay) = try aged(old, new)
    var old = aged
    try new.checkValues(for: objective.model)
    if let range = objective.range, objective.model == .mf { try check(new, in: range) }
    let merged = try Merged(old, new, catalogue, adding: adding)
    if decay != nil { old.objective = reweighed(old.objective, merged.interactions.byUser) }
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
    if let decay { result.provenance[TimeDecay.fact] = decay.json }
    return (result, report)
  }

  /// Old and new interactions with the values that they have at the newest time, and the rule; all as they are without a rule.
  ///
  /// - Throws: ``TimeDecayError``.
  private static func aged(
    _ old: Embeddings, _ new: Interactions
  ) throws(TimeDecayError) -> (Embeddings, Interactions, TimeDecay?) {
    guard let before = TimeDecay(in: .object(old.provenance)), let history = old.history else { return (old, new, nil) }
    // Ratings stay what they are; their weights age.
    let part: TimeDecay.Part = old.objective?.model == .mf ? .weights : .values
    let (newer, decay) = try new.decayed(
      halfLife: before.halfLife, age: before.age, of: part, newestAtLeast: before.newest)
    var values =
      (part == .values ? old.historyValues : old.historyWeights) ?? [Float](repeating: 1, count: history.rows.count)
    switch decay.age {
    case .days:
      let factor = decay.factor(at: before.newest)
      values = values.map { $0.aged(by: factor) }
    case .interactions:
      var newRows: [UserID: Int] = [:]
      for row in 0..<new.userIDs.count { newRows[new.userIDs[Row(row)]] = row }
      for user in 0..<(old.userIDs?.count ?? 0) {
        guard let id = old.userIDs?[Row(user)], let row = newRows[id] else { continue }
        let factor = decay.factor(ofAge: Double(new.byUser.count(ofRow: row)))
        for place in Int(history.offsets[user])..<Int(history.offsets[user + 1]) {
          values[place] = values[place].aged(by: factor)
        }
      }
    }
    var aged = old
    if part == .values { aged.historyValues = values } else { aged.historyWeights = values }
    return (aged, newer, decay)
  }

  /// The objective with the mean weight of all interactions as they are now, where a model divides weights by it.
  ///
  /// All old weights have become smaller alike, and would count less against the regularisation otherwise.
  private static func reweighed(_ objective: Objective?, _ table: InteractionTable) -> Objective? {
    guard var objective else { return nil }
    let weights =
      switch (objective.model, objective.weighting) {
      case (.mf, _): table.weights ?? []
      case (.bpr, .value): table.values.filter { $0 > 0 }
      default: [] as [Float]
      }
    let sum = weights.reduce(0.0) { $0 + Double($1) }
    if sum > 0 { objective.alpha = Double(weights.count) / sum }
    return objective
  }

  /// The old provenance with this update appended to its updates.
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

  /// Checks that every new value lies in the range of predictions.
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
