import AkinFiles
import AkinSupport
import AkinVectors

// Long work from async code: on a thread of its own, stopped when the task is cancelled.

extension HNSWIndex {
  /// Builds an index over the items of an embeddings file and writes it; see
  /// ``build(from:to:options:queries:holdsEmbeddings:overwrite:execution:)``.
  ///
  /// - Parameters:
  ///   - source: The embeddings file.
  ///   - path: The file to make, `.idx` by custom.
  ///   - options: Metric, M, efConstruction, seed and store.
  ///   - queries: Queries to measure recall with, or `nil`.
  ///   - overwrite: Whether a file of that name may be replaced.
  ///   - threads: Threads to use; 0 means all processors.
  ///   - progress: Hears of progress, from any thread; or `nil`.
  /// - Throws: as the synchronous form; ``Cancelled`` when the task is cancelled, and no file is left behind.
  public static func build(
    from source: EmbeddingFile, to path: String, options: HNSWBuildOptions = HNSWBuildOptions(),
    queries: EmbeddingMatrix? = nil, overwrite: Bool = false, threads: Int = 0,
    progress: (@Sendable (ProgressEvent) -> Void)? = nil
  ) async throws -> HNSWBuildReport {
    try await Execution.run(threads: threads, progress: progress) { execution in
      try build(
        from: source, to: path, options: options, queries: queries, overwrite: overwrite, execution: execution)
    }
  }

  /// Builds an index over embeddings in memory; see ``init(_:options:queries:execution:)``.
  ///
  /// - Parameters:
  ///   - embeddings: The items, their ids and titles; by inner product also biases, and users to measure recall with.
  ///   - options: Metric, M, efConstruction, seed and store.
  ///   - queries: Queries to measure recall with, or `nil`.
  ///   - threads: Threads to use; 0 means all processors.
  ///   - progress: Hears of progress, from any thread; or `nil`.
  /// - Throws: as the synchronous form; ``Cancelled`` when the task is cancelled.
  public static func build(
    _ embeddings: Embeddings, options: HNSWBuildOptions = HNSWBuildOptions(), queries: EmbeddingMatrix? = nil,
    threads: Int = 0, progress: (@Sendable (ProgressEvent) -> Void)? = nil
  ) async throws -> HNSWIndex {
    try await Execution.run(threads: threads, progress: progress) { execution in
      try HNSWIndex(embeddings, options: options, queries: queries, execution: execution)
    }
  }
}
