import AkinFiles
import AkinSupport
import AkinVectors

/// What a build did.
public struct HNSWBuildReport: Sendable {
  /// The index file's root digest.
  public let digest: Digest
  /// How items are compared.
  public let metric: Metric
  /// How many items the index holds.
  public let items: Int
  /// How many of them the graph links.
  public let linked: Int
  /// How many items are copies of another; they share its place in the graph.
  public let copies: Int
  /// How many items have a zero vector.
  public let zeroVectors: Int
  /// How many nodes needed a link of their own so that every search can reach them.
  public let repaired: Int
  /// Links of a node on layer 0, on average.
  public let meanDegree: Double

  init(_ built: BuiltIndex, digest: Digest) {
    self.digest = digest
    metric = built.metric
    items = built.items.count
    linked = built.order.linked.count
    copies = built.order.copies
    zeroVectors = built.order.norms.reduce(0) { $0 + ($1 == 0 ? 1 : 0) }
    repaired = built.repaired
    let links = (0..<built.draft.nodes).reduce(0) { $0 + built.draft.baseLinks.count($1) }
    meanDegree = Double(links) / Double(max(1, linked))
  }
}

extension HNSWIndex {
  /// Builds an index over the items of an embeddings file and writes it: whole, or not at all.
  ///
  /// The same embeddings, options and seed give the same bytes at any thread count (on one level of kernels).
  ///
  /// - Parameters:
  ///   - source: The embeddings file.
  ///   - path: The file to make, `.idx` by custom.
  ///   - options: Metric, M, efConstruction and seed.
  ///   - overwrite: Whether a file of that name may be replaced.
  ///   - execution: Threads, progress and cancellation.
  /// - Complexity: about O(*items* · log *items*) distance computations. Memory: first the vectors (by inner product a copy
  ///   of them, in place of the source's pages) and their codes; while items are linked, 9 · M bytes of links and a byte a
  ///   component of codes for each, twice that where all nodes are scanned; then vectors, links and codes.
  /// - Throws: ``HNSWError``, ``FileError`` for a damaged source, ``OutputError``, ``Cancelled``.
  public static func build(
    from source: EmbeddingFile, to path: String, options: HNSWBuildOptions = HNSWBuildOptions(),
    overwrite: Bool = false, execution: Execution = Execution()
  ) throws -> HNSWBuildReport {
    // Before the work, which may take long: is the name free?
    try AtomicFile.checkTarget(path, overwrite: overwrite)
    let source = try IndexSource(checking: source, execution)
    let built = try BuiltIndex(source, options, execution)
    let digest = try built.container(source, options).write(to: path, overwrite: overwrite, execution: execution)
    return HNSWBuildReport(built, digest: digest)
  }
}
