import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

// A catalogue whose segments other processes build, on as many machines as share a directory: each writes its part, and one of them
// makes a generation of all.

extension CatalogueWriter {
  /// Writes the items of embeddings as a segment that no generation has yet: an index file under the name of its digest.
  ///
  /// It takes no lock. The same items give the same name and bytes, so a process may do it again that was killed, or two at once.
  ///
  /// - Parameters:
  ///   - source: The embeddings. Items without ids get their row numbers.
  ///   - directory: A directory on the file system of the catalogue, not that of the catalogue itself: a writer removes what no
  ///     generation names.
  ///   - options: M, efConstruction and seed of the graph; the metric is that of the embeddings.
  ///   - execution: Threads, progress and cancellation.
  /// - Returns: The segment, for ``adopt(_:from:at:after:options:checksContent:execution:)``.
  /// - Throws: ``CatalogueError``, ``HNSWError``, ``FileError``, ``OutputError``, ``Cancelled``; there is no file then.
  public static func writeSegment(
    of source: EmbeddingFile, to directory: String, options: HNSWBuildOptions = HNSWBuildOptions(),
    execution: Execution = Execution()
  ) throws -> SegmentRecord {
    let directory = CatalogueDirectory(path: directory, disk: .system)
    return try writeSegment(of: source.items(execution), to: directory, options: options, execution: execution)
  }

  static func writeSegment(
    of source: Embeddings, to directory: CatalogueDirectory, options: HNSWBuildOptions,
    policy: MergePolicy = MergePolicy(), execution: Execution
  ) throws -> SegmentRecord {
    try options.checkKeepsVectors()
    guard source.items.count > 0 else {
      throw CatalogueError.badOption(name: "the number of items of a segment", found: 0, least: 1)
    }
    let index = try SegmentContent(source, ids: source.itemIDs.canonical).index(
      Manifest.Model(source, lineage: .none, options: options), isLinked: source.items.count >= policy.linkedFrom,
      execution: execution)
    let record = SegmentRecord(of: index)
    // A file of this name has these bytes, whoever wrote it.
    _ = try index.facts.container.write(
      to: directory(record.name), overwrite: true, execution: execution, ops: directory.disk.ops)
    return record
  }

  /// Makes a catalogue of segments that others have written, or replaces all items of one, as its next generation.
  ///
  /// The files move into the directory of the catalogue. The generation depends on the segments and their order alone, so the same ones
  /// give the same bytes. The vectors count as made elsewhere: they name no training. Index files that no generation names are removed.
  ///
  /// - Parameters:
  ///   - digests: The segments, in the order of their rows.
  ///   - source: The directory that holds them, on the file system of the catalogue.
  ///   - path: The directory of the catalogue, which is made where it does not exist.
  ///   - known: The newest generation that the caller knows, which this one follows; 0 where there is no catalogue yet.
  ///   - options: M, efConstruction and seed that the segments were built with.
  ///   - checksContent: Whether every byte of the segments is checked, and that no two of their items have one id; a caller who does
  ///     not ask for it vouches for both.
  ///   - execution: Threads, progress and cancellation.
  /// - Returns: The writer, and what was done.
  /// - Throws: ``CatalogueError/exists(path:generation:)`` and ``CatalogueError/overtaken(path:generation:)`` where the newest
  ///   generation is another one than the caller knows; ``CatalogueError``, ``FileError``, ``OutputError``, ``Cancelled``. The catalogue
  ///   is as before then; after an ``OutputError`` segments may be gone.
  /// - Complexity: O(*segments*), and O(*bytes* + *rows* · log *rows*) with `checksContent`.
  public static func adopt(
    _ digests: [Digest], from source: String, at path: String, after known: UInt64 = 0,
    options: HNSWBuildOptions = HNSWBuildOptions(), checksContent: Bool = true, execution: Execution = Execution()
  ) throws -> (writer: CatalogueWriter, change: CatalogueChange) {
    try adopt(
      digests, from: CatalogueDirectory(path: source, disk: .system),
      at: CatalogueDirectory(path: path, disk: .system), after: known, options: options, checksContent: checksContent,
      execution: execution)
  }

  static func adopt(
    _ digests: [Digest], from source: CatalogueDirectory, at directory: CatalogueDirectory, after known: UInt64,
    options: HNSWBuildOptions, checksContent: Bool, policy: MergePolicy = MergePolicy(), execution: Execution
  ) throws -> (writer: CatalogueWriter, change: CatalogueChange) {
    let found = try AdoptedSegments(digests, in: source, options: options)
    if checksContent { try found.check(execution) }
    let writer = try open(directory, model: found.model, after: known, policy: policy)
    var change = CatalogueChange(.create)
    change.added = found.records.reduce(0) { $0 + $1.rows }
    change.written = change.added
    try execution.checkCancellation()
    let ops = directory.disk.ops
    do {
      for record in found.records {
        try writer.check(ops.replace(source(record.name), directory(record.name)), "rename")
      }
      // No generation may come back, after a power cut, without its segments.
      try writer.check(ops.synchronizeDirectory(directory.path), "fsync of the directory")
      try writer.publish(
        found.records.map { ($0, try Segment.open($0, of: found.model, in: directory)) }, &change)
    } catch {
      try? writer.removeUnnamed()
      throw error
    }
    try writer.makeNameDurable()
    try writer.removeUnnamed()
    return (writer, change)
  }

