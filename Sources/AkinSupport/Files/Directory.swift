/// Makes a directory, and those above it, unless they are there.
package func makeDirectory(_ path: String) throws(OutputError) {
  var end = path.startIndex
  while end < path.endIndex {
    end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
    let prefix = String(path[..<end])
    guard unsafe mkdir(prefix, 0o777) != 0 else { continue }
    let code = errno
    // Also a read-only disk's, which refuses before it looks.
    if isDirectory(prefix) { continue }
    switch code {
    case EEXIST: throw .failed(path: prefix, call: "mkdir", errno: ENOTDIR)
    case EACCES, EPERM, EROFS: throw .noPermission(path: prefix)
    default: throw .failed(path: prefix, call: "mkdir", errno: code)
    }
  }
}

/// Whether a path leads to a directory.
package func isDirectory(_ path: String) -> Bool {
  var info = stat()
  return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
}
