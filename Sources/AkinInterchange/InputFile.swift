import AkinSupport

/// A regular file for reading at any offset, from any thread.
///
/// It is not mapped: if another process truncates it, reading gives an error, where a mapping would give SIGBUS.
final class InputFile: Sendable {
  let path: String
  /// The size in bytes when the file was opened, at least 1, with the bytes that follow it in memory.
  let byteCount: UInt64
  private let descriptor: Int32
  /// Bytes that are read as if they stood behind the end of the file, and the place where they begin.
  private let appendix: [UInt8]
  private let appendixStart: UInt64
  /// The file whose descriptor this one uses; `nil` for a file that opened its own.
  private let owner: InputFile?

  init(path: String) throws(VectorFileError) {
    // O_NONBLOCK: without it a pipe without a writer would block.
    let descriptor = unsafe path.withCString { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw .io(path: path, call: "open", errno: errno) }
    self.path = path
    self.descriptor = descriptor
    var status = stat()
    let outcome = unsafe fstat(descriptor, &status)
    byteCount = outcome == 0 ? UInt64(clamping: status.st_size) : 0
    guard outcome == 0 else { throw .io(path: path, call: "fstat", errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
    guard byteCount > 0 else { throw .empty(path: path) }
    appendix = []
    appendixStart = byteCount
    owner = nil
  }

  /// A file that further bytes follow.
  ///
  /// - Parameters:
  ///   - file: A file without such bytes.
  ///   - appendix: The bytes.
  init(_ file: InputFile, followedBy appendix: [UInt8]) {
    precondition(file.appendix.isEmpty, "bytes follow the file itself")
    descriptor = file.descriptor
    path = file.path
    owner = file
    self.appendix = appendix
    appendixStart = file.byteCount
    byteCount = file.byteCount + UInt64(appendix.count)
  }

  deinit { if owner == nil { close(descriptor) } }

  /// The extension of the file's name in lower case; empty without one.
  var lowercaseExtension: String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  /// Reads `bytes.count` bytes at an offset, all of them or an error.
  @unsafe func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(VectorFileError) {
    let got = try unsafe readSome(into: bytes, at: offset)
    guard got == bytes.count else { throw .shrank(path: path) }
  }

  /// Reads up to `bytes.count` bytes at an offset.
  ///
  /// - Returns: The number of bytes before the end of the file.
  @unsafe func readSome(
    into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(VectorFileError) -> Int {
    if offset >= appendixStart, !appendix.isEmpty {
      return unsafe readAppendix(into: bytes, at: offset - appendixStart)
    }
    var done = 0
    while done < bytes.count {
      guard let place = off_t(exactly: offset + UInt64(done)) else { return done }
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
      let count = unsafe pread(descriptor, rest.baseAddress, rest.count, place)
      if count < 0 {
        if errno == EINTR { continue }
        throw .io(path: path, call: "read", errno: errno)
      }
      if count == 0 { return done }
      done += count
    }
    return done
  }

  /// Copies up to `bytes.count` bytes from a place of the appendix on.
  @unsafe private func readAppendix(into bytes: UnsafeMutableRawBufferPointer, at place: UInt64) -> Int {
    guard let start = Int(exactly: place), start < appendix.count else { return 0 }
    // Safe: both buffers have `count` bytes.
    let count = min(bytes.count, appendix.count - start)
    unsafe appendix[start..<start + count].withUnsafeBytes { unsafe bytes.copyMemory(from: $0) }
    return count
  }

  /// A copy of `count` bytes at an offset, for headers. They must lie inside the file.
  func bytes(at offset: UInt64, count: Int) throws(VectorFileError) -> [UInt8] {
    precondition(count >= 0 && UInt64(count) <= byteCount, "the bytes lie inside the file")
    var failure: VectorFileError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do throws(VectorFileError) {
        try unsafe read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// The size in bytes of a table with these dimensions; `nil` if it exceeds 64 bits.
func tableBytes(_ sides: [UInt64], elementSize: Int) -> UInt64? {
  // With a zero the product is zero, however large the other sides are.
  if sides.contains(0) { return 0 }
  var product = UInt64(elementSize)
  for side in sides {
    let (next, overflow) = product.multipliedReportingOverflow(by: side)
    if overflow { return nil }
    product = next
  }
  return product
}

/// The little-endian number at an offset of `bytes`.
func littleEndian<Number: FixedWidthInteger>(_ bytes: [UInt8], at offset: Int, as type: Number.Type) -> Number {
  var value: Number = 0
  for index in (0..<MemoryLayout<Number>.size).reversed() {
    value = value << 8 | Number(truncatingIfNeeded: bytes[offset + index])
  }
  return value
}

/// Whether a byte is white space in Python and JSON.
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D }
