/// A file that appears whole or not at all.
///
/// Bytes go to a temporary file beside the destination. ``commit()`` makes them durable and gives them the
/// destination's name in one step; an output that is dropped before that takes its temporary file along.
///
///     var output = try AtomicOutput(path: "ids.csv", overwrite: false)
///     try output.write("id,title\n")
///     try output.commit()
public struct AtomicOutput: ~Copyable {
  /// Where the file will appear.
  public let path: String
  /// Bytes given so far.
  public private(set) var byteCount: UInt64 = 0

  private let temporaryPath: String
  private let overwrite: Bool
  private let expectedBytes: UInt64?
  private var descriptor: Int32
  private var isTemporary = true
  private var buffer: [UInt8] = []
  /// The first failure to write: bytes are missing from then on, so nothing can be committed.
  private var trouble: OutputError?

  private static var capacity: Int { 1 << 20 }

  /// Opens a temporary file in the destination's directory.
  ///
  /// - Parameters:
  ///   - path: Where the file will appear. Its directory must exist.
  ///   - overwrite: Whether a regular file of that name may be replaced. A symbolic link is replaced, not followed.
  ///   - expectedBytes: The size of the whole, when known: a full disk is then found before the first byte is made.
  /// - Throws: ``OutputError/exists(path:)`` at once, so that no work is lost to it, and every other trouble of opening.
  public init(path: String, overwrite: Bool, expectedBytes: UInt64? = nil) throws(OutputError) {
    try AtomicOutput.check(path, overwrite: overwrite)
    let (temporaryPath, descriptor) = try AtomicOutput.openTemporary(for: path)
    if let expectedBytes, !AtomicOutput.reserve(expectedBytes, descriptor) {
      _ = close(descriptor)
      _ = unsafe unlink(temporaryPath)
      throw .noSpace(path: path, needed: expectedBytes, atLeast: false)
    }
    self.path = path
    self.temporaryPath = temporaryPath
    self.overwrite = overwrite
    self.expectedBytes = expectedBytes
    self.descriptor = descriptor
    buffer.reserveCapacity(AtomicOutput.capacity)
  }

  deinit {
    if descriptor >= 0 { _ = close(descriptor) }
    if isTemporary { _ = unsafe unlink(temporaryPath) }
  }

  /// Adds a text's UTF-8 bytes.
  public mutating func write(_ text: String) throws(OutputError) {
    var text = text
    // Safe: `add` copies or writes the bytes while they are lent; so in the two methods below.
    let failure = text.withUTF8 { bytes in unsafe add(UnsafeRawBufferPointer(bytes)) }
    if let failure { throw failure }
  }

  /// Adds bytes.
  public mutating func write(_ bytes: [UInt8]) throws(OutputError) {
    let failure = unsafe bytes.withUnsafeBytes { bytes in unsafe add(bytes) }
    if let failure { throw failure }
  }

  /// Adds bytes.
  public mutating func write(_ bytes: RawSpan) throws(OutputError) {
    let failure = unsafe bytes.withUnsafeBytes { bytes in unsafe add(bytes) }
    if let failure { throw failure }
  }

  /// Makes all bytes durable, then gives the file its name.
  ///
  /// When this returns, the file is there after a power cut too. When it throws, the destination is as it was (or,
  /// if only the directory could not be made durable, holds the whole new file).
  public consuming func commit() throws(OutputError) {
    if let failure = flush() { throw failure }
    if expectedBytes != nil, ftruncate(descriptor, off_t(byteCount)) != 0 { throw failure("ftruncate") }
    // After a failed fsync the system may call the pages clean: trying again would lie.
    guard AtomicOutput.synchronize(descriptor) == 0 else { throw failure("fsync") }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0 else { throw failure("close") }
    try takeName()
    try AtomicOutput.synchronizeDirectory(of: path)
  }

  // MARK: Writing

  private mutating func flush() -> OutputError? {
    // Safe: `put` only reads the array's bytes, while they are lent.
    trouble = unsafe trouble ?? buffer.withUnsafeBytes { bytes in unsafe put(bytes) }
    buffer.removeAll(keepingCapacity: true)
    return trouble
  }

