import AkinFiles
import AkinHNSW
import AkinSupport

extension CatalogueIndex {
  /// Opens a generation of a catalogue: O(segments), and the bits of deleted rows.
  ///
  /// Without a generation the newest whole one; ``skipped`` says which newer ones are damaged.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - generation: The generation; `nil` takes the newest.
  ///   - degraded: Whether to answer without damaged segments, which ``damaged`` then lists; every byte of the segments is read
  ///     for that.
  /// - Throws: ``CatalogueError``; ``FileError`` for a damaged file, which it names.
  public convenience init(path: String, generation: UInt64? = nil, degraded: Bool = false) throws {
    try self.init(CatalogueDirectory(path: path, disk: .system), generation: generation, degraded: degraded)
  }

  /// How often a reader looks again when a compaction has removed what it was about to open.
  private static let attempts = 20

  convenience init(_ directory: CatalogueDirectory, generation: UInt64? = nil, degraded: Bool = false) throws {
    var attempt = 1
    while true {
      let (stored, skipped) = try CatalogueIndex.stored(in: directory, generation)
      var damaged: [FileError] = []
      var indexes: [HNSWIndex?] = []
      var removed: FileError?
      for record in stored.manifest.segments {
        do throws(FileError) {
          let index = try Segment.open(record, of: stored.manifest.model, in: directory)
          if degraded { try CatalogueIndex.checkBytes(of: index) }
          indexes.append(index)
        } catch {
          if error.problem == .notFound { removed = error }
          guard degraded else {
            if error.problem == .notFound { break }
            throw error
          }
          damaged.append(error)
          indexes.append(nil)
        }
      }
      if let removed {
        // The generation is gone with its segment, or a newer one has come: look again. Otherwise the file is lost.
        let known = try directory.generations()
        let isCurrent =
          known.contains(stored.manifest.generation) && (generation != nil || known.last == stored.manifest.generation)
        if !isCurrent, attempt < CatalogueIndex.attempts {
          attempt += 1
          continue
        }
        if !degraded { throw removed }
      }
      self.init(directory, stored, indexes: indexes, damaged: damaged, skipped: skipped)
      return
    }
  }

  private static func stored(
    in directory: CatalogueDirectory, _ generation: UInt64?
  ) throws -> (stored: CatalogueDirectory.Stored, skipped: [FileError]) {
    guard let generation else { return try directory.newest() }
    let known = try directory.generations()
    guard let oldest = known.first, let newest = known.last else {
      throw CatalogueError.notACatalogue(path: directory.path)
    }
    guard known.contains(generation) else {
      throw CatalogueError.noGeneration(path: directory.path, asked: generation, oldest: oldest, newest: newest)
    }
    return (try directory.read(generation), [])
  }

  /// Throws for the first damaged chunk of a segment.
  private static func checkBytes(of index: HNSWIndex) throws(FileError) {
    let file = index.facts.container
    // Without a switch to cancel by, only damage ends this.
    guard let list = try? file.damagedBytes() else { return }
    try file.requireSound(list.damages)
  }
}

extension EmbeddingFile {
  /// Names the training that the vectors come from: the digest of the trained embeddings, also where `akin update` has folded
  /// new items in since, or a tower of the model has embedded them. `.none` for vectors made elsewhere.
  public var lineage: Digest {
    if case .array(let updates)? = provenance["updates"], case .string(let hex)? = updates.first?["source"] {
      return Digest(hex: hex) ?? digest
    }
    switch provenance["made"] {
    case .string("embed"):
      if case .string(let hex)? = provenance["model"] { return Digest(hex: hex) ?? digest }
      return digest
    case .string("import"): return .none
    default: return objective == nil && towerShapes == nil ? .none : digest
    }
  }
}

extension CatalogueIndex {
  /// Makes the files of generations known by name to ``FileKind/sniff(_:)`` and to errors about files of the wrong kind.
  ///
  /// Opening or writing a catalogue does it too. Calling it again changes nothing.
  public static func registerFormat() { ContainerFormat.register(.catalogue) }
}
