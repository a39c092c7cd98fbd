import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

/// Items on their way into a segment, in order of arrival.
struct SegmentContent {
  /// What the index file is built from: items, ids, titles and biases, without users.
  var embeddings: Embeddings

  /// The items of some rows of embeddings.
  ///
  /// - Parameters:
  ///   - source: The embeddings.
  ///   - ids: The id of each of its rows.
  ///   - rows: The rows to take, in order; `nil` takes all.
  init(_ source: Embeddings, ids: [ItemID], rows: [Int]? = nil) {
    guard let rows else {
      embeddings = Embeddings(items: source.items, itemIDs: ids.column, metric: source.metric)
      embeddings.itemBiases = source.itemBiases
      embeddings.titles = source.titles
      embeddings.categories = source.categories
      embeddings.attributes = source.attributes
      embeddings.globalMean = source.globalMean
      return
    }
    let items = source.items
    let matrix = unsafe EmbeddingMatrix(count: rows.count, dimension: items.dimension) { floats, stride in
      for (place, row) in rows.enumerated() {
        items.withRow(Row(row)) { vector in
          for component in 0..<vector.count { unsafe floats[place * stride + component] = vector[component] }
        }
      }
    }
    embeddings = Embeddings(items: matrix, itemIDs: rows.map { ids[$0] }.column, metric: source.metric)
    embeddings.itemBiases = source.itemBiases.map { biases in rows.map { biases[$0] } }
    embeddings.titles = source.titles.map { titles in rows.map { titles[$0] } }
    embeddings.describe(by: .joined([(source.attributeTable, rows.map { Row($0) })]))
    embeddings.globalMean = source.globalMean
  }

  /// The live items of segments, in their order; every byte of the segments is checked first.
  ///
  /// - Throws: ``FileError`` for a damaged segment, ``Cancelled``.
  init(merging segments: [Segment], of model: Manifest.Model, execution: Execution) throws {
    var rows: [(index: HNSWIndex, row: Row)] = []
    var titles: [String] = []
    var ids: [ItemID] = []
    let hasTitles = segments.contains { $0.index?.facts.titles != nil }
    for segment in segments {
      guard let index = segment.index else { preconditionFailure("a damaged segment is not merged") }
      let file = index.facts.container
      try file.requireSound(file.damagedBytes(execution).damages)
      for row in (0..<segment.record.rows).map({ Row($0) }) where segment.holds(row) {
        rows.append((index, row))
        ids.append(index.facts.itemIDs.id(of: row).canonical)
        if hasTitles { titles.append(index.facts.titles?[row] ?? "") }
      }
      try execution.checkCancellation()
    }
    let matrix = try unsafe EmbeddingMatrix(count: rows.count, dimension: model.dimension) {
      (floats, stride) throws(FileError) in
      for (place, (index, row)) in rows.enumerated() {
        let found: Void? = index.withVector(of: row) { vector in
          for component in 0..<vector.count { unsafe floats[place * stride + component] = vector[component] }
        }
        guard found != nil else {
          throw index.facts.container.error(.badField(name: "node of \(row)", found: "none", expected: "a node"))
        }
      }
    }
    embeddings = Embeddings(items: matrix, itemIDs: ids.column, metric: model.metric)
    if model.hasBiases { embeddings.itemBiases = rows.map { $0.index.bias(of: $0.row) ?? 0 } }
    if hasTitles { embeddings.titles = titles }
    embeddings.describe(
      by: .joined(
        segments.map { segment in
          (
            segment.index?.facts.attributes,
            (0..<segment.record.rows).map { Row($0) }.filter { segment.holds($0) }
          )
        }))
    embeddings.globalMean = model.globalMean
  }

  /// Builds the index of the items.
  ///
  /// - Parameter base: A segment that holds most of the items, and for each item its row there: the graph grows out of its graph.
  func index(
    _ model: Manifest.Model, isLinked: Bool, growing base: (index: HNSWIndex, rows: [Row?])? = nil,
    execution: Execution
  ) throws -> HNSWIndex {
    var options = model.options
    // Merges copy vectors, and read them as floats.
    options.store = .float32
    if let base { return try HNSWIndex(embeddings, options: options, growing: base, execution: execution) }
    options.linksItems = isLinked
    // Rows of links that stay empty take the least space.
    if !isLinked { options.m = 2 }
    return try HNSWIndex(embeddings, options: options, execution: execution)
  }
}

extension ItemID {
  /// The number that this id is or spells; otherwise the id itself.
  var canonical: ItemID { if case .text(let text) = self { ItemID(parsing: text) } else { self } }
}

extension IDColumn {
  /// The ids by row, each that spells a number as a number.
  var canonical: [ItemID] { (0..<count).map { self[Row($0)].canonical } }
}

extension [ItemID] {
  /// The column of these ids: numbers where all are, else texts.
  var column: IDColumn {
    var numbers: [UInt64] = []
    numbers.reserveCapacity(count)
    for case .number(let number) in self { numbers.append(number) }
    return numbers.count == count ? .numbers(numbers) : .texts(map(\.description))
  }
}
