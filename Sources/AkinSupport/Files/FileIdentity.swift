/// The file that a path leads to, however the path is spelled: equal for two spellings, for a symbolic link and what it
/// points to, and for two hard links.
package enum FileIdentity: Hashable, Sendable {
  /// A file that exists.
  case file(device: UInt64, inode: UInt64)
  /// A name that is free: the directory, and the name in it.
  case name(device: UInt64, inode: UInt64, name: String)

  /// Asks the system about a path; `nil` when not even its directory exists.
  package init?(path: String) {
    var info = stat()
    if unsafe stat(path, &info) == 0 {
      self.init(info)
      return
    }
    guard case .success(let target) = AtomicFile.target(of: path) else { return nil }
    let (directory, _, name) = AtomicFile.parts(of: target)
    guard unsafe stat(directory, &info) == 0 else { return nil }
    self = .name(device: UInt64(truncatingIfNeeded: info.st_dev), inode: UInt64(info.st_ino), name: String(name))
  }

  /// Asks the system about an open descriptor.
  package init?(descriptor: Int32) {
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { return nil }
    self.init(info)
  }

  private init(_ info: stat) {
    self = .file(device: UInt64(truncatingIfNeeded: info.st_dev), inode: UInt64(info.st_ino))
  }
}
