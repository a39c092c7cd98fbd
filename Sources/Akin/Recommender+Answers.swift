import AkinVectors

// What is known of the items of an answer.

extension Recommender {
  /// The attributes of the items, for filters: those of the catalogue, else those of the embeddings, by the rows of the index.
  ///
  ///     let filter = try recommender.attributes.filter("genre = Comedy and year >= 1990").rowFilter
  ///     let items = try recommender.recommend(for: user, SearchRequest(k: 10, filter: filter))
  public var attributes: AttributeTable {
    let own = catalog.attributes
    guard own.entries.isEmpty, let embeddings else { return own }
    let theirs = embeddings.attributes
    guard meetsByID, !theirs.entries.isEmpty else { return theirs }
    let (catalog, ids) = (catalog, embeddings.itemIDs)
    return AttributeTable(entries: theirs.entries, itemCount: catalog.itemCount) { position in
      let rows = (0..<catalog.itemCount).map { ids.row(of: catalog.id(of: Row($0))).map { Int($0.index) } }
      return theirs.column(at: position).gathered(rows)
    }
  }

  /// The categories of an item; empty without embeddings or categories.
  ///
  /// - Parameter item: An item of an answer.
  public func categories(of item: Recommendation) -> [String] {
    guard let embeddings, let row = meetsByID ? embeddings.itemIDs.row(of: item.id) : item.row else { return [] }
    return embeddings.categories(of: row)
  }

  /// The model's prediction for an item of an answer: on the scale of the training, where the score may be a logit, or beyond
  /// the scale. Predictions and scores rank alike.
  ///
  /// - Parameter item: An item of an answer for a user, with its score.
  /// - Returns: The prediction of `Objective.prediction(ofScore:)`; the score without embeddings or objective.
  public func prediction(of item: Recommendation) -> Float { prediction(ofScore: item.score) }

  /// The model's prediction for a score with all terms of the model, as ``prediction(of:)`` says.
  ///
  /// - Parameter score: The score of an item for a user.
  public func prediction(ofScore score: Float) -> Float {
    embeddings?.objective.map { Float($0.prediction(ofScore: Double(score))) } ?? score
  }

  /// The item with the prediction in place of the score.
  package func predicted(_ item: Recommendation) -> Recommendation {
    Recommendation(row: item.row, id: item.id, title: item.title, score: prediction(of: item))
  }

  /// The lists with predictions in place of scores.
  package func predicted(_ lists: NeighborTable) -> NeighborTable {
    guard let objective = embeddings?.objective, !objective.predictsScores else { return lists }
    var lists = lists
    for query in 0..<lists.queryCount {
      lists[query] =
        lists[query].map { one in
          Neighbor(row: one.row, score: Float(objective.prediction(ofScore: Double(one.score))))
        }[...]
    }
    return lists
  }
}
