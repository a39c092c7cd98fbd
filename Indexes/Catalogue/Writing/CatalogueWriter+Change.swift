import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

extension CatalogueWriter {
  /// Adds the items of embeddings. An item whose id is there replaces that item, and arrives anew; one that is there bit for
  /// bit (vector, bias, title and attributes) stays as it is. The embeddings that `akin update` wrote thus add what the update has changed.
  ///
  /// Nothing large is rewritten: call ``merge(execution:)`` afterwards, so that segments do not become many.
  ///
  /// - Parameters:
  ///   - source: Embeddings of the model of the catalogue.
  ///   - execution: Threads, progress and cancellation.
  /// - Returns: What was done.
  /// - Throws: ``CatalogueError``, ``FileError``, ``OutputError``, ``Cancelled``; the catalogue is as before then.
  /// - Complexity: O(*new items* · *segments* · log *rows*), and the bits of deleted rows.
  @discardableResult
  public func add(_ source: EmbeddingFile, execution: Execution = Execution()) throws -> CatalogueChange {
    guard source.itemIDs.kind != .rowNumber || source.itemCount == 0 else {
      throw CatalogueError.withoutIDs(path: source.container.path)
    }
    return try add(
      source.items(execution), lineage: source.lineage, name: source.container.path, execution: execution)
  }

  @discardableResult
  func add(
    _ source: Embeddings, lineage: Digest, name: String, execution: Execution = Execution()
  ) throws -> CatalogueChange {
    try current.manifest.model.check(source, lineage: lineage, name: name)
    var change = CatalogueChange(.add)
    change.generation = current.manifest.generation
    let ids = source.itemIDs.canonical
    let table = source.attributeTable
    var segments = openSegments
    var rows: [Int] = []
    for (row, id) in ids.enumerated() {
      guard let (place, old) = find(id, in: segments) else {
        rows.append(row)
        change.added += 1
        continue
      }
      if segments[place].index.holds(source, table, row, at: old) {
        change.unchanged += 1
        continue
      }
      segments[place].record.deleted.insert(old)
      rows.append(row)
      change.replaced += 1
    }
    guard !rows.isEmpty else { return change }
    try execution.checkCancellation()
    let content = SegmentContent(source, ids: ids, rows: rows.count == ids.count ? nil : rows)
    let index = try content.index(
      current.manifest.model, isLinked: rows.count >= policy.linkedFrom, execution: execution)
    change.written = rows.count
    segments.append(try write(index, execution: execution))
    try publish(segments, &change)
    return change
  }

  /// Deletes items.
  ///
  /// - Parameter ids: Their ids; one that no item has is counted, and nothing else.
  /// - Returns: What was done; there is no new generation when nothing was.
  /// - Throws: ``CatalogueError``, ``OutputError``; the catalogue is as before then.
  /// - Complexity: O(*ids* · *segments* · log *rows*), and the bits of deleted rows.
  @discardableResult
  public func delete(_ ids: some Sequence<ItemID>) throws -> CatalogueChange {
    var change = CatalogueChange(.delete)
    change.generation = current.manifest.generation
    var segments = openSegments
    var named: Set<ItemID> = []
    // An id that is named twice is deleted once.
    for id in ids where named.insert(id).inserted {
      if let (place, row) = find(id, in: segments) {
        segments[place].record.deleted.insert(row)
        change.deleted += 1
      } else {
        change.unknown += 1
      }
    }
    if change.deleted > 0 { try publish(segments, &change) }
    return change
  }

  /// Whether an item that is not deleted has this id.
  ///
  /// - Parameter id: The id.
  package func contains(_ id: ItemID) -> Bool { find(id, in: openSegments) != nil }

  /// The segment and row of a live item, the newest segments first.
  private func find(
    _ id: ItemID, in segments: [(record: SegmentRecord, index: HNSWIndex)]
  ) -> (place: Int, row: Row)? {
    for (place, segment) in segments.enumerated().reversed() {
      if let row = segment.index.facts.itemIDs.row(of: id), !segment.record.deleted.contains(row) {
        return (place, row)
      }
    }
    return nil
  }
}

extension HNSWIndex {
  /// Whether a row holds an item of embeddings bit for bit: vector, bias, title and attributes.
  fileprivate func holds(_ source: Embeddings, _ table: AttributeTable, _ row: Int, at old: Row) -> Bool {
    let isSame = withVector(of: old) { stored in
      source.items.withRow(Row(row)) { new in
        for component in 0..<new.count where (new[component] + 0).bitPattern != stored[component].bitPattern {
          return false
        }
        return true
      }
    }
    // Titles and biases that are not there are empty, and 0.
    let bias = hasBiases ? (source.itemBiases?[row] ?? 0) + 0 : 0
    return isSame == true && bias == self.bias(of: old) ?? 0
      && (source.titles?[row] ?? "").utf8.elementsEqual((facts.titles?[old] ?? "").utf8)
      && table.values(of: Row(row)) == facts.attributes.values(of: old)
  }
}

extension Manifest.Model {
  /// Throws unless embeddings are of this model.
  fileprivate func check(_ source: Embeddings, lineage: Digest, name: String) throws(CatalogueError) {
    func refuse(_ fact: ModelFact, _ expected: String, _ found: String) throws(CatalogueError) {
      guard expected != found else { return }
      throw .otherModel(path: name, fact: fact, expected: expected, found: found)
    }
    func word(_ lineage: Digest) -> String { lineage.isNone ? "none" : lineage.description }
    try refuse(.dimension, "\(dimension)", "\(source.items.dimension)")
    try refuse(.metric, metric.name, source.metric.name)
    try refuse(.lineage, word(self.lineage), word(lineage))
    if metric == .innerProduct {
      try refuse(.biases, hasBiases ? "biases" : "none", source.itemBiases != nil ? "biases" : "none")
      try refuse(.globalMean, "\(globalMean)", "\(source.globalMean)")
    }
  }
}
