import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

extension CatalogueWriter {
  /// Makes a catalogue of embeddings, or replaces all items of one, as its next generation.
  ///
  /// Users and histories of the file do not enter it. Items without ids get their row numbers.
  ///
  /// - Parameters:
  ///   - path: The directory, which is made where it does not exist.
  ///   - source: The embeddings.
  ///   - options: M, efConstruction and seed of every graph; the metric is that of the embeddings.
  ///   - replacing: Whether the items of an existing catalogue may be replaced.
  ///   - execution: Threads, progress and cancellation.
  /// - Returns: The writer, and what was done.
  /// - Throws: ``CatalogueError``, ``HNSWError``, ``FileError``, ``OutputError``, ``Cancelled``.
  public static func create(
    at path: String, from source: EmbeddingFile, options: HNSWBuildOptions = HNSWBuildOptions(),
    replacing: Bool = false, execution: Execution = Execution()
  ) throws -> (writer: CatalogueWriter, change: CatalogueChange) {
    try create(
      CatalogueDirectory(path: path, disk: .system), from: source.items(execution), lineage: source.lineage,
      options: options, replacing: replacing, execution: execution)
  }

  static func create(
    _ directory: CatalogueDirectory, from source: Embeddings, lineage: Digest, options: HNSWBuildOptions,
    replacing: Bool, policy: MergePolicy = MergePolicy(), execution: Execution
  ) throws -> (writer: CatalogueWriter, change: CatalogueChange) {
    try options.checkKeepsVectors()
    try directory.disk.makeDirectory(directory.path)
    let lock = try lock(directory)
    let newest = try newest(in: directory)
    if let newest, !replacing {
      throw CatalogueError.exists(path: directory.path, generation: newest.manifest.generation)
    }
    let model = Manifest.Model(source, lineage: lineage, options: options)
    let writer = CatalogueWriter(
      directory, lock: lock, policy: policy, current: CatalogueIndex(directory, .before(newest, of: model), indexes: [])
    )
    var change = CatalogueChange(.create)
    change.added = source.items.count
    change.written = source.items.count
    let content = SegmentContent(source, ids: source.itemIDs.canonical)
    var segments: [(record: SegmentRecord, index: HNSWIndex)] = []
    if source.items.count > 0 {
      let index = try content.index(model, isLinked: true, execution: execution)
      segments.append(try writer.write(index, execution: execution))
    }
    try writer.publish(segments, &change)
    try writer.makeNameDurable()
    return (writer, change)
  }

  /// The newest generation; `nil` in a directory without a catalogue.
  static func newest(in directory: CatalogueDirectory) throws -> CatalogueDirectory.Stored? {
    do {
      let (stored, skipped) = try directory.newest()
      if let damage = skipped.first { throw CatalogueError.newestIsDamaged(damage) }
      return stored
    } catch CatalogueError.notACatalogue {
      return nil
    }
  }

  /// Makes the directory's own name as durable as what is in it.
  func makeNameDurable() throws {
    let parent = AtomicFile.parts(of: directory.path.trimmed).directory
    let status = directory.disk.ops.synchronizeDirectory(parent)
    if status < 0 { throw OutputError.failed(path: parent, call: "fsync of the directory", errno: Int32(-status)) }
  }
}

extension CatalogueDirectory.Stored {
  /// What the first generation of a model follows: the newest one there is, without its segments.
  static func before(_ newest: CatalogueDirectory.Stored?, of model: Manifest.Model) -> CatalogueDirectory.Stored {
    CatalogueDirectory.Stored(
      manifest: Manifest(generation: newest?.manifest.generation ?? 0, model: model, segments: []),
      digest: newest?.digest ?? .none)
  }
}

extension Manifest.Model {
  /// The model of embeddings, and how graphs of them are built.
  init(_ source: Embeddings, lineage: Digest, options: HNSWBuildOptions) {
    var options = options
    options.metric = source.metric
    options.linksItems = true
    self.init(
      lineage: lineage, dimension: source.items.dimension, metric: source.metric, globalMean: source.globalMean,
      hasBiases: source.itemBiases != nil && source.metric == .innerProduct, options: options)
  }
}

extension String {
  /// The path without slashes at its end.
  fileprivate var trimmed: String {
    var text = self[...]
    while text.utf8.count > 1, text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
    return String(text)
  }
}

extension EmbeddingFile {
  /// The items of the file, without users; every byte of the file is checked first.
  ///
  /// - Throws: ``FileError`` for a damaged file, ``Cancelled``.
  func items(_ execution: Execution) throws -> Embeddings {
    try container.requireSound(verify(execution: execution).damages)
    guard let ids = itemIDs.column() else { throw container.error(.missingSection("IIDP")) }
    var all = Embeddings(items: items, itemIDs: ids, metric: metric)
    all.itemBiases = itemBiases?.values
    all.titles = titles?.copy()
    all.describe(by: attributes)
    all.globalMean = globalMean
    return all
  }
}

extension HNSWBuildOptions {
  /// Throws unless vectors are kept as they are.
  func checkKeepsVectors() throws(CatalogueError) {
    if let store, store != .float32 { throw .roundedVectors(store) }
  }
}
