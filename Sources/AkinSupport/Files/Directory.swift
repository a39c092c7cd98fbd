/// Creates a directory and its parents, where they do not exist.
package func makeDirectory(_ path: String) throws(OutputError) {
  var end = path.startIndex
  while end < path.endIndex {
    end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
    let prefix = String(path[..<end])
    guard unsafe mkdir(prefix, 0o777) != 0 else { continue }
    let code = errno
    // A read-only disk refuses before it checks whether the directory exists.
    if isDirectory(prefix) { continue }
    switch code {
    case EEXIST: throw .failed(path: prefix, call: "mkdir", errno: ENOTDIR)
    case EACCES, EPERM, EROFS: throw .noPermission(path: prefix)
    default: throw .failed(path: prefix, call: "mkdir", errno: code)
    }
  }
}

/// Whether a path names a directory.
package func isDirectory(_ path: String) -> Bool {
  var info = stat()
  return unsafe stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
}
