import AkinFiles
import AkinSupport
import AkinVectors

/// What an index file says about itself, apart from its graph.
public struct IndexFacts: Sendable {
  /// The file.
  public let container: ContainerFile
  /// The ids of the items, by embeddings row.
  public let itemIDs: IDTable
  /// The titles of the items, by embeddings row, or `nil`.
  public let titles: TextColumn?
  /// The digest of the embeddings file that it was built from.
  public var sourceDigest: Digest { container.header.sourceDigest }
  /// Added to every score of the model.
  public let globalMean: Float
  /// Links of a node on the upper layers; twice as many on the ground.
  public let m: Int
  /// The `efConstruction` it was built with.
  public let efConstruction: Int
  /// The seed it was built with.
  public let seed: UInt64
  /// The highest level of a node.
  public let topLevel: Int
  /// How many nodes the graph links: all but copies and, under cosine, zero vectors.
  public let linkedNodes: Int
  /// How many nodes from the first a search by inner product scores at least before it walks.
  public let seeds: Int
  /// Bytes of the code that a node is walked by; 0 where it is walked by its vector.
  public let codeWidth: Int

  init(_ container: ContainerFile, _ parts: IndexParts) throws(FileError) {
    typealias Field = IndexLayout.Field
    let block = container.kindBlock
    self.container = container
    itemIDs = try IDTable(in: container, .items, count: parts.nodes)
    titles = try TextColumn(in: container, offsets: "ITOF", text: "ITBL", count: parts.nodes)
    globalMean = block.f32(at: Field.globalMean)
    m = parts.m
    efConstruction = Int(block.u32(at: Field.efConstruction))
    seed = block.u64(at: Field.seed)
    topLevel = parts.topLevel
    linkedNodes = Int(clamping: block.u64(at: Field.linkedNodes))
    seeds = parts.seeds
    codeWidth = parts.codeWidth
  }
}
