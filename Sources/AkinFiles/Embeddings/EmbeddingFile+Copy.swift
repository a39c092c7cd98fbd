import AkinSupport
import AkinVectors

extension EmbeddingFile {
  /// The whole content of the file, to make another file of it. The vectors stay in place, the rest is copied.
  ///
  /// - Parameter execution: Threads for the verification; progress and cancellation.
  /// - Throws: ``FileError`` for a file with any damage, since a copy of it would get new checksums; ``Cancelled``.
  /// - Complexity: O(*file bytes*).
  public func embeddings(execution: Execution = Execution()) throws -> Embeddings {
    try container.requireSound(verify(execution: execution).damages)
    guard let itemIDs = itemIDs.column() else { throw container.error(.missingSection("IIDP")) }
    var all = Embeddings(items: items, itemIDs: itemIDs, metric: metric)
    all.users = users
    all.userIDs = userIDs?.column()
    all.itemBiases = itemBiases?.values
    all.userBiases = userBiases?.values
    all.itemDegrees = itemDegrees?.values
    all.globalMean = globalMean
    all.titles = titles?.copy()
    if let categoryColumn, let categoryNames {
      var members = History(offsets: [0], rows: [])
      for item in 0..<itemCount {
        members.rows += categoryColumn[Row(item)].map(\.index)
        members.offsets.append(UInt64(members.rows.count))
      }
      all.categories = Categories(
        names: categoryNames.copy() ?? [], members: members, attributeName: attributeSections.categoriesName)
    }
    all.attributes = attributeSections.attributes()
    if users != nil { (all.history, all.historyValues, all.historyWeights) = historyTable }
    all.objective = objective
    if case .object(let facts) = provenance { all.provenance = facts }
    return all
  }
}
