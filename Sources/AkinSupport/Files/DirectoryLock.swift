/// A lock file. One holder at a time; the lock ends with the holder's process, the file stays.
package final class DirectoryLock: Sendable {
  private let descriptor: Int32

  /// What an attempt to take a lock gives.
  package enum Attempt: Sendable {
    /// The lock is ours until the object goes.
    case taken(DirectoryLock)
    /// Another process, or another object of this one, holds it.
    case held
    /// The lock file could not be opened, with its `errno`.
    case failed(Int32)
  }

  /// Takes the lock of a file, which is made where it does not exist; does not wait.
  ///
  /// On a file system without locks every attempt succeeds.
  ///
  /// - Parameter path: The lock file.
  package static func attempt(_ path: String) -> Attempt {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return .failed(errno) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      guard errno == EWOULDBLOCK else { break }
      close(descriptor)
      return .held
    }
    return .taken(DirectoryLock(descriptor))
  }

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }
}
