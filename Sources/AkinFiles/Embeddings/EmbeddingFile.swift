import AkinSupport
import AkinVectors

/// An open embeddings file (`.emb`): vectors, biases, ids, titles, categories and history, read in place.
///
/// Opening is O(1): it reads the first page and compares every size that follows from it. The rest is read on demand,
/// and each number is checked before it is used as a position. Only what a call returns is copied, so a file may be
/// larger than memory, and any number of threads and processes may share it.
public final class EmbeddingFile: Sendable {
  /// The file's header, sections and texts.
  public let container: ContainerFile
  /// The number of items; may be 0.
  public let itemCount: Int
  /// The number of users; may be 0.
  public let userCount: Int
  /// The number of components of each vector.
  public let dimension: Int
  /// How the vectors are meant to be compared.
  public let metric: Metric
  /// A constant that is added to every score.
  public let globalMean: Float
  /// The items' vectors, as a view of the file.
  public let items: EmbeddingMatrix
  /// The users' vectors, as a view of the file; `nil` when there are no users.
  public let users: EmbeddingMatrix?
  /// One bias per item; `nil` when the model has none.
  public let itemBiases: FloatColumn?
  /// One bias per user; `nil` when the model has none.
  public let userBiases: FloatColumn?
  /// The degree of each item in the training; `nil` when the model has none.
  public let itemDegrees: FloatColumn?
  /// The ids of the items.
  public let itemIDs: IDTable
  /// The ids of the users; `nil` when there are no users.
  public let userIDs: IDTable?
  /// The items' titles, empty for an item without one; `nil` when the file has none.
  public let titles: TextColumn?
  /// The names of all categories; `nil` when the file has none.
  public let categoryNames: TextColumn?
  /// The objective of the training; `nil` for vectors made elsewhere, or by a model that this version does not know.
  public let objective: Objective?
  let categoryColumn: RaggedColumn?
  let historyColumn: RaggedColumn?
  let featureSections: FeatureSections?
  let userTowerTable: TowerTable?
  let itemTowerTable: TowerTable?
  let valueColumn: FloatColumn?
  let weightColumn: FloatColumn?
  let attributeSections: AttributeSections

  /// Opens an embeddings file, mapped.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``FileError``: the file cannot be read, is another kind, or its header contradicts itself.
  public convenience init(path: String) throws(FileError) {
    try self.init(container: ContainerFile(path: path, format: .embeddings))
  }

  /// Opens an embeddings file, mapped with advice or copied into memory.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - mode: How its bytes are reached.
  /// - Throws: ``FileError``: the file cannot be read, is another kind, or its header contradicts itself.
  public convenience init(path: String, mode: OpenMode) throws(FileError) {
    try self.init(container: ContainerFile(path: path, format: .embeddings, mode: mode))
  }

  /// Reads an open container of kind embeddings.
  package init(container file: ContainerFile) throws(FileError) {
    guard file.kind == .embeddings else {
      throw file.error(.wrongKind(expected: .embeddings, found: file.kind))
    }
    let layout = try EmbeddingLayout(of: file)
    container = file
    itemCount = layout.items
    userCount = layout.users
    dimension = layout.dimension
    metric = layout.metric
    globalMean = layout.globalMean

    items = try EmbeddingFile.matrix("IVEC", in: file, count: layout.items, layout)
    let users = try EmbeddingFile.matrix("UVEC", in: file, count: layout.users, layout)
    self.users = layout.users > 0 ? users : nil
    itemBiases = try EmbeddingFile.biases("IBIA", in: file, count: layout.items, layout.flags.contains(.itemBiases))
    userBiases = try EmbeddingFile.biases("UBIA", in: file, count: layout.users, layout.flags.contains(.userBiases))
    itemDegrees = try EmbeddingFile.biases("IDEG", in: file, count: layout.items, file.entry("IDEG") != nil)

    itemIDs = try EmbeddingFile.ids(.items, in: file, count: layout.items, layout.itemIDKind)
    let userIDs = try EmbeddingFile.ids(.users, in: file, count: layout.users, layout.userIDKind)
    self.userIDs = layout.users > 0 ? userIDs : nil

    titles = try TextColumn(in: file, offsets: "ITOF", text: "ITBL", count: layout.items)
    let names = try TextColumn(in: file, offsets: "CNOF", text: "CNBL")
    categoryNames = names
    categoryColumn = try RaggedColumn(
      in: file, offsets: "ICOF", rows: "ICAT", count: layout.items, limit: names?.count ?? 0)
    historyColumn = try RaggedColumn(
      in: file, offsets: "HOFF", rows: "HROW", count: layout.users, limit: layout.items)
    featureSections = try FeatureSections(in: file, dimension: layout.dimension, stride: layout.stride)
    userTowerTable = try TowerTable(in: file, .users, dimension: layout.dimension)
    itemTowerTable = try TowerTable(in: file, .items, dimension: layout.dimension)
    attributeSections = try AttributeSections(in: file, items: layout.items)
    valueColumn = try HistoryValues.read("HVAL", in: file, history: historyColumn)
    weightColumn = try HistoryValues.read("HWGT", in: file, history: historyColumn)
    if let entry = file.entry("OBJV") {
      let size = ObjectiveRecord.sizes.first { entry.elementBytes == $0 } ?? ObjectiveRecord.byteCount
      let view = try file.requireSection("OBJV", count: 1, elementBytes: size)
      objective = ObjectiveRecord.objective(in: view)
    } else {
      objective = nil
    }
  }

