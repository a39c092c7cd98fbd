import AkinSupport

/// Reads a delimited text file record by record (RFC 4180), in a few megabytes of memory at any file size.
///
/// A field that starts with a double quote ends at the closing quote. Inside it a doubled quote is one quote, and separators
/// and line ends are data. A quote elsewhere is an ordinary character. Lines end with LF or CR LF; a byte order mark, empty
/// lines and a missing last line end are accepted. Cost: about one nanosecond per byte.
@safe struct RecordReader: ~Copyable {
  // Safe: `buffer` holds `capacity` bytes and one sentinel, and `deinit` alone frees it. `position <= end <= capacity`.
  // Fields point into the buffer and are valid until the next call of `next()`.

  /// The largest number of bytes of a record.
  static let rowLimit = 4 << 20

  let path: String
  /// The line on which the current record starts, counted from 1.
  private(set) var line = 0
  /// Bytes read from the file.
  private(set) var bytesRead = 0
  /// The file's size in bytes; `nil` for a pipe.
  let fileSize: Int?
  /// The separator; `nil` until it is detected.
  private(set) var separator: FieldSeparator?

  private let file: Int32
  private var buffer: UnsafeMutablePointer<UInt8>
  private var capacity = 1 << 20
  private var position = 0
  private var end = 0
  private var atEnd = false
  private var nextLine = 1
  private var fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  private var fieldCapacity = 16
  /// Fields of the current record.
  private(set) var fieldCount = 0

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - separator: The separator, or `nil` to detect it from the first record.
  init(path: String, separator: FieldSeparator?) throws(InteractionError) {
    self.path = path
    self.separator = separator
    unsafe buffer = .allocate(capacity: capacity + 1)
    unsafe fields = .allocate(capacity: fieldCapacity)
    file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    let opened = unsafe file >= 0 && fstat(file, &status) == 0
    fileSize = opened && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    if !opened { throw InteractionError(path: path, .system(action: "open the file", code: errno)) }
    if status.st_mode & S_IFMT == S_IFDIR { throw InteractionError(path: path, .directory) }
    try skipMark()
  }

  deinit {
    if file >= 0 { close(file) }
    unsafe buffer.deallocate()
    unsafe fields.deallocate()
  }