  /// A writer of a directory whose newest generation is the one that a caller knows; 0 for a directory without a catalogue.
  private static func open(
    _ directory: CatalogueDirectory, model: Manifest.Model, after known: UInt64, policy: MergePolicy
  ) throws -> CatalogueWriter {
    try directory.disk.makeDirectory(directory.path)
    let lock = try lock(directory)
    let newest = try newest(in: directory)
    let generation = newest?.manifest.generation ?? 0
    guard generation == known else {
      if known == 0 { throw CatalogueError.exists(path: directory.path, generation: generation) }
      if newest == nil { throw CatalogueError.notACatalogue(path: directory.path) }
      throw CatalogueError.overtaken(path: directory.path, generation: generation)
    }
    return CatalogueWriter(
      directory, lock: lock, policy: policy,
      current: CatalogueIndex(directory, .before(newest, of: model), indexes: []))
  }

  /// Removes the index files that no generation names: while we hold the lock, nobody is about to name them. None where a
  /// generation cannot be read.
  private func removeUnnamed() throws {
    guard isLocked else { return }
    let names = try directory.names()
    let manifests = names.compactMap { CatalogueDirectory.generation(of: $0) }.map { try? directory.read($0).manifest }
    if manifests.contains(where: { $0 == nil }) { return }
    try removeSegments(names, unnamedBy: manifests.compactMap(\.self))
  }
}

/// Segments on their way into a catalogue, open.
private struct AdoptedSegments {
  let records: [SegmentRecord]
  let indexes: [HNSWIndex]
  let model: Manifest.Model

  /// Opens segments by their digests, and compares what all must have in common.
  init(_ digests: [Digest], in directory: CatalogueDirectory, options: HNSWBuildOptions) throws {
    var (records, indexes): ([SegmentRecord], [HNSWIndex]) = ([], [])
    for digest in digests {
      let file = try directory.disk.open(directory("\(digest).idx"), .index)
      let found = file.header.rootDigest
      try file.requireField("root digest", found == digest, found: found, expected: "\(digest), as its name says")
      let index = try HNSWIndex(container: file)
      indexes.append(index)
      records.append(SegmentRecord(of: index))
    }
    guard let first = indexes.first else {
      throw CatalogueError.badOption(name: "the number of segments", found: 0, least: 1)
    }
    guard records.count <= ManifestLayout.segmentLimit else {
      throw CatalogueError.tooManySegments(path: directory.path, limit: ManifestLayout.segmentLimit)
    }
    try options.checkKeepsVectors()
    var options = options
    options.metric = first.metric
    options.linksItems = true
    try options.check()
    (self.records, self.indexes) = (records, indexes)
    model = Manifest.Model(
      lineage: .none, dimension: first.dimension, metric: first.metric, globalMean: first.facts.globalMean,
      hasBiases: first.hasBiases, options: options)
    for index in indexes { try model.check(index) }
  }

  /// Checks every byte, and that no two items have one id.
  func check(_ execution: Execution) throws {
    for index in indexes {
      let file = index.facts.container
      try file.requireSound(file.damagedBytes(execution).damages)
    }
    // Where each id is first, texts by themselves: most catalogues have numbers alone, which are sorted in their place.
    var numbers: [UInt64] = []
    var texts: Set<ItemID> = []
    for index in indexes {
      try execution.checkCancellation()
      for row in 0..<index.count {
        let id = index.facts.itemIDs.id(of: Row(row)).canonical
        if case .number(let number) = id {
          numbers.append(number)
        } else if !texts.insert(id).inserted {
          throw repeated(id)
        }
      }
    }
    numbers.sort()
    for (number, next) in zip(numbers, numbers.dropFirst()) where number == next { throw repeated(.number(number)) }
  }

  private func repeated(_ id: ItemID) -> CatalogueError {
    let holders = zip(indexes, records).filter { $0.0.facts.itemIDs.row(of: id) != nil }.map(\.1.name)
    return .repeatedID(id, first: holders.first ?? "", second: holders.last ?? "")
  }
}

extension Manifest.Model {
  /// Throws unless a segment is of this model.
  fileprivate func check(_ index: HNSWIndex) throws(CatalogueError) {
    guard index.facts.store == .float32 else { throw .roundedVectors(index.facts.store) }
    func refuse(_ fact: ModelFact, _ expected: String, _ found: String) throws(CatalogueError) {
      guard expected != found else { return }
      throw .unlikeSegment(path: index.facts.container.path, fact: fact, expected: expected, found: found)
    }
    func text(_ m: Int, _ efConstruction: Int, _ seed: UInt64) -> String {
      "M \(m), efConstruction \(efConstruction), seed \(seed)"
    }
    try refuse(.dimension, "\(dimension)", "\(index.dimension)")
    try refuse(.metric, metric.name, index.metric.name)
    try refuse(.biases, hasBiases ? "biases" : "none", index.hasBiases ? "biases" : "none")
    try refuse(.globalMean, "\(globalMean)", "\(index.facts.globalMean)")
    // What is not linked has rows of links of another width, and none is used.
    let m = index.isLinked ? options.m ?? index.facts.m : index.facts.m
    try refuse(
      .options, text(m, options.efConstruction, options.seed),
      text(index.facts.m, index.facts.efConstruction, index.facts.seed))
  }
}
