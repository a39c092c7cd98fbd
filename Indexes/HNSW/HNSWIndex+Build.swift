import AkinFiles
import AkinSupport
import AkinVectors

/// The result of a build.
public struct HNSWBuildReport: Sendable {
  /// The root digest of the index file.
  public let digest: Digest
  /// The metric of the index.
  public let metric: Metric
  /// The number of items.
  public let items: Int
  /// The number of items in the graph.
  public let linked: Int
  /// The number of items that are copies of another; they share its place in the graph.
  public let copies: Int
  /// The number of items that are nearly equal to another one and share its place in the graph: their group is found by it.
  public let grouped: Int
  /// The number of items with a zero vector.
  public let zeroVectors: Int
  /// The number of nodes that needed a repair link to be reachable.
  public let repaired: Int
  /// The mean number of links of a node on layer 0.
  public let meanDegree: Double
  /// How the file keeps the vectors.
  public let store: VectorStore
  /// At least the distance of any item's vector from the true one; see ``IndexFacts/vectorError``.
  public let vectorError: Float

  init(_ built: BuiltIndex, digest: Digest) {
    self.digest = digest
    metric = built.metric
    (store, vectorError) = (built.stored.store, built.stored.error)
    items = built.items.count
    linked = built.order.linked.count
    copies = built.order.copies
    grouped = built.order.members
    zeroVectors = built.order.norms.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
    repaired = built.repaired
    let links = (0..<built.draft.nodes).reduce(0) { $0 + built.draft.baseLinks.count($1) }
    meanDegree = Double(links) / Double(max(1, linked))
  }
}

extension HNSWIndex {
  /// Builds an index over the items of an embeddings file and writes the complete file, or none.
  ///
  /// The same embeddings, options and seed give the same bytes at any number of threads (at one kernel level).
  ///
  /// - Parameters:
  ///   - source: The embeddings file.
  ///   - path: The file to write, usually `.idx`.
  ///   - options: Metric, M, efConstruction, seed and store.
  ///   - queries: Queries like those that the index will be asked, at least 30, to measure recall with; `nil` takes the
  ///     users of the file for inner products, otherwise items.
  ///   - holdsEmbeddings: Whether the file also holds the embeddings file whole, for ``IndexFacts/embeddings()``.
  ///   - overwrite: Whether an existing file may be replaced.
  ///   - execution: Threads, progress and cancellation.
  /// - Complexity: about O(*items* · log *items*) distance computations. Memory: first the vectors (by inner product a
  ///   copy of them, in place of the pages of the source) and their codes; during linking, 9 · M bytes of links and a
  ///   byte a component of codes for each item, twice that where the build scans all nodes; then vectors, links and
  ///   codes.
  /// - Throws: ``HNSWError``, `SearchError` for bad queries, ``FileError`` for a damaged source, ``OutputError``, ``Cancelled``.
  public static func build(
    from source: EmbeddingFile, to path: String, options: HNSWBuildOptions = HNSWBuildOptions(),
    queries: EmbeddingMatrix? = nil, holdsEmbeddings: Bool = false, overwrite: Bool = false,
    execution: Execution = Execution()
  ) throws -> HNSWBuildReport {
    // Checks the output before the long work.
    try AtomicFile.checkTarget(path, overwrite: overwrite)
    let (built, container) = try made(source, options, queries, holdsEmbeddings: holdsEmbeddings, execution)
    let digest = try container.write(to: path, overwrite: overwrite, execution: execution)
    return HNSWBuildReport(built, digest: digest)
  }

  /// Builds the same index in memory: it has the bytes of the file, whose name it does not need.
  ///
  /// - Parameters:
  ///   - source: The embeddings file, which may be in memory, too.
  ///   - options: Metric, M, efConstruction, seed and store.
  ///   - queries: Queries like those that the index will be asked, or `nil`.
  ///   - holdsEmbeddings: Whether the index also holds the embeddings file whole.
  ///   - execution: Threads, progress and cancellation.
  package convenience init(
    from source: EmbeddingFile, options: HNSWBuildOptions, queries: EmbeddingMatrix?, holdsEmbeddings: Bool,
    execution: Execution
  ) throws {
    let (_, container) = try HNSWIndex.made(source, options, queries, holdsEmbeddings: holdsEmbeddings, execution)
    try self.init(container: ContainerFile(bytes: container.bytes(execution: execution), format: .index))
  }

  /// A graph over an embeddings file, and the container to be written.
  private static func made(
    _ file: EmbeddingFile, _ options: HNSWBuildOptions, _ queries: EmbeddingMatrix?, holdsEmbeddings: Bool,
    _ execution: Execution
  ) throws -> (BuiltIndex, ContainerBuilder) {
    var source = try IndexSource(checking: file, execution)
    source.queries = queries
    let built = try BuiltIndex(source, options, execution)
    var container = try built.container(source, options)
    if holdsEmbeddings { container.add(nested: file.container, as: IndexFacts.embeddingsSection) }
    return (built, container)
  }
}
