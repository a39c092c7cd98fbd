import AkinSupport

extension RecordReader {
  /// Fills the buffer, as far as the file goes.
  mutating func fill() throws(InteractionError) {
    while !atEnd, end < capacity - 3 { try refill() }
  }

  /// Moves the unread bytes to the front of the buffer and reads more.
  mutating func refill() throws(InteractionError) {
    let kept = end - position
    if position > 0 {
      unsafe memmove(buffer, buffer + position, kept)
      position = 0
      end = kept
    }
    // One byte of another encoding can become three.
    if capacity - kept < 3 {
      guard capacity < RecordReader.rowLimit else {
        throw InteractionError(path: path, line: nextLine, .rowTooLong(limit: RecordReader.rowLimit))
      }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + 1)
      unsafe larger.update(from: buffer, count: kept)
      unsafe buffer.deallocate()
      unsafe buffer = larger
      capacity *= 2
    }
    let space = format.encoding == .utf8 ? capacity - end : (capacity - end) / 3
    while true {
      let got = unsafe read(file, buffer + end, space)
      if got < 0 {
        if errno == EINTR { continue }
        throw InteractionError(path: path, .system(action: "read the file", code: errno))
      }
      if got == 0 { atEnd = true }
      if bytesRead == 0, format.encoding != .utf8 {
        // Safe: the file's first `got` bytes.
        seemsUTF8 = unsafe RecordReader.areUTF8(UnsafeBufferPointer(start: buffer + end, count: got))
      }
      bytesRead += got
      end += format.encoding == .utf8 ? got : widen(got)
      return
    }
  }

  /// Whether bytes, of which the last may be cut, hold characters beyond ASCII, and all in UTF-8.
  @unsafe private static func areUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    // Safe: the bytes are copied.
    guard unsafe bytes.contains(where: { $0 >= 0x80 }) else { return false }
    return (0...3).contains { cut in unsafe String(validating: Array(bytes.dropLast(cut)), as: UTF8.self) != nil }
  }

  /// A notice on an encoding that most likely is not the file's; `nil` for none.
  var encodingNotice: Notice? {
    guard seemsUTF8 else { return nil }
    return Notice(
      "\(path): the text seems to be UTF-8; read as \(format.encoding.rawValue), as chosen, each letter beyond ASCII becomes "
        + "several characters", isWarning: true)
  }

  /// Replaces `count` bytes of another encoding at `end` by their UTF-8.
  ///
  /// - Returns: The number of bytes of UTF-8.
  private func widen(_ count: Int) -> Int {
    // Safe: `count` is at most a third of the space, and a byte becomes at most three.
    let bytes = unsafe Array(UnsafeBufferPointer(start: buffer + end, count: count))
    var out = end
    for byte in bytes {
      if byte < 0x80 {
        unsafe buffer[out] = byte
        out += 1
        continue
      }
      let isSpecial = format.encoding == .windows1252 && byte < 0xA0
      let scalar = isSpecial ? windows1252[Int(byte) - 0x80] : UInt16(byte)
      if scalar >= 0x800 {
        unsafe buffer[out] = 0xE0 | UInt8(scalar >> 12)
        unsafe buffer[out + 1] = 0x80 | UInt8(scalar >> 6 & 0x3F)
        unsafe buffer[out + 2] = 0x80 | UInt8(scalar & 0x3F)
        out += 3
      } else {
        unsafe buffer[out] = 0xC0 | UInt8(scalar >> 6)
        unsafe buffer[out + 1] = 0x80 | UInt8(scalar & 0x3F)
        out += 2
      }
    }
    return out - end
  }

  /// Skips a UTF-8 byte order mark, and refuses files of other formats.
  mutating func skipMark() throws(InteractionError) {
    while end < 512, !atEnd { try refill() }
    // Safe: the bytes are below `end`.
    let start = (0..<min(end, 512)).map { unsafe buffer[$0] }
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    if var content = ForeignContent(start[position...], is8Bit: format.encoding != .utf8) {
      // R packs what it saves.
      if content == .gzip, FileSignature.isOfR(path) { content = .objectsOfR }
      let isPython = content == .dictionaries
      guard isPython || content == .json else { throw InteractionError(path: path, .notText(found: content)) }
      // Safe: the bytes are below `end`.
      let text = (position..<min(end, 1 << 16)).map { unsafe buffer[$0] }
      let frame = JSONShape(text).flatMap { JSONFrame($0, isPython: isPython) }
      throw InteractionError(path: path, .notText(found: content, frame: frame))
    }
    if let mark = CommentLine.mark(start[position...]) {
      throw InteractionError(path: path, line: 1, .comments(mark: mark))
    }
  }

  /// Whether all lines hold as many spaces as the first, whose first word is a usual name of a column of ids.
  @unsafe private static func hasNamesBetweenSpaces(_ text: UnsafeBufferPointer<UInt8>, isWhole: Bool) -> Bool {
    // Safe: the word is copied.
    let word = unsafe String(
      decoding: text.prefix(64).prefix { $0 != UInt8(ascii: " ") && $0 != newline }, as: UTF8.self)
    return unsafe ColumnNames.features.contains(ColumnNames.fold(word))
      && SeparatorDetection.isEven(.space, text, isWhole: isWhole)
  }

  /// The separator that the first lines agree on.
  mutating func detectSeparator() throws(InteractionError) -> FieldSeparator {
    try fill()
    let isWhole = atEnd
    let text = unsafe UnsafeBufferPointer(start: buffer + position, count: end - position)
    if let other = format.otherSeparator, unsafe SeparatorDetection.isEven(other, text, isWhole: isWhole) {
      return other
    }
    let hasSpaces = unsafe detectsSpaces || RecordReader.hasNamesBetweenSpaces(text, isWhole: isWhole)
    let detection = unsafe SeparatorDetection(text, isWhole: isWhole)
    return unsafe detection.longSeparator(text, isWhole: isWhole) ?? detection.separator(orSpaces: hasSpaces)
  }
}

extension String {
  /// The first character that ends lines or records elsewhere: the record separator of ASCII, next line, or the line separator of Unicode.
  var otherLineEnd: Unicode.Scalar? {
    if utf8.allSatisfy({ (0x1F..<0x80).contains($0) }) { return nil }
    return unicodeScalars.first { [0x1E, 0x85, 0x2028, 0x2029].contains($0.value) }
  }
}

/// The characters of the bytes 0x80 to 0x9F in Windows-1252; the five without one keep their number (WHATWG Encoding).
private let windows1252: [UInt16] = [
  0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D,
  0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
  0x017E, 0x0178,
]
