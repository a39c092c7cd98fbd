import AkinCatalogue
import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

/// An index with the ids and titles of its items: an index file, or a catalogue that changes.
public protocol ItemIndex: VectorIndex, ItemCatalog {
  /// The file, or the directory of a catalogue.
  var path: String { get }
  /// The number of items that can be answered: without those that a catalogue has deleted.
  var liveCount: Int { get }
  /// Whether all ids are numbers.
  var hasNumbersAsIDs: Bool { get }

  /// The exact index over the same items, by the metric of the index or another one.
  ///
  /// - Parameter metric: The metric of scores; `nil` takes that of the index.
  func exact(by metric: Metric?) -> any VectorIndex

  /// The embeddings file that the index holds; `nil` when it holds none.
  ///
  /// - Throws: `FileError` when it is damaged.
  func heldEmbeddings() throws(FileError) -> EmbeddingFile?

  /// The rows that hold an item, in order.
  var liveRows: [Row] { get }
}

/// Opens indexes of any kind.
public enum IndexFile {
  /// Opens an index file, or a catalogue where the path is a directory.
  ///
  /// - Parameters:
  ///   - path: The file or the directory.
  ///   - generation: A generation of a catalogue; `nil` takes the newest.
  ///   - degraded: Whether a catalogue answers without its damaged segments.
  /// - Throws: `FileError`; `CatalogueError`, also for a generation of a file.
  public static func open(
    _ path: String, generation: UInt64? = nil, degraded: Bool = false
  ) throws -> any ItemIndex {
    if isDirectory(path) { return try CatalogueIndex(path: path, generation: generation, degraded: degraded) }
    let index = try HNSWIndex(path: path)
    if generation != nil || degraded { throw CatalogueError.isFile(path: path) }
    return index
  }
}

extension HNSWIndex: ItemIndex {
  public var path: String { facts.container.path }
  public var liveCount: Int { count }
  public var liveRows: [Row] { (0..<count).map { Row($0) } }
  public var hasNumbersAsIDs: Bool { facts.itemIDs.kind != .text }
  public func exact(by metric: Metric?) -> any VectorIndex { exhaustive(by: metric) }
  public func heldEmbeddings() throws(FileError) -> EmbeddingFile? { try facts.embeddings() }

  public var itemCount: Int { count }
  public func id(of row: Row) -> ItemID { facts.id(of: row) }
  public func row(of id: ItemID) -> Row? { facts.row(of: id) }
  public var titles: TextColumn? { facts.titles }
  public var attributes: AttributeTable { facts.attributes }
}

extension CatalogueIndex: ItemIndex {
  public func exact(by metric: Metric?) -> any VectorIndex { exhaustive(by: metric) }
  public func heldEmbeddings() -> EmbeddingFile? { nil }

  public var itemCount: Int { count }
  public var titles: TextColumn? { nil }

  /// Whether embeddings are of the training that the vectors of the catalogue come from.
  func isOfTraining(of file: EmbeddingFile) -> Bool {
    file.lineage == manifest.model.lineage && file.dimension == dimension && file.metric == metric
  }
}
