/// Makes a directory, and those above it, unless they are there.
package func makeDirectory(_ path: String) throws(OutputError) {
  var end = path.startIndex
  while end < path.endIndex {
    end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
    let prefix = String(path[..<end])
    if unsafe mkdir(prefix, 0o777) != 0, errno != EEXIST, errno != EISDIR {
      let code = errno
      // A read-only disk says so of a directory that is there, too.
      if unsafe access(prefix, F_OK) == 0 { continue }
      throw [EACCES, EPERM, EROFS].contains(code)
        ? .noPermission(path: prefix) : .failed(path: prefix, call: "mkdir", errno: code)
    }
  }
}
