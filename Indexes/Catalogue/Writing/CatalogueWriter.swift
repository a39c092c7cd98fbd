import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

/// The one writer of a catalogue: adds, replaces and deletes items, and merges segments.
///
///     let writer = try CatalogueWriter(path: "shop")
///     try writer.add(EmbeddingFile(path: "today.emb"))
///     try writer.delete([.text("sold out")])
///
/// Each change is a new generation: its segments are durable before its manifest appears under its name, and the call returns
/// when that is durable, too. A process that is killed leaves the last generation as it was. The lock of the directory is held
/// while the object lives, and goes with the process.
public final class CatalogueWriter {
  let directory: CatalogueDirectory
  var policy: MergePolicy
  private let lock: (any AnyObject & Sendable)?
  /// Whether no other process writes; not known on a file system without locks.
  var isLocked: Bool { lock != nil }
  /// The newest generation, as a reader has it.
  public private(set) var current: CatalogueIndex

  /// Opens a catalogue to change it.
  ///
  /// - Parameter path: The directory.
  /// - Throws: ``CatalogueError/locked(path:)`` while another process writes; ``CatalogueError/newestIsDamaged(_:)``;
  ///   ``FileError``.
  public convenience init(path: String) throws {
    try self.init(CatalogueDirectory(path: path, disk: .system))
  }

  convenience init(_ directory: CatalogueDirectory, policy: MergePolicy = MergePolicy()) throws {
    // A directory without a catalogue gets no lock file.
    if try directory.generations().isEmpty { throw CatalogueError.notACatalogue(path: directory.path) }
    let lock = try CatalogueWriter.lock(directory)
    let current = try CatalogueIndex(directory)
    if let damage = current.skipped.first { throw CatalogueError.newestIsDamaged(damage) }
    self.init(directory, lock: lock, policy: policy, current: current)
    sweep()
  }

  init(
    _ directory: CatalogueDirectory, lock: (any AnyObject & Sendable)?, policy: MergePolicy, current: CatalogueIndex
  ) {
    self.directory = directory
    self.lock = lock
    self.policy = policy
    self.current = current
  }

  static func lock(_ directory: CatalogueDirectory) throws -> (any AnyObject & Sendable)? {
    switch directory.disk.lock(directory.lockPath) {
    case .taken(let lock): return lock
    case .held: throw CatalogueError.locked(path: directory.path)
    case .failed(EACCES), .failed(EPERM), .failed(EROFS): throw OutputError.noPermission(path: directory.lockPath)
    case .failed(let code): throw OutputError.failed(path: directory.lockPath, call: "open", errno: code)
    }
  }

  /// Removes what a killed writer left half written: while we hold the lock, nobody is writing.
  private func sweep() {
    guard let names = try? directory.names() else { return }
    for name in names where name.contains(".idx.tmp.") || name.contains(".cat.tmp.") {
      _ = directory.disk.ops.remove(directory(name))
    }
  }

  /// Writes the index file of a new segment under its name.
  func write(_ index: HNSWIndex, execution: Execution) throws -> (record: SegmentRecord, index: HNSWIndex) {
    let file = index.facts.container
    let record = SegmentRecord(of: index)
    // A file of this name has these bytes; one that was damaged since gets them again.
    _ = try file.write(to: directory(record.name), overwrite: true, execution: execution, ops: directory.disk.ops)
    // Searches share the pages of the file with other processes.
    return (record, try Segment.open(record, of: current.manifest.model, in: directory))
  }

  /// Makes the next generation of segments, those without live rows left out, and makes it the current one.
  func publish(
    _ segments: [(record: SegmentRecord, index: HNSWIndex)], _ change: inout CatalogueChange
  ) throws {
    let kept = segments.filter { $0.record.live > 0 }
    let next = try CatalogueWriter.publish(
      kept.map(\.record), model: current.manifest.model, after: (current.manifest.generation, current.digest), &change,
      in: directory)
    current = CatalogueIndex(directory, next, indexes: kept.map(\.index))
  }

  /// Writes the manifest of the generation after `last`, under a name that must be free.
  static func publish(
    _ segments: [SegmentRecord], model: Manifest.Model, after last: (generation: UInt64, digest: Digest),
    _ change: inout CatalogueChange, in directory: CatalogueDirectory
  ) throws -> CatalogueDirectory.Stored {
    var manifest = Manifest(generation: last.generation + 1, parent: last.digest, model: model, segments: segments)
    manifest.facts = change.counts.merging([
      "writer": .string("akin"), "operation": .string(change.operation.rawValue),
    ]) { $1 }
    let rows = UInt64(manifest.rows)
    guard rows <= FileLimits.rows else {
      throw CatalogueError.tooManyRows(path: directory.path, found: rows, limit: FileLimits.rows)
    }
    guard segments.count <= ManifestLayout.segmentLimit else {
      throw CatalogueError.tooManySegments(path: directory.path, limit: ManifestLayout.segmentLimit)
    }
    let path = directory(CatalogueDirectory.name(of: manifest.generation))
    do {
      let digest = try manifest.container().write(to: path, overwrite: false, ops: directory.disk.ops)
      change.generation = manifest.generation
      return CatalogueDirectory.Stored(manifest: manifest, digest: digest)
    } catch OutputError.exists {
      throw CatalogueError.overtaken(path: directory.path, generation: manifest.generation)
    }
  }

  /// The segments of the current generation, each with its open index.
  var openSegments: [(record: SegmentRecord, index: HNSWIndex)] {
    current.segments.compactMap { segment in segment.index.map { (segment.record, $0) } }
  }
}

extension SegmentRecord {
  /// The record of an index, none of whose rows is deleted.
  init(of index: HNSWIndex) {
    let header = index.facts.container.header
    self.init(
      digest: header.rootDigest, rows: index.count, fileBytes: header.fileBytes, isLinked: index.isLinked,
      isGrown: index.isGrown, deleted: RowSet(capacity: index.count))
  }
}
