import AkinFiles
import AkinSupport

extension HNSWIndex {
  /// Opens an index file in O(1): its first page is checked, nothing else is read.
  ///
  /// Searching needs no further check: whatever the sections hold, a search stays inside the file and scores each
  /// item at most once by its vector. Whether the bytes are those that were written, ``verify(path:execution:)`` tells.
  ///
  /// - Parameter path: The index file.
  /// - Throws: ``FileError``: the file can't be read, is something else, or is damaged.
  public convenience init(path: String) throws(FileError) {
    try self.init(container: ContainerFile(path: path, format: .index))
  }

  package convenience init(container: ContainerFile) throws(FileError) {
    let parts = try IndexParts(container)
    self.init(GraphSearcher(try parts.storage()), facts: try IndexFacts(container, parts))
  }

  /// Checks an index file whole: every checksum, and every rule that a search rests on or that makes it find things.
  ///
  /// - Parameters:
  ///   - path: The index file.
  ///   - execution: Threads, progress and cancellation.
  /// - Complexity: O(*file bytes*), and a walk over all links.
  /// - Throws: ``FileError`` when the file can't be opened as an index, ``Cancelled``.
  public static func verify(path: String, execution: Execution = Execution()) throws -> VerificationReport {
    try verify(ContainerFile(path: path, format: .index), execution: execution)
  }

  package static func verify(_ container: ContainerFile, execution: Execution) throws -> VerificationReport {
    let parts = try IndexParts(container)
    _ = try parts.storage()
    let facts = try IndexFacts(container, parts)
    return try container.verify(execution: execution) { _, list in
      facts.itemIDs.check(&list)
      facts.titles?.check(&list)
      IndexVerification(parts).check(&list)
    }
  }
}

extension HNSWIndex {
  /// Makes index files known by name to ``AkinFiles/FileKind/sniff(_:)`` and to errors about files of the wrong kind.
  ///
  /// Building, opening or verifying an index does it too. Calling it again changes nothing.
  public static func registerFormat() { ContainerFormat.register(.index) }
}
