import AkinSupport

/// Makes a directory, and those above it, unless they are there.
func makeDirectory(_ path: String) throws(OutputError) {
  var end = path.startIndex
  while end < path.endIndex {
    end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
    let prefix = String(path[..<end])
    if unsafe mkdir(prefix, 0o777) != 0, errno != EEXIST, errno != EISDIR {
      throw .failed(path: prefix, call: "mkdir", errno: errno)
    }
  }
}
