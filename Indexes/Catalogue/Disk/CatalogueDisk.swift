import AkinFiles
import AkinSupport

/// The file system as a catalogue uses it: a few calls, so that a test can put one in their place that tears, reorders and
/// loses what was not made durable.
package struct CatalogueDisk: Sendable {
  /// The calls that write.
  package var ops: FileOps
  /// The names in a directory, or an `errno`.
  package var names: @Sendable (_ directory: String) -> Result<[String], DirectoryTrouble>
  /// Opens a file of a kind.
  package var open: @Sendable (_ path: String, _ format: ContainerFormat) throws(FileError) -> ContainerFile
  /// Makes a directory and its parents, where they do not exist.
  package var makeDirectory: @Sendable (_ path: String) throws(OutputError) -> Void
  /// Takes the lock of a file, or says that another has it.
  package var lock: @Sendable (_ path: String) -> Attempt

  /// What an attempt to take a lock gives.
  package enum Attempt: Sendable {
    /// The lock is held while the object lives; `nil` on a file system without locks.
    case taken((any AnyObject & Sendable)?)
    /// Another holds it.
    case held
    /// The lock file could not be opened, with its `errno`.
    case failed(Int32)
  }

  /// Creates a file system of its calls.
  package init(
    ops: FileOps, names: @escaping @Sendable (String) -> Result<[String], DirectoryTrouble>,
    open: @escaping @Sendable (String, ContainerFormat) throws(FileError) -> ContainerFile,
    makeDirectory: @escaping @Sendable (String) throws(OutputError) -> Void,
    lock: @escaping @Sendable (String) -> Attempt
  ) {
    self.ops = ops
    self.names = names
    self.open = open
    self.makeDirectory = makeDirectory
    self.lock = lock
  }

  /// The system's own.
  package static let system = CatalogueDisk(
    ops: .system, names: { directoryListing($0) },
    open: { (path, format) throws(FileError) in try ContainerFile(path: path, format: format) },
    makeDirectory: { (path) throws(OutputError) in try AkinSupport.makeDirectory(path) },
    lock: { path in
      switch DirectoryLock.attempt(path) {
      case .taken(let lock): .taken(lock)
      case .held: .held
      case .failed(let code): .failed(code)
      }
    })
}
