/// A lock on a file that programs replace in turn. One holder at a time, which has the newest file and may replace it; the lock
/// ends with the holder's process, the file stays.
///
/// The lock is one of the file itself, not of its name. A holder that has replaced the file by a rename leaves the old file
/// locked, so a process that waited for it opens the name again and locks the file that has it now.
package final class FileLock: Sendable {
  /// The file that is locked.
  package let identity: FileIdentity
  private let descriptor: Int32

  /// Waits until nobody else holds the lock of the file at a path, and takes it.
  ///
  /// On a file system without locks nobody waits; a rename by ``AtomicFile`` with ``identity`` as what it expects still
  /// loses nothing.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - execution: Cancellation.
  ///   - waiting: Called once when someone else holds the lock.
  /// - Returns: `nil` when the file cannot be opened: reading it says why.
  /// - Throws: ``Cancelled`` while it waits.
  package init?(path: String, execution: Execution, waiting: () -> Void) throws(Cancelled) {
    var hasWaited = false
    while true {
      let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { return nil }
      while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        if errno == EINTR { continue }
        // Anything but a lock of someone else: there are no locks here.
        guard errno == EWOULDBLOCK else { break }
        if !hasWaited { waiting() }
        hasWaited = true
        if execution.cancellation?.isCancelled ?? false {
          close(descriptor)
          throw Cancelled()
        }
        _ = usleep(10_000)
      }
      if let identity = FileIdentity(descriptor: descriptor), identity == FileIdentity(path: path) {
        self.identity = identity
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }
}
