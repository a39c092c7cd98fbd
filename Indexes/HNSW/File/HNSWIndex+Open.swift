import AkinFiles
import AkinSupport
import AkinVectors
import CAkinKernels

extension HNSWIndex {
  /// Opens an index file in O(1): its first page is checked, nothing else is read.
  ///
  /// Searching needs no further check: whatever the sections hold, a search stays inside the file and measures each
  /// item at most once. Whether the bytes are those that were written, ``verify(path:execution:)`` tells.
  ///
  /// - Throws: ``FileError``: the file can't be read, is something else, or is damaged.
  public convenience init(path: String) throws(FileError) {
    try self.init(container: ContainerFile(path: path, kind: .index))
  }

  package convenience init(container: ContainerFile) throws(FileError) {
    let parts = try IndexParts(container)
    unsafe self.init(storage: try parts.storage(), facts: try IndexFacts(container, parts), kernels: Kernels.table)
  }
}