  /// Keeps small pieces for later and writes large ones.
  @unsafe private mutating func add(_ bytes: UnsafeRawBufferPointer) -> OutputError? {
    byteCount += UInt64(bytes.count)
    if buffer.count + bytes.count > AtomicOutput.capacity, let failure = flush() { return failure }
    if trouble == nil, bytes.count >= AtomicOutput.capacity {
      trouble = unsafe put(bytes)
    } else {
      unsafe buffer.append(contentsOf: bytes)
    }
    return trouble
  }

  /// Writes all bytes to the descriptor, however many calls the system wants for that.
  @unsafe private func put(_ bytes: UnsafeRawBufferPointer) -> OutputError? {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let part = unsafe UnsafeRawBufferPointer(rebasing: rest)
      let written = unsafe systemWrite(descriptor, part)
      if written < 0 {
        if errno == EINTR { continue }
        return failure("write")
      }
      unsafe rest = rest.dropFirst(written)
    }
    return nil
  }

  /// Whether the disk has room, as far as it can tell; the room is then this file's.
  private static func reserve(_ bytes: UInt64, _ descriptor: Int32) -> Bool {
    #if os(Linux)
      if bytes > 0, let length = off_t(exactly: bytes) {
        // Other failures mean that this file system cannot reserve, and writing will tell.
        return posix_fallocate(descriptor, 0, length) != ENOSPC
      }
    #endif
    return true
  }

  private func failure(_ call: String) -> OutputError {
    let number = errno
    guard number == ENOSPC || number == EDQUOT else { return .failed(path: path, call: call, errno: number) }
    return .noSpace(path: path, needed: expectedBytes ?? byteCount, atLeast: expectedBytes == nil)
  }

  // MARK: Naming

  private mutating func takeName() throws(OutputError) {
    if !overwrite {
      // A link never replaces anything: a file that has appeared since `init` stays.
      if unsafe link(temporaryPath, path) == 0 {
        isTemporary = unsafe unlink(temporaryPath) != 0
        return
      }
      if errno == EEXIST { throw .exists(path: path) }
      // This file system has no links: look, then rename.
      try AtomicOutput.check(path, overwrite: false)
    }
    guard unsafe rename(temporaryPath, path) == 0 else { throw failure("rename") }
    isTemporary = false
  }

  private static func check(_ path: String, overwrite: Bool) throws(OutputError) {
    guard !path.isEmpty, path.utf8.last != UInt8(ascii: "/") else { throw .notRegular(path: path) }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
    guard overwrite else { throw .exists(path: path) }
  }

  private static func openTemporary(for path: String) throws(OutputError) -> (path: String, descriptor: Int32) {
    // A name may be 255 bytes long, so a long one is left out of the temporary name.
    let name = path[directory(of: path).endIndex...]
    let stem = name.utf8.count <= 200 ? String(name) : "akin"
    var number: Int32 = EEXIST
    for _ in 0..<100 {
      let random = String(UInt64.random(in: 0 ... .max), radix: 36)
      let temporaryPath = "\(directory(of: path))\(stem).tmp.\(getpid()).\(random)"
      let descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (temporaryPath, descriptor) }
      number = errno
      guard number == EEXIST || number == EINTR else { break }
    }
    guard number == ENOSPC || number == EDQUOT else { throw .failed(path: path, call: "open", errno: number) }
    throw .noSpace(path: path, needed: 1, atLeast: true)
  }

  /// Everything up to the last slash and that slash; empty for a plain name.
  private static func directory(of path: String) -> Substring {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[..<path.startIndex] }
    return path[...slash]
  }

  // MARK: Durability

  private static func synchronize(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
      // There, fsync leaves the bytes in the drive's cache.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return 0 }
    #endif
    return fsync(descriptor)
  }

  private static func synchronizeDirectory(of path: String) throws(OutputError) {
    let directory = directory(of: path)
    let descriptor = unsafe open(directory.isEmpty ? "." : String(directory), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A directory may be writable and not readable, and some file systems know no fsync of one: both are no failure.
    guard descriptor >= 0 else { return }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) != 0, errno == EIO || errno == ENOSPC || errno == EDQUOT else { return }
    throw .failed(path: path, call: "fsync of the directory", errno: errno)
  }
}

/// The system's `write`, which has the name of a method above.
@unsafe private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  unsafe write(descriptor, bytes.baseAddress, bytes.count)
}
