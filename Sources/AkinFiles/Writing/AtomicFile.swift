import AkinSupport

/// A file that appears under its name whole or not at all.
///
/// It grows under the name `NAME.tmp.PID.RANDOM` in the same directory. `publish` makes it durable, then gives it its
/// name; whatever goes wrong before that, or letting go of the object, removes it. A reader who has the old file open
/// keeps the old one.
package final class AtomicFile {
  private let path: String
  private let directory: String
  private let temporary: String
  private let overwrite: Bool
  private let byteCount: UInt64?
  private let ops: FileOps
  private var descriptor: Int32?
  private var isTemporaryThere = true

  /// Starts a file.
  ///
  /// - Parameters:
  ///   - path: Where it will appear. A symbolic link there is replaced, not followed.
  ///   - byteCount: Its length, reserved at once so that a full disk shows now; `nil` when that is not known.
  ///   - overwrite: Whether a file of that name may be replaced; if not, one that is there now or appears meanwhile
  ///     is an error.
  package init(
    path: String, byteCount: UInt64? = nil, overwrite: Bool, ops: FileOps = .system
  ) throws(FileError) {
    self.path = path
    self.overwrite = overwrite
    self.byteCount = byteCount
    self.ops = ops
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    directory =
      switch slash {
      case nil: "."
      case path.utf8.startIndex?: "/"
      case let slash?: String(path[..<slash])
      }
    let random = String(UInt64.random(in: .min ... .max), radix: 16)
    temporary = "\(path).tmp.\(getpid()).\(random)"
    try AtomicFile.checkTarget(path, overwrite: overwrite)
    let status = AtomicFile.retrying { ops.create(temporary) }
    guard status >= 0 else {
      isTemporaryThere = false
      let problem: FileProblem =
        status == -Int(ENOENT) || status == -Int(ENOTDIR)
        ? .directoryNotFound(directory) : AtomicFile.problem("open", status, byteCount)
      throw FileError(path: path, problem: problem)
    }
    descriptor = Int32(status)
    if let byteCount, byteCount > 0 {
      try check("posix_fallocate", AtomicFile.retrying { ops.reserve(Int32(status), Int64(byteCount)) })
    }
  }

  deinit { abandon() }

  /// Writes bytes at a place.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(FileError) {
    guard let descriptor else { preconditionFailure("a file takes no bytes after it was published") }
    var done = 0
    while done < bytes.count {
      // Safe: the range lies in `bytes`.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let wrote = unsafe ops.write(descriptor, rest, Int64(offset) + Int64(done))
      if wrote == -Int(EINTR) { continue }
      // Nothing went in and nothing was said: a device that will never take more.
      if wrote == 0 { try check("pwrite", -Int(ENOSPC)) }
      try check("pwrite", wrote)
      done += wrote
    }
  }

  /// Makes the file durable and gives it its name.
  package func publish() throws(FileError) {
    guard let descriptor else { preconditionFailure("a file is published once") }
    // No second try after a failed fsync: the system has forgotten which pages it could not write.
    try check("fsync", AtomicFile.retrying { ops.synchronize(descriptor) })
    self.descriptor = nil
    try check("close", ops.close(descriptor))
    try check("rename", AtomicFile.retrying { overwrite ? ops.replace(temporary, path) : ops.publish(temporary, path) })
    isTemporaryThere = false
    try check("fsync of the directory", AtomicFile.retrying { ops.synchronizeDirectory(directory) })
  }

  /// Removes what was written; nothing happens after `publish`.
  package func abandon() {
    if let descriptor { _ = ops.close(descriptor) }
    descriptor = nil
    if isTemporaryThere { _ = ops.remove(temporary) }
    isTemporaryThere = false
  }

  private func check(_ call: String, _ status: Int) throws(FileError) {
    guard status < 0 else { return }
    abandon()
    throw FileError(path: path, problem: AtomicFile.problem(call, status, byteCount))
  }

  /// Refuses what must not be replaced before any work is done: a directory, a device, and any file unless `overwrite`.
  package static func checkTarget(_ path: String, overwrite: Bool) throws(FileError) {
    var info = stat()
    guard unsafe stat(path, &info) == 0 else {
      // A link to nowhere is a name that is taken, too.
      if !overwrite, unsafe lstat(path, &info) == 0 { throw FileError(path: path, problem: .exists) }
      return
    }
    switch info.st_mode & S_IFMT {
    case S_IFREG: if !overwrite { throw FileError(path: path, problem: .exists) }
    case S_IFDIR: throw FileError(path: path, problem: .isDirectory)
    default: throw FileError(path: path, problem: .notRegular)
    }
  }

  private static func problem(_ call: String, _ status: Int, _ byteCount: UInt64?) -> FileProblem {
    let code = Int32(-status)
    return switch code {
    case ENOSPC, EDQUOT: .diskFull(needed: byteCount ?? 0)
    case EACCES, EPERM, EROFS: .noPermission
    case EEXIST: .exists
    case EISDIR: .isDirectory
    default: .ioError(call: call, code: code)
    }
  }

  private static func retrying(_ call: () -> Int) -> Int {
    while true {
      let status = call()
      if status != -Int(EINTR) { return status }
    }
  }
}
