/// Removes the files of a directory that are named `STEM + PID.RANDOM` and whose writer is gone: no process has the number
/// any more, and nobody holds the lock that a writer keeps (a process of another container has no number here).
///
/// Errors are ignored: what cannot be removed stays, and takes nothing but space.
func sweepLeftovers(_ directory: String, _ stem: String) {
  guard let listing = unsafe opendir(directory) else { return }
  defer { unsafe closedir(listing) }
  let start = Array(stem.utf8)
  while let entry = unsafe readdir(listing) {
    // Safe: the name ends with a zero byte and lies in the entry, which is valid until the next call.
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 1) { unsafe String(cString: $0) }
    }
    guard name.utf8.starts(with: start) else { continue }
    let parts = name.utf8.dropFirst(start.count).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, let process = pid_t(String(decoding: parts[0], as: UTF8.self)), process > 0,
      UInt64(String(decoding: parts[1], as: UTF8.self), radix: 36) != nil
    else { continue }
    let path = directory + "/" + name
    if isLeftover(path, of: process) { _ = unsafe unlink(path) }
  }
}

private func isLeftover(_ path: String, of process: pid_t) -> Bool {
  // A number is used again: in a container, every run may have the same one. Then the lock and the age decide.
  let isOwn = process == getpid()
  guard isOwn || (kill(process, 0) != 0 && errno == ESRCH) else { return false }
  let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  guard descriptor >= 0 else { return false }
  defer { _ = close(descriptor) }
  var info = stat()
  guard unsafe fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return false }
  #if canImport(Darwin)
    let written = info.st_mtimespec.tv_sec
  #else
    let written = info.st_mtim.tv_sec
  #endif
  if isOwn, time(nil) - written < 60 { return false }
  return flock(descriptor, LOCK_EX | LOCK_NB) == 0
}
