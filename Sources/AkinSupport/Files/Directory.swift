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
    case EEXIST, ENOTDIR: throw .isFile(path: prefix)
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

/// The names in a directory, sorted, without `.` and `..`; or the `errno` of opening it.
package func directoryListing(_ path: String) -> Result<[String], DirectoryTrouble> {
  guard let listing = unsafe opendir(path) else { return .failure(DirectoryTrouble(errno: errno)) }
  defer { unsafe closedir(listing) }
  var names: [String] = []
  while let entry = unsafe readdir(listing) {
    // Safe: the name ends with a zero byte and lies in the entry, which is valid until the next call.
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      unsafe tuple.withMemoryRebound(to: CChar.self, capacity: 1) { unsafe String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return .success(names.sorted())
}

/// Why a directory could not be read.
package struct DirectoryTrouble: Error, Equatable {
  /// The `errno`.
  package let errno: Int32

  /// Creates the trouble.
  package init(errno: Int32) { self.errno = errno }
}
