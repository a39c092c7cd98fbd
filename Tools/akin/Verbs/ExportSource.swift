import Akin
import AkinInterchange
import AkinSupport

/// What `akin export` reads: an embeddings file, also one inside an index, an index with its items, or a catalogue with those
/// that are left.
struct ExportSource {
  private let path: String
  private let embeddings: EmbeddingFile?
  private let index: HNSWIndex?
  private let catalogue: CatalogueIndex?

  /// One row of a table.
  struct One {
    let id: ItemID
    var title: String?
    var bias: Float?
    let vector: [Float]
  }

  init(path: String) throws {
    self.path = path
    if isDirectory(path) {
      (embeddings, index, catalogue) = (nil, nil, try CatalogueIndex(path: path))
      return
    }
    let kind = try FileKind.sniff(path)
    switch kind {
    case .embeddings: (embeddings, index, catalogue) = (try EmbeddingFile(path: path), nil, nil)
    case .index:
      let index = try HNSWIndex(path: path)
      (self.index, embeddings, catalogue) = (index, try index.facts.embeddings(), nil)
    default: throw FileError(path: path, problem: .wrongKind(expected: .embeddings, found: kind))
    }
  }

  var dimension: Int { embeddings?.dimension ?? index?.dimension ?? catalogue?.dimension ?? 0 }
  var metric: Metric { embeddings?.metric ?? index?.metric ?? catalogue?.metric ?? .innerProduct }

  /// The tables to write, from a file without damage: a copy of it would look sound.
  func tables(_ rows: ExportVerb.Rows, _ execution: Execution) throws -> [VectorTable] {
    var tables: [VectorTable] = []
    if rows != .users { tables.append(try items(execution)) }
    if rows != .items { tables.append(try users(execution)) }
    return tables
  }

  private func items(_ execution: Execution) throws -> VectorTable {
    if let catalogue {
      let live = try catalogue.liveItems(execution)
      return VectorTable(
        .item, vectors: live.items, ids: live.itemIDs, biases: live.itemBiases, titles: live.titles,
        attributes: columns(of: live.attributeTable))
    }
    try check(execution)
    if let file = embeddings, let ids = file.itemIDs.column() {
      return VectorTable(
        .item, vectors: file.items, ids: ids, biases: file.itemBiases?.values, titles: file.titles?.copy(),
        attributes: columns(of: file.attributes))
    }
    guard let index, let ids = index.facts.itemIDs.column() else {
      throw FileError(path: path, problem: .missingSection("IIDP"))
    }
    return VectorTable(
      .item, vectors: index.itemVectors(), ids: ids, biases: index.itemBiases(), titles: index.facts.titles?.copy(),
      attributes: columns(of: index.facts.attributes))
  }

  private func columns(of table: AttributeTable) -> [Attribute] { table.entries.indices.map { table[$0] } }

  private func users(_ execution: Execution) throws -> VectorTable {
    guard let file = embeddings, let users = file.users else { throw ExportSourceError.noUsers(path: path) }
    try check(execution)
    guard let ids = file.userIDs?.column() else { throw FileError(path: path, problem: .missingSection("UIDP")) }
    return VectorTable(.user, vectors: users, ids: ids, biases: file.userBiases?.values)
  }

  private func check(_ execution: Execution) throws {
    let report =
      if index != nil {
        try HNSWIndex.verify(path: path, execution: execution)
      } else {
        try EmbeddingFile.verify(path: path, execution: execution)
      }
    if let damage = report.damages.first {
      throw FileError(
        path: path, problem: .damagedChunk(section: damage.section ?? "CHKS", byteRange: damage.byteRange))
    }
  }

  /// The item that a text names.
  func item(_ text: String) throws -> One {
    let recommender =
      if let catalogue {
        try Recommender(catalogue)
      } else {
        try embeddings.map { try Recommender(exactly: $0) } ?? Recommender(index: path)
      }
    let id = try recommender.item(text)
    let catalog = recommender.catalog
    guard let row = catalog.row(of: id), let vector = recommender.index.vector(of: row) else {
      throw RecommenderError.unknownItem(text)
    }
    let bias = embeddings?.itemBiases?[row] ?? index?.bias(of: row) ?? catalogue?.bias(of: row)
    return One(id: id, title: catalog.title(of: row), bias: bias, vector: vector)
  }

  /// The user with an id.
  func user(_ text: String) throws -> One {
    let id = UserID(parsing: text)
    guard let file = embeddings, let users = file.users, let ids = file.userIDs else {
      throw ExportSourceError.noUsers(path: path)
    }
    guard let row = ids.row(of: id) else { throw RecommenderError.unknownUser(id) }
    return One(id: ids.id(of: row), bias: file.userBiases?[row], vector: users[row])
  }
}

/// Users of a file that holds none.
enum ExportSourceError: AkinError, Equatable {
  /// The file holds no users.
  case noUsers(path: String)

  var kind: TroubleKind { .badInput }
  var description: String {
    switch self {
    case .noUsers(let path): "\(path): expected users, found items alone"
    }
  }
  var help: String? { "export from the embeddings file that was trained, or build the index with --with-users" }
}
