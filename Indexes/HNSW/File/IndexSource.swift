import AkinFiles
import AkinSupport
import AkinVectors

/// What an index is built from: vectors, and what the file takes over as it is.
struct IndexSource {
  let items: EmbeddingMatrix
  let biases: [Float]?
  /// Vectors that inner products will be asked with, or `nil`.
  let users: EmbeddingMatrix?
  /// Queries to measure recall with, in place of users or items, or `nil`.
  var queries: EmbeddingMatrix?
  /// A graph that holds most of the items already, or `nil`.
  var base: GrowthBase?
  let metric: Metric
  let globalMean: Float
  /// Names the file that the index is made from; `.none` when there is none.
  let digest: Digest
  /// Lets go of the memory behind the vectors as far as it was read; it comes back by itself.
  let release: () -> Void
  /// Adds ids, titles, categories and attributes.
  let addColumns: (inout ContainerBuilder) throws -> Void

  /// An embeddings file, all of whose bytes are checked first: an index repeats what its source says.
  init(checking file: EmbeddingFile, _ execution: Execution) throws {
    try file.container.requireSound(file.container.damagedBytes(execution).damages)
    file.container.release()
    items = file.items
    biases = file.itemBiases?.values
    users = file.users
    metric = file.metric
    globalMean = file.globalMean
    digest = file.digest
    release = file.container.release
    addColumns = { $0.copy(IndexLayout.borrowed, from: file.container) }
  }

  /// Embeddings in memory.
  init(_ embeddings: Embeddings) {
    items = embeddings.items
    biases = embeddings.itemBiases
    users = embeddings.users.flatMap { $0.count > 0 ? $0 : nil }
    metric = embeddings.metric
    globalMean = embeddings.globalMean
    digest = .none
    release = {}
    addColumns = { builder in
      try builder.add(ids: embeddings.itemIDs, as: .items)
      if let titles = embeddings.titles { builder.add(titles: titles) }
      if let categories = embeddings.categories {
        try builder.add(categories: categories, items: embeddings.items.count)
      }
      try builder.add(
        attributes: embeddings.attributes, categories: embeddings.categories, items: embeddings.items.count)
    }
  }
}

extension BuiltIndex {
  /// Builds from a source, with options that are checked first.
  init(_ source: IndexSource, _ options: HNSWBuildOptions, _ execution: Execution) throws {
    var options = options
    options.metric = options.metric ?? source.metric
    try options.check()
    guard source.items.count <= Candidate.maximumNodes else {
      throw HNSWError.tooManyItems(found: source.items.count, limit: Candidate.maximumNodes)
    }
    if let queries = source.queries {
      for row in 0..<queries.count {
        try queries.withRow(Row(row)) { try $0.checkQuery(dimension: source.items.dimension, index: row) }
      }
      guard queries.count >= HNSWError.fewestQueries else { throw HNSWError.tooFewQueries(found: queries.count) }
    }
    let kernels = unsafe Kernels.table
    let metric = options.metric ?? source.metric
    let stored = try unsafe StoredItems(
      source.items, store: options.store, metric: metric, kernels: kernels, execution: execution)
    try unsafe self.init(
      stored: stored, biases: source.biases, users: source.users, queries: source.queries,
      metric: metric,
      options: options, growing: source.base, kernels: kernels, execution: execution, release: source.release)
  }
}
