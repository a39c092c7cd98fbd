extension AtomicFile {
  /// Refuses a path that could not be written in the end, before any work is done: a name that
  /// ``checkName(_:overwrite:)`` refuses, and a directory that does not exist or may not be written.
  package static func checkTarget(_ path: String, overwrite: Bool) throws(OutputError) {
    try checkName(path, overwrite: overwrite)
    let directory = parts(of: try target(of: path).get()).directory
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

  /// Where a path leads: the path itself, or what its symbolic links point to in the end, which need not exist.
  package static func target(of path: String) -> Result<String, OutputError> {
    var path = path
    // As many links as Linux follows.
    for _ in 0..<40 {
      guard let link = linkText(path) else { return .success(path) }
      path = link.utf8.first == UInt8(ascii: "/") ? link : parts(of: path).prefix + link
    }
    return .failure(.failed(path: path, call: "readlink", errno: ELOOP))
  }

  /// The directory of a path, the name in it, and what the path has before the name.
  package static func parts(of path: String) -> (directory: String, prefix: Substring, name: Substring) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", "", path[...]) }
    let start = path.utf8.index(after: slash)
    return (slash == path.startIndex ? "/" : String(path[..<slash]), path[..<start], path[start...])
  }

  /// The text of a symbolic link; `nil` for anything else.
  private static func linkText(_ path: String) -> String? {
    var text = [UInt8](repeating: 0, count: Int(PATH_MAX))
    // Safe: `readlink` writes at most `count` bytes, the size of the buffer.
    let count = unsafe text.withUnsafeMutableBytes { bytes in
      guard let start = bytes.baseAddress else { return 0 }
      return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
    return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : nil
  }
}
