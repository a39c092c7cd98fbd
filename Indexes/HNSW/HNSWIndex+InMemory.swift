import AkinFiles
import AkinSupport
import AkinVectors

extension HNSWIndex {
  /// Builds an index over embeddings in memory, without a file; it can be searched at once, and written later.
  ///
  ///     let items = try EmbeddingMatrix(rows: [[1, 0], [0, 1], [1, 1]])
  ///     let index = try HNSWIndex(Embeddings(items: items, metric: .cosine))
  ///     let found = try index.nearest(to: [1, 0.1], k: 2)
  ///
  /// - Parameters:
  ///   - embeddings: The items, their ids and titles; by inner product also biases, and users to measure recall with.
  ///   - options: Metric, M, efConstruction, seed and store.
  ///   - queries: Queries like those that the index will be asked, at least 30, to measure recall with, or `nil`.
  ///   - execution: Threads, progress and cancellation.
  /// - Complexity: as for ``build(from:to:options:queries:holdsEmbeddings:overwrite:execution:)``; the index holds a copy
  ///   of the vectors, in the form of its file.
  /// - Throws: ``HNSWError``, `SearchError` for bad queries, `ContentError` for embeddings that break a rule, ``Cancelled``.
  public convenience init(
    _ embeddings: Embeddings, options: HNSWBuildOptions = HNSWBuildOptions(), queries: EmbeddingMatrix? = nil,
    execution: Execution = Execution()
  ) throws {
    try embeddings.check(execution)
    try self.init(embeddings, options: options, queries: queries, growing: nil, execution: execution)
  }

  /// The same over embeddings most of whose items an index holds already: these keep their links, so that only the others take the
  /// time of a build. The graph is as good as a new one and has other bytes; it keeps the measurements of the index.
  ///
  /// - Parameter base: The index, and for each item its row there, or `nil`.
  package convenience init(
    _ embeddings: Embeddings, options: HNSWBuildOptions, growing base: (index: HNSWIndex, rows: [Row?]),
    execution: Execution
  ) throws {
    try embeddings.check(execution)
    try self.init(
      embeddings, options: options, queries: nil, growing: GrowthBase(base.index, rows: base.rows),
      execution: execution)
  }

  private convenience init(
    _ embeddings: Embeddings, options: HNSWBuildOptions, queries: EmbeddingMatrix?, growing base: GrowthBase?,
    execution: Execution
  ) throws {
    var source = IndexSource(embeddings)
    source.queries = queries
    source.base = base
    let built = try BuiltIndex(source, options, execution)
    let bytes = try built.container(source, options).bytes(execution: execution)
    try self.init(container: ContainerFile(bytes: bytes, format: .index))
  }

  /// Writes the index to a file: whole, or not at all. The bytes are those that are in memory: equal embeddings, options and
  /// seed give equal files.
  ///
  /// - Parameters:
  ///   - path: The file to make, `.idx` by custom.
  ///   - overwrite: Whether a file of that name may be replaced.
  ///   - execution: Progress and cancellation.
  /// - Returns: The digest that names the content.
  /// - Throws: ``OutputError``, ``Cancelled``.
  @discardableResult
  public func write(
    to path: String, overwrite: Bool = false, execution: Execution = Execution()
  ) throws -> Digest {
    try facts.container.write(to: path, overwrite: overwrite, execution: execution)
  }
}

extension GrowthBase {
  /// The graph of an index.
  ///
  /// - Parameter rows: For each item of a build its row there, or `nil`.
  fileprivate init(_ index: HNSWIndex, rows: [Row?]) {
    self.init(
      storage: index.searcher.storage, rows: rows.map { $0?.index ?? Layer.noNode }, m: index.facts.m,
      measured: index.calibration?.measurements ?? [])
  }
}
