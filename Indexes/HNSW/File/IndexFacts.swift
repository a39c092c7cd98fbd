import AkinFiles
import AkinSupport
import AkinVectors

/// The facts that an index file states about itself, apart from its graph.
public struct IndexFacts: Sendable {
  /// The file.
  public let container: ContainerFile
  /// The ids of the items, by row of the embeddings file.
  public let itemIDs: IDTable
  /// The titles of the items, by row of the embeddings file, or `nil`.
  public let titles: TextColumn?
  /// The attributes of the items, by row of the embeddings file, the categories among them.
  public var attributes: AttributeTable { attributeSections.table }
  let attributeSections: AttributeSections
  /// The root digest of the embeddings file that the index was built from.
  public var sourceDigest: Digest { container.header.sourceDigest }
  /// A constant that is added to every score of the model.
  public let globalMean: Float
  /// Links of a node on each upper layer (M in the HNSW paper); twice as many on the base layer.
  public let m: Int
  /// The `efConstruction` that the index was built with.
  public let efConstruction: Int
  /// The random seed that the index was built with.
  public let seed: UInt64
  /// The highest level of a node.
  public let topLevel: Int
  /// The number of nodes that the graph links: all but copies, further members of groups of nearly equal vectors and, under
  /// cosine, zero vectors.
  public let linkedNodes: Int
  /// The number of linked nodes that needed a repair link to be reachable: more than a few in a thousand mean that many vectors
  /// are nearly equal, and that walks may miss some of them.
  public let repairedNodes: Int
  /// The number of nodes, from the first, that a search by inner product scores at least before it walks the graph; 0
  /// where it scores none so.
  public let minimumPrefix: Int
  /// How the file keeps the vectors.
  public let store: VectorStore
  /// At least the distance of any item's vector from the true one; under cosine, of their directions. 0 where vectors are exact.
  ///
  /// So the score of an item is wrong by no more than this times the length of the query under inner product, and by no more than this
  /// under cosine; under Euclidean distance, the distance is.
  public let vectorError: Float
  /// The bytes of a node's code; 0 where a search walks by vectors.
  public let codeWidth: Int

  init(_ container: ContainerFile, _ parts: IndexParts) throws(FileError) {
    typealias Field = IndexLayout.Field
    let (block, graph) = (container.kindBlock, parts.header.graph)
    self.container = container
    itemIDs = try IDTable(in: container, .items, count: graph.nodes)
    titles = try TextColumn(in: container, offsets: "ITOF", text: "ITBL", count: graph.nodes)
    attributeSections = try AttributeSections(in: container, items: graph.nodes)
    globalMean = parts.header.globalMean
    m = graph.m
    efConstruction = Int(block.u32(at: Field.efConstruction))
    seed = block.u64(at: Field.seed)
    topLevel = graph.topLevel
    linkedNodes = graph.linkedNodes
    repairedNodes = Int(block.u32(at: Field.repaired))
    minimumPrefix = graph.minimumPrefix
    codeWidth = parts.header.codes.width
    store = parts.header.store
    vectorError = parts.header.vectorError
  }
}
