/// A file that appears under its name whole or not at all.
///
/// It is written as `NAME.tmp.PID.RANDOM` in the same directory. `publish` makes it durable, then gives it its name.
/// Any failure before that, and dropping the object, remove it. A reader that has the old file open keeps the old one.
package final class AtomicFile {
  private let path: String
  private let directory: String
  private let temporary: String
  private let overwrite: Bool
  private let byteCount: UInt64?
  private let ops: FileOps
  private var descriptor: Int32?
  private var isTemporaryThere = true
  /// The end of the bytes written, or to be written when a write failed.
  private var end: UInt64 = 0
  /// The first failure. Bytes are missing since then, so every later call throws it.
  private var failure: OutputError?

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: Where it appears. A symbolic link there is replaced, not followed.
  ///   - byteCount: Its exact length, reserved at once, so that a full disk shows now; `nil` when it is not known.
  ///   - overwrite: Whether a regular file of that name may be replaced; if not, a file that exists now or appears
  ///     meanwhile is an error.
  ///   - ops: The system calls.
  package init(
    path: String, byteCount: UInt64? = nil, overwrite: Bool, ops: FileOps = .system
  ) throws(OutputError) {
    self.path = path
    self.overwrite = overwrite
    self.byteCount = byteCount
    self.ops = ops
    let name: Substring
    (directory, name) = AtomicFile.parts(of: path)
    // A file name has at most 255 bytes, so a long one does not enter the temporary name.
    let stem = name.utf8.count <= 200 ? path : path[..<name.startIndex] + "akin"
    temporary = "\(stem).tmp.\(getpid()).\(String(UInt64.random(in: .min ... .max), radix: 36))"
    try AtomicFile.checkName(path, overwrite: overwrite)
    let status = AtomicFile.retrying { ops.create(temporary) }
    guard status >= 0 else {
      isTemporaryThere = false
      throw error("open", status)
    }
    descriptor = Int32(status)
    if let byteCount, byteCount > 0 {
      try check("posix_fallocate", AtomicFile.retrying { ops.reserve(Int32(status), Int64(byteCount)) })
    }
  }

  deinit { abandon() }

  /// Writes bytes at an offset.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(OutputError) {
    let descriptor = try openDescriptor()
    end = max(end, offset + UInt64(bytes.count))
    var done = 0
    while done < bytes.count {
      // Safe: the range lies in `bytes`.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let wrote = unsafe ops.write(descriptor, rest, Int64(offset) + Int64(done))
      if wrote == -Int(EINTR) { continue }
      // No bytes and no error: the device will never take more.
      if wrote == 0 { try check("pwrite", -Int(ENOSPC)) }
      try check("pwrite", wrote)
      done += wrote
    }
  }

  /// Makes the file durable and gives it its name.
  ///
  /// When this returns, the file survives a power cut. When it throws, the destination is as before (or, when only the
  /// directory could not be made durable, holds the whole new file).
  package func publish() throws(OutputError) {
    let descriptor = try openDescriptor()
    precondition(end == byteCount ?? end, "\(path) got \(end) of its \(byteCount ?? end) bytes")
    // No retry after a failed fsync: the system has forgotten which pages it could not write.
    try check("fsync", AtomicFile.retrying { ops.synchronize(descriptor) })
    self.descriptor = nil
    try check("close", ops.close(descriptor))
    try check("rename", AtomicFile.retrying { overwrite ? ops.replace(temporary, path) : ops.publish(temporary, path) })
    isTemporaryThere = false
    try check("fsync of the directory", AtomicFile.retrying { ops.synchronizeDirectory(directory) })
  }

  /// Refuses a path that could not be written in the end, before any work is done: a name that
  /// ``checkName(_:overwrite:)`` refuses, and a directory that does not exist or may not be written.
  package static func checkTarget(_ path: String, overwrite: Bool) throws(OutputError) {
    try checkName(path, overwrite: overwrite)
    let directory = parts(of: path).directory
    guard isDirectory(directory) else { throw .noDirectory(path: path, directory: directory) }
    // Opening the file finds every other problem of the directory.
    if unsafe access(directory, W_OK | X_OK) != 0, errno == EACCES || errno == EROFS {
      throw .noPermission(path: path)
    }
  }

  /// Refuses a name that must not be replaced: that of a directory or device, and of a file unless `overwrite`.
  package static func checkName(_ path: String, overwrite: Bool) throws(OutputError) {
    guard !parts(of: path).name.isEmpty else { throw .notRegular(path: path) }
    var info = stat()
    guard unsafe stat(path, &info) == 0 else {
      // The name of a dangling link is taken, too.
      if !overwrite, unsafe lstat(path, &info) == 0 { throw .exists(path: path) }
      return
    }
    guard info.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
    guard overwrite else { throw .exists(path: path) }
  }

  /// Removes the temporary file; does nothing once the file has its name.
  private func abandon() {
    if let descriptor { _ = ops.close(descriptor) }
    descriptor = nil
    if isTemporaryThere { _ = ops.remove(temporary) }
    isTemporaryThere = false
  }

  private func openDescriptor() throws(OutputError) -> Int32 {
    if let failure { throw failure }
    guard let descriptor else { preconditionFailure("\(path) was published already") }
    return descriptor
  }

  private func check(_ call: String, _ status: Int) throws(OutputError) {
    guard status < 0 else { return }
    abandon()
    let error = error(call, status)
    failure = error
    throw error
  }

  private func error(_ call: String, _ status: Int) -> OutputError {
    let code = Int32(-status)
    return switch code {
    case ENOSPC, EDQUOT: .noSpace(path: path, needed: byteCount ?? max(end, 1), atLeast: byteCount == nil)
    case EACCES, EPERM, EROFS: .noPermission(path: path)
    case EEXIST: .exists(path: path)
    case EISDIR: .notRegular(path: path)
    case ENOENT where !isDirectory(directory), ENOTDIR where !isDirectory(directory):
      .noDirectory(path: path, directory: directory)
    default: .failed(path: path, call: call, errno: code)
    }
  }

  /// The directory of a path, and the name in it.
  private static func parts(of path: String) -> (directory: String, name: Substring) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path[...]) }
    return (slash == path.startIndex ? "/" : String(path[..<slash]), path[path.utf8.index(after: slash)...])
  }

  private static func retrying(_ call: () -> Int) -> Int {
    while true {
      let status = call()
      if status != -Int(EINTR) { return status }
    }
  }
}
