import AkinSupport

/// Reads a file sequentially through one buffer: lines, tokens and blocks up to a limit.
///
/// Returned bytes are valid until the next call.
@safe final class FileWindow {
  // Safe: `start...end` stays inside the buffer, which lives as long as the window.

  let file: InputFile
  /// The number of the last line, counted from 1.
  private(set) var line = 0
  private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
  private var start = 0
  private var end = 0
  private var fileOffset: UInt64 = 0

  /// The largest number of bytes of a line: more than 65,536 numbers take.
  static let longestLine = 16 << 20

  init(_ file: InputFile) { self.file = file }

  deinit { unsafe buffer.deallocate() }

  /// Skips a byte order mark at the start of the file.
  func skipByteOrderMark() throws(VectorFileError) {
    guard try fill(3) else { return }
    if unsafe buffer[start] == 0xEF && buffer[start + 1] == 0xBB && buffer[start + 2] == 0xBF { start += 3 }
  }

  /// The next line without its LF or CRLF; `nil` after the last line.
  @unsafe func nextLine() throws(VectorFileError) -> UnsafeRawBufferPointer? {
    line += 1
    guard let length = try find(0x0A, atMost: FileWindow.longestLine) else {
      let rest = end - start
      guard rest <= FileWindow.longestLine else {
        throw .malformed(
          path: file.path, place: .line(line), expected: "a line of at most \(FileWindow.longestLine) bytes",
          found: "a longer one")
      }
      return rest == 0 ? nil : unsafe lend(rest, skipping: 0)
    }
    let line = unsafe lend(length, skipping: 1)
    return unsafe line.last == 0x0D ? UnsafeRawBufferPointer(rebasing: line.dropLast()) : line
  }

  /// The bytes up to a separator; `nil` if there is none within `limit` bytes.
  @unsafe func next(until separator: UInt8, atMost limit: Int) throws(VectorFileError) -> UnsafeRawBufferPointer? {
    guard let length = try find(separator, atMost: limit) else { return nil }
    return unsafe lend(length, skipping: 1)
  }

  /// The next `count` bytes; `nil` if the file ends before.
  @unsafe func next(_ count: Int) throws(VectorFileError) -> UnsafeRawBufferPointer? {
    guard try fill(count) else { return nil }
    return unsafe lend(count, skipping: 0)
  }

  /// Skips newlines.
  ///
  /// - Returns: Whether bytes follow.
  func skipNewlines() throws(VectorFileError) -> Bool {
    while try fill(1) {
      guard unsafe buffer[start] == 0x0A || buffer[start] == 0x0D else { return true }
      start += 1
    }
    return false
  }

  /// The distance of the next occurrence of a byte, within a limit.
  private func find(_ byte: UInt8, atMost limit: Int) throws(VectorFileError) -> Int? {
    var seen = 0
    while true {
      // Safe: the bytes searched are start + seen ..< end.
      if seen < end - start, let base = unsafe buffer.baseAddress,
        let place = unsafe memchr(base + start + seen, Int32(byte), end - start - seen)
      {
        let length = unsafe place - (base + start)
        return length <= limit ? length : nil
      }
      seen = end - start
      guard seen <= limit, try fill(seen + 1) else { return nil }
    }
  }

  /// Consumes `count` bytes and a number of bytes that follow.
  @unsafe private func lend(_ count: Int, skipping: Int) -> UnsafeRawBufferPointer {
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<start + count])
    start += count + skipping
    return unsafe bytes
  }

  /// Reads until the buffer holds `count` bytes, and enlarges it if necessary; false if the file ends before.
  private func fill(_ count: Int) throws(VectorFileError) -> Bool {
    if end - start >= count { return true }
    if unsafe count > buffer.count {
      let larger = unsafe UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 2 * buffer.count), alignment: 64)
      unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      unsafe buffer.deallocate()
      unsafe buffer = larger
    } else if let base = unsafe buffer.baseAddress {
      unsafe memmove(base, base + start, end - start)
    }
    end -= start
    start = 0
    let got = try unsafe file.readSome(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]), at: fileOffset)
    fileOffset += UInt64(got)
    end += got
    return end >= count
  }
}
