import AkinSupport

/// A regular file for reading at any offset, from any thread.
///
/// It is not mapped: if another process truncates it, reading gives an error, where a mapping would give SIGBUS.
final class InputFile: Sendable {
  let path: String
  /// The size in bytes when the file was opened; at least 1.
  let byteCount: UInt64
  private let descriptor: Int32

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
  }

  deinit { _ = close(descriptor) }

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
