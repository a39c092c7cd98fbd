import AkinSupport
import AkinVectors

extension TrainedModel {
  /// The content of an embeddings file: vectors, ids, titles, categories, attributes, histories, objective and provenance.
  ///
  /// - Parameters:
  ///   - interactions: The interactions the model was trained on.
  ///   - catalogue: Titles, categories and attributes of items, or `nil`. Items that are not in it get none.
  public func embeddings(for interactions: Interactions, catalogue: ItemTable? = nil) -> Embeddings {
    precondition(
      interactions.byUser.rowCount == users.count && interactions.byItem.rowCount == items.count,
      "the model was trained on these interactions")
    var embeddings = Embeddings(items: items, itemIDs: interactions.itemIDs, metric: metric)
    embeddings.users = users
    embeddings.userIDs = interactions.userIDs
    embeddings.userBiases = userBiases
    embeddings.itemBiases = itemBiases
    embeddings.itemDegrees = itemDegrees
    embeddings.globalMean = globalMean
    embeddings.history = interactions.history
    embeddings.historyValues = interactions.byUser.values
    embeddings.historyWeights = interactions.byUser.weights
    embeddings.objective = objective(for: interactions)
    embeddings.userFeatures = userFeatures
    embeddings.itemFeatures = itemFeatures
    embeddings.towers = towers
    if let catalogue {
      let columns = catalogue.columns(for: interactions.itemIDs)
      embeddings.titles = columns.titles
      embeddings.categories = columns.categories
      embeddings.attributes = columns.attributes
    }
    embeddings.provenance = provenance(of: interactions)
    return embeddings
  }

  private func provenance(of interactions: Interactions) -> [String: JSONValue] {
    var facts: [String: JSONValue] = [
      "model": .string(objective.model.name),
      "options": .object(options),
      "inputDigest": .string(interactions.digest),
      "users": .integer(Int64(interactions.userIDs.count)),
      "items": .integer(Int64(interactions.itemIDs.count)),
      "interactions": .integer(Int64(interactions.count)),
      "rowsRead": .integer(Int64(interactions.rowsRead)),
    ]
    facts["loss"] = losses.last?.json
    if !notes.isEmpty { facts["notes"] = .array(notes.map { .string($0) }) }
    if let range = interactions.valueRange {
      facts["values"] = .object([
        "smallest": .number(Double(range.lowerBound)), "largest": .number(Double(range.upperBound)),
      ])
    }
    return facts
  }
}
