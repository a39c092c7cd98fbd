/// A file that appears under its name whole or not at all.
///
/// It is written without a name where the system can (Linux: `O_TMPFILE`), so that nothing of it is left when the process
/// is killed; elsewhere as `NAME.tmp.PID.RANDOM` in the same directory, which the next writer of NAME removes when that
/// process is gone. `publish` makes it durable, then gives it its name. Any failure before that, and dropping the object,
/// remove it. A reader that has the old file open keeps the old one.
///
/// A file that replaces another one has its mode and, where the system allows it, its owner and group. A symbolic link
/// stays: the file that it points to is replaced.
package final class AtomicFile {
  private let path: String
  /// The file that `path` leads to, through symbolic links.
  private let target: String
  private let directory: String
  private let temporary: String
  private let overwrite: Bool
  private let byteCount: UInt64?
  private let ops: FileOps
  private var descriptor: Int32?
  private var isTemporaryThere = false
  /// Whether the file has no name yet.
  private var isUnnamed = false
  /// The file that must still be there when this one takes its name; `nil` when it does not matter.
  package var expected: FileIdentity?
  /// The end of the bytes written, or to be written when a write failed.
  private var end: UInt64 = 0
  /// The first failure. Bytes are missing since then, so every later call throws it.
  private var failure: OutputError?

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: Where it appears. A symbolic link there is followed.
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
    try AtomicFile.checkName(path, overwrite: overwrite)
    target = try AtomicFile.target(of: path).get()
    let (directory, prefix, name) = AtomicFile.parts(of: target)
    self.directory = directory
    // A file name has at most 255 bytes, so a long one does not enter the temporary name.
    let stem = (name.utf8.count <= 200 ? String(name) : "akin") + ".tmp."
    temporary = "\(prefix)\(stem)\(getpid()).\(String(UInt64.random(in: .min ... .max), radix: 36))"
    ops.sweep(directory, stem)
    var status = AtomicFile.retrying { ops.createUnnamed(directory) }
    isUnnamed = status >= 0
    if !isUnnamed { status = AtomicFile.retrying { ops.create(temporary) } }
    guard status >= 0 else { throw error("open", status) }
    isTemporaryThere = !isUnnamed
    descriptor = Int32(status)
    if overwrite { ops.inherit(Int32(status), target) }
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
    if let expected, FileIdentity(path: target) != expected {
      abandon()
      failure = .changed(path: path)
      throw .changed(path: path)
    }
    if isUnnamed {
      // A name that is free is taken at once; one that is not, by way of a second name, which lives for a moment.
      try check("link", AtomicFile.retrying { ops.name(descriptor, overwrite ? temporary : target) })
      isTemporaryThere = overwrite
      // All bytes are durable already, so closing has nothing left to report.
      self.descriptor = nil
      _ = ops.close(descriptor)
      if overwrite { try check("rename", AtomicFile.retrying { ops.replace(temporary, target) }) }
    } else {
      self.descriptor = nil
      try check("close", ops.close(descriptor))
      try check(
        "rename", AtomicFile.retrying { overwrite ? ops.replace(temporary, target) : ops.publish(temporary, target) })
    }
    isTemporaryThere = false
    try check("fsync of the directory", AtomicFile.retrying { ops.synchronizeDirectory(directory) })
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

  private static func retrying(_ call: () -> Int) -> Int {
    while true {
      let status = call()
      if status != -Int(EINTR) { return status }
    }
  }
}