  /// A field of the current record, counted from 0.
  @unsafe subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(index >= 0 && index < fieldCount, "the record has this field")
    return unsafe fields[index]
  }

  /// A field of the current record as text; invalid UTF-8 is replaced.
  func text(_ index: Int) -> String { unsafe String(decoding: self[index], as: UTF8.self) }

  /// All fields of the current record as texts.
  var texts: [String] { (0..<fieldCount).map { text($0) } }

  /// Reads the next record; false at the end of the file.
  mutating func next() throws(InteractionError) -> Bool {
    while true {
      // Empty lines are not records.
      while position < end {
        let byte = unsafe buffer[position]
        if byte == newline {
          position += 1
          nextLine += 1
        } else if byte == carriageReturn, position + 1 < end, unsafe buffer[position + 1] == newline {
          position += 2
          nextLine += 1
        } else {
          break
        }
      }
      if unsafe position == end || (end - position == 1 && buffer[position] == carriageReturn) {
        if atEnd { return false }
        try refill()
        continue
      }
      line = nextLine
      if separator == nil { try sniffSeparator() }
      if try split() { return true }
      try refill()
    }
  }

  /// Splits the record at `position` into fields; false if the buffer ends before the record does.
  private mutating func split() throws(InteractionError) -> Bool {
    let separator = separator ?? .comma
    var scan = RecordScan(place: position, separator: separator.byte, isDouble: separator == .doubleColon)
    var count = 0
    // The sentinel ends a plain field at the end of the buffer.
    unsafe buffer[end] = newline
    while true {
      if count == fieldCapacity { growFields() }
      if !scan.isDouble, scan.place < end, unsafe buffer[scan.place] == quote {
        guard let field = try unsafe quotedField(&scan) else { return false }
        unsafe fields[count] = unsafe field
      } else {
        unsafe fields[count] = plainField(&scan)
      }
      count += 1
      if unsafe buffer[scan.place] == newline {
        if scan.place >= end, !atEnd { return false }
        break
      }
      scan.place += scan.isDouble ? 2 : 1
    }
    position = min(scan.place + 1, end)
    nextLine += scan.lines
    fieldCount = count
    if scan.hasEscapes { removeEscapes() }
    return true
  }

  /// Reads a field up to the next separator or line end, which `scan.place` is at afterwards.
  @inline(__always) private func plainField(_ scan: inout RecordScan) -> UnsafeBufferPointer<UInt8> {
    // Safe: the sentinel behind the buffer ends the loop.
    let bytes = unsafe buffer
    let start = scan.place
    var place = start
    while true {
      let byte = unsafe bytes[place]
      if byte == newline { break }
      if byte == scan.separator, unsafe !scan.isDouble || bytes[place + 1] == scan.separator { break }
      place += 1
    }
    scan.place = place
    let isBeforeLF = unsafe place > start && bytes[place] == newline && bytes[place - 1] == carriageReturn
    return unsafe UnsafeBufferPointer(start: bytes + start, count: place - start - (isBeforeLF ? 1 : 0))
  }

  /// Reads a quoted field and steps to the separator or line end behind it; `nil` if the buffer ends before the field does.
  private func quotedField(_ scan: inout RecordScan) throws(InteractionError) -> UnsafeBufferPointer<UInt8>? {
    // Safe: every index is at most `end`, where the sentinel is.
    let bytes = unsafe buffer
    let start = scan.place + 1
    var place = start
    while true {
      guard place < end else {
        if atEnd { throw InteractionError(path: path, line: line, .unclosedQuote) }
        return nil
      }
      let byte = unsafe bytes[place]
      place += 1
      if byte == quote {
        // A quote at the end of the buffer may be the first of two.
        if place == end, !atEnd { return nil }
        guard place < end, unsafe bytes[place] == quote else { break }
        scan.hasEscapes = true
        place += 1
      } else if byte == newline {
        scan.lines += 1
      }
    }
    let field = unsafe UnsafeBufferPointer(start: UnsafePointer(bytes + start), count: place - 1 - start)
    if place < end, unsafe bytes[place] == carriageReturn && (place + 1 == end || bytes[place + 1] == newline) {
      place += 1
    }
    guard unsafe bytes[place] == scan.separator || bytes[place] == newline else {
      throw InteractionError(path: path, line: line, .textAfterQuote)
    }
    scan.place = place
    return unsafe field
  }

  /// Replaces doubled quotes in the quoted fields of the current record by single ones. The record is not split again.
  private mutating func removeEscapes() {
    for index in 0..<fieldCount {
      let field = unsafe fields[index]
      // A quoted field follows a quote.
      guard let start = field.baseAddress, unsafe start > UnsafePointer(buffer), unsafe start[-1] == quote else {
        continue
      }
      let bytes = unsafe UnsafeMutablePointer(mutating: start)
      var out = 0
      var place = 0
      while place < field.count {
        let byte = unsafe bytes[place]
        unsafe bytes[out] = byte
        out += 1
        place += byte == quote ? 2 : 1
      }
      unsafe fields[index] = UnsafeBufferPointer(start: start, count: out)
    }
  }

  /// Moves the unread bytes to the front of the buffer and reads more.
  private mutating func refill() throws(InteractionError) {
    let kept = end - position
    if position > 0 {
      unsafe memmove(buffer, buffer + position, kept)
      position = 0
      end = kept
    }
    if kept == capacity {
      guard capacity < RecordReader.rowLimit else {
        throw InteractionError(path: path, line: nextLine, .rowTooLong(limit: RecordReader.rowLimit))
      }
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + 1)
      unsafe larger.update(from: buffer, count: kept)
      unsafe buffer.deallocate()
      unsafe buffer = larger
      capacity *= 2
    }
    while true {
      let got = unsafe read(file, buffer + end, capacity - end)
      if got < 0 {
        if errno == EINTR { continue }
        throw InteractionError(path: path, .system(action: "read the file", code: errno))
      }
      if got == 0 { atEnd = true }
      end += got
      bytesRead += got
      return
    }
  }

  /// Skips a UTF-8 byte order mark and refuses files that are not UTF-8 text.
  private mutating func skipMark() throws(InteractionError) {
    while end < 4, !atEnd { try refill() }
    func starts(with mark: [UInt8]) -> Bool {
      guard end >= mark.count else { return false }
      for index in mark.indices where unsafe buffer[index] != mark[index] { return false }
      return true
    }
    if starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let others: [([UInt8], String)] = [
      ([0xFF, 0xFE], "UTF-16 text"), ([0xFE, 0xFF], "UTF-16 text"), ([0x1F, 0x8B], "gzip data"),
      ([0x28, 0xB5, 0x2F, 0xFD], "zstd data"), ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
      ([0x50, 0x41, 0x52, 0x31], "Parquet data"), ([0x93, 0x4E, 0x55, 0x4D], "a NumPy array"),
      ([0x89, 0x41, 0x4B], "one of Akin's own files"),
    ]
    for (mark, name) in others where starts(with: mark) {
      throw InteractionError(path: path, .notText(found: name))
    }
  }

  /// Takes the separator that occurs most often in the first record; on a tie tab, comma, semicolon, in this order.
  private mutating func sniffSeparator() throws(InteractionError) {
    var counts: [FieldSeparator: Int] = [:]
    var inQuotes = false
    while true {
      counts = [:]
      inQuotes = false
      var place = position
      scan: while place < end {
        let byte = unsafe buffer[place]
        switch byte {
        case quote: inQuotes.toggle()
        case newline where !inQuotes: break scan
        case UInt8(ascii: "\t") where !inQuotes: counts[.tab, default: 0] += 1
        case UInt8(ascii: ",") where !inQuotes: counts[.comma, default: 0] += 1
        case UInt8(ascii: ";") where !inQuotes: counts[.semicolon, default: 0] += 1
        case UInt8(ascii: ":") where unsafe !inQuotes && place + 1 < end && buffer[place + 1] == byte:
          counts[.doubleColon, default: 0] += 1
          place += 1
        default: break
        }
        place += 1
      }
      if place < end || atEnd { break }
      try refill()
    }
    var best = FieldSeparator.comma
    for candidate in [FieldSeparator.tab, .comma, .semicolon, .doubleColon].reversed()
    where counts[candidate, default: 0] >= max(1, counts[best, default: 0]) {
      best = candidate
    }
    separator = best
  }

  private mutating func growFields() {
    let larger = UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>.allocate(capacity: fieldCapacity * 2)
    unsafe larger.update(from: fields, count: fieldCapacity)
    unsafe fields.deallocate()
    unsafe fields = larger
    fieldCapacity *= 2
  }
}

/// The state of splitting one record.
private struct RecordScan {
  /// The next byte of the buffer.
  var place: Int
  /// Line ends of the record, those inside quotes included.
  var lines = 1
  var hasEscapes = false
  let separator: UInt8
  /// Whether the separator is `::`.
  let isDouble: Bool

  init(place: Int, separator: UInt8, isDouble: Bool) {
    self.place = place
    self.separator = separator
    self.isDouble = isDouble
  }
}

private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
private let quote = UInt8(ascii: "\"")