  /// Names the file's content; an index of these embeddings holds it.
  public var digest: Digest { container.header.rootDigest }

  /// How the vectors came to be, as an object; `JSONValue.null` when the text cannot be read.
  public var provenance: JSONValue { container.provenance ?? .null }

  /// Metadata of the caller, or `nil`.
  public var metadata: JSONValue? { container.metadata }

  /// A copy of the network that makes users' vectors from features; `nil` when the file has none, or a damaged one.
  ///
  /// - Complexity: O(*weights*) at each access.
  public var userTower: Tower? { userTowerTable?.tower }

  /// A copy of the network that makes items' vectors from features; otherwise as ``userTower``.
  public var itemTower: Tower? { itemTowerTable?.tower }

  /// The sizes of the two towers; `nil` when the file has none.
  public var towerShapes: (users: TowerSize, items: TowerSize)? {
    guard let userTowerTable, let itemTowerTable else { return nil }
    return (
      TowerSize(features: userTowerTable.names.count, widths: userTowerTable.widths),
      TowerSize(features: itemTowerTable.names.count, widths: itemTowerTable.widths)
    )
  }

  /// Whether the file holds the users' histories.
  public var hasHistory: Bool { historyColumn != nil }

  /// The items that a user has interacted with, ascending; empty when the file has no history.
  ///
  /// Skips damaged entries: every row returned is an item of this file.
  ///
  /// - Parameter user: The user's row.
  public func history(of user: Row) -> [Row] { historyColumn?[user] ?? [] }

  /// The names of an item's categories, in the order of the category table; empty when the file has none.
  ///
  /// - Parameter item: The item's row.
  public func categories(of item: Row) -> [String] {
    guard let categoryColumn, let categoryNames else { return [] }
    return categoryColumn[item].compactMap { categoryNames[$0] }
  }

  /// The attributes of the items, the categories among them.
  public var attributes: AttributeTable { attributeSections.table }

  private static func matrix(
    _ name: SectionName, in file: ContainerFile, count: Int, _ layout: EmbeddingLayout
  ) throws(FileError) -> EmbeddingMatrix {
    let view = try file.requireSection(name, count: UInt64(count), elementBytes: layout.stride)
    // Safe: the section holds `count` rows of `stride` bytes from a multiple of 64 on; `owner` keeps it mapped, and a
    // mapping of ours is never written.
    return unsafe EmbeddingMatrix(
      base: view.base.assumingMemoryBound(to: Float.self), count: count, dimension: layout.dimension,
      owner: view.owner)
  }

  private static func biases(
    _ name: SectionName, in file: ContainerFile, count: Int, _ isThere: Bool
  ) throws(FileError) -> FloatColumn? {
    guard isThere else {
      try file.refuseSection(name)
      return nil
    }
    return FloatColumn(try file.requireSection(name, count: UInt64(count), elementBytes: 4))
  }

  private static func ids(
    _ names: IDSections, in file: ContainerFile, count: Int, _ kind: IDKind
  ) throws(FileError) -> IDTable {
    let table = try IDTable(in: file, names, count: count)
    // A table without rows may have no sections to tell its kind from.
    guard table.kind == kind || count == 0 else {
      throw file.error(
        .badField(
          name: "\(names.noun) id kind", found: String(kind.rawValue),
          expected: "\(table.kind.rawValue), which the sections show"))
    }
    return table
  }
}

/// The size of a tower.
public struct TowerSize: Sendable, Equatable {
  /// The number of features that it takes.
  public let features: Int
  /// The number of outputs of each layer.
  public let widths: [Int]
}
