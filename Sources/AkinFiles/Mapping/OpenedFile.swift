import AkinSupport

/// An open descriptor of a regular, non-empty file; closed when this value goes away.
struct OpenedFile: ~Copyable {
  /// The path it was opened by.
  let path: String
  /// The file's length when it was opened; at least 1.
  let byteCount: Int
  private let descriptor: Int32

  /// Opens a file for reading.
  ///
  /// - Throws: ``FileError``: no such file, no permission, not a regular file, empty, hollow, or above the format's
  ///   limit.
  init(path: String) throws(FileError) {
    var descriptor: Int32
    repeat {
      // Not blocking: a pipe without a writer would stop us here, before fstat can tell.
      descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw FileError(path: path, problem: .opening(errno)) }
    do throws(FileProblem) {
      byteCount = try OpenedFile.regularByteCount(of: descriptor)
    } catch {
      close(descriptor)
      throw FileError(path: path, problem: error)
    }
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// The first `count` bytes, or the whole file where that is shorter.
  func prefix(_ count: Int) throws(FileError) -> [UInt8] {
    var start = [UInt8](repeating: 0, count: min(byteCount, count))
    let descriptor = descriptor
    let problem = unsafe start.withUnsafeMutableBytes { unsafe OpenedFile.read(into: $0, from: descriptor) }
    if let problem { throw FileError(path: path, problem: problem) }
    return start
  }

  /// All bytes, mapped or copied.
  ///
  /// - Throws: ``FileError``: a system call failed, or the copy would not fit the memory that is free.
  func bytes(_ mode: OpenMode) throws(FileError) -> MappedBytes {
    switch mode {
    case .map(let advice):
      let base = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0)
      guard let base = unsafe base, UInt(bitPattern: base) != UInt.max else {
        throw FileError(path: path, problem: .ioError(call: "mmap", code: errno))
      }
      // A system that refuses the advice still serves the pages.
      if advice != .normal { _ = unsafe madvise(base, byteCount, advice.flag) }
      return unsafe MappedBytes(mapping: UnsafeRawPointer(base), count: byteCount)
    case .copy:
      let free = availableMemory
      guard UInt64(byteCount) <= free else {
        throw FileError(
          path: path,
          problem: .aboveLimit(name: "bytes to copy into memory", found: UInt64(byteCount), limit: free))
      }
      let (path, descriptor) = (path, descriptor)
      return try unsafe MappedBytes(count: byteCount) {
        (memory: UnsafeMutableRawBufferPointer) throws(FileError) in
        if let problem = unsafe OpenedFile.read(into: memory, from: descriptor) {
          throw FileError(path: path, problem: problem)
        }
      }
    }
  }

  /// The length of the file, checked.
  private static func regularByteCount(of descriptor: Int32) throws(FileProblem) -> Int {
    var info = stat()
    guard unsafe fstat(descriptor, &info) == 0 else { throw .ioError(call: "fstat", code: errno) }
    switch info.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .isDirectory
    default: throw .notRegular
    }
    guard info.st_size > 0 else { throw .empty }
    guard UInt64(info.st_size) <= FileLimits.fileBytes else {
      throw .aboveLimit(name: "file bytes", found: UInt64(info.st_size), limit: FileLimits.fileBytes)
    }
    if let data = dataOfHollow(descriptor, info) {
      throw .truncated(section: nil, needed: UInt64(info.st_size), present: data)
    }
    return Int(info.st_size)
  }

  /// Fills memory from the start of the file; returns what went wrong, or `nil`.
  private static func read(into memory: UnsafeMutableRawBufferPointer, from descriptor: Int32) -> FileProblem? {
    var done = 0
    while done < memory.count {
      // Safe: the range lies in `memory`.
      let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[done...])
      let got = unsafe pread(descriptor, piece.baseAddress, piece.count, off_t(done))
      if got < 0 {
        if errno == EINTR { continue }
        return .ioError(call: "pread", code: errno)
      }
      // The file was cut since fstat.
      if got == 0 { return .truncated(section: nil, needed: UInt64(memory.count), present: UInt64(done)) }
      done += got
    }
    return nil
  }
}

extension FileProblem {
  /// What a failed `open` for reading means.
  static func opening(_ code: Int32) -> FileProblem {
    switch code {
    case ENOENT, ENOTDIR: .notFound
    case EACCES, EPERM: .noPermission
    case EISDIR: .isDirectory
    case ENXIO, ENODEV: .notRegular
    default: .ioError(call: "open", code: code)
    }
  }
}
