import AkinSupport

/// Reads a delimited text file record by record, in a few megabytes of memory at any file size.
///
/// A field that starts with a double quote ends at the closing quote, where the format has quotes (RFC 4180). Inside it a
/// doubled quote is one quote, and separators are data. A quote elsewhere is an ordinary character. Lines end with LF or
/// CR LF; a byte order mark, empty lines and a missing last line end are accepted. Cost: about one nanosecond per byte.
@safe struct RecordReader: ~Copyable {
  // Safe: `buffer` holds `capacity` bytes and one sentinel, and `deinit` alone frees it. `position <= end <= capacity`.
  // Fields point into the buffer and are valid until the next call of `next()`.

  /// The largest number of bytes of a record.
  static let rowLimit = 4 << 20

  let path: String
  /// The format of the text.
  let format: TextFormat
  /// Whether spaces can be the separator that is detected.
  let detectsSpaces: Bool
  /// The line on which the current record starts, counted from 1.
  private(set) var line = 0
  /// Bytes read from the file.
  var bytesRead = 0
  /// Whether the first bytes are UTF-8, though another encoding is chosen.
  var seemsUTF8 = false
  /// The file's size in bytes; `nil` for a pipe.
  let fileSize: Int?
  /// The separator; `nil` until it is detected.
  private(set) var separator: FieldSeparator?
  /// What splitting needs of separator and quotes, kept as plain numbers for the loop over records.
  private var rule: RecordRule

  let file: Int32
  var buffer: UnsafeMutablePointer<UInt8>
  var capacity = 1 << 20
  var position = 0
  var end = 0
  var atEnd = false
  private(set) var nextLine = 1
  private var fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  private var fieldCapacity = 16
  /// Fields of the current record.
  private(set) var fieldCount = 0
  /// Whether ``separator`` is known.
  private var hasSeparator: Bool
  /// Whether records will be split again, so that doubled quotes stay.
  private var isSampling = false

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file; `-` is the standard input.
  ///   - format: The format of the text.
  ///   - detectsSpaces: Whether spaces can be the separator that is detected.
  init(path: String, format: TextFormat = TextFormat(), detectsSpaces: Bool = false) throws(InteractionError) {
    self.path = path
    self.format = format
    self.detectsSpaces = detectsSpaces
    separator = format.separator
    hasSeparator = format.separator != nil
    rule = RecordRule(format.separator ?? .comma, format.quoting)
    unsafe buffer = .allocate(capacity: capacity + 1)
    unsafe fields = .allocate(capacity: fieldCapacity)
    file = unsafe path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
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
      if try advance() { return true }
      if atEnd, position == end || isLoneReturn { return false }
      try refill()
    }
  }

  /// The first records, which stay the next ones: at most `limit`, and as many as the buffer holds.
  ///
  /// - Throws: ``InteractionError``; the error of a later record is left to ``next()``.
  mutating func head(_ limit: Int = 100) throws(InteractionError) -> TableHead {
    try fill()
    isSampling = true
    defer { isSampling = false }
    guard try next() else { throw InteractionError(path: path, .noRows) }
    let start = (place: unsafe fields[0].baseAddress.map { unsafe $0 - UnsafePointer(buffer) } ?? 0, line: line)
    let first = (line: line, fields: texts)
    if first.fields.contains(where: { $0.utf8.contains(0) }) {
      throw InteractionError(
        path: path, .notText(found: ForeignContent(zerosIn: first.fields.flatMap { Array($0.utf8) })))
    }
    if first.fields.contains(where: { $0.utf8.contains(carriageReturn) }), format.quoting != .double {
      throw InteractionError(path: path, line: first.line, .loneReturns)
    }
    if let end = first.fields.lazy.compactMap(\.otherLineEnd).first {
      throw InteractionError(path: path, line: first.line, .otherLineEnds(found: end))
    }
    // Excel's own line; the separator splits it.
    if first.fields.count <= 2, first.fields[0].utf8.count <= 5, first.fields[0].lowercased().hasPrefix("sep=") {
      throw InteractionError(path: path, line: first.line, .separatorLine)
    }
    var others: [[String]] = []
    var otherLines: [Int] = []
    while others.count + 1 < limit, (try? advance()) ?? false {
      others.append(texts)
      otherLines.append(line)
    }
    // A quoted field begins behind its quote.
    position = unsafe start.place > 0 && buffer[start.place - 1] == quote && rule.quotes ? start.place - 1 : start.place
    nextLine = start.line
    return TableHead(
      path: path, line: first.line, first: first.fields, others: others, otherLines: otherLines,
      separator: separator?.text ?? ",")
  }

  private var isLoneReturn: Bool { unsafe end - position == 1 && buffer[position] == carriageReturn }

  /// Steps over empty lines and splits the next record; false if the buffer ends before the record does.
  private mutating func advance() throws(InteractionError) -> Bool {
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
    if position == end || isLoneReturn { return false }
    line = nextLine
    if !hasSeparator {
      let found = try detectSeparator()
      separator = found
      rule = RecordRule(found, format.quoting)
      hasSeparator = true
    }
    return try split()
  }

  /// Splits the record at `position` into fields; false if the buffer ends before the record does.
  private mutating func split() throws(InteractionError) -> Bool {
    var scan = RecordScan(place: position, rule)
    var count = 0
    // The sentinel ends a plain field at the end of the buffer.
    unsafe buffer[end] = newline
    if scan.isRun { skipSpaces(&scan) }
    while true {
      if count == fieldCapacity { growFields() }
      if scan.quotes, scan.place < end, unsafe buffer[scan.place] == quote {
        guard let field = try unsafe quotedField(&scan) else { return false }
        unsafe fields[count] = unsafe field
      } else {
        unsafe fields[count] = plainField(&scan)
      }
      count += 1
      if scan.isRun { skipSpaces(&scan) }
      if unsafe buffer[scan.place] == newline {
        if scan.place >= end, !atEnd { return false }
        break
      }
      if !scan.isRun { scan.place += scan.width }
    }
    position = min(scan.place + 1, end)
    nextLine += scan.lines
    fieldCount = count
    if scan.hasEscapes, !isSampling { removeEscapes() }
    return true
  }

  /// Steps over spaces, and over the carriage return of a line end behind them.
  private func skipSpaces(_ scan: inout RecordScan) {
    // Safe: the sentinel behind the buffer ends the loop.
    while unsafe buffer[scan.place] == scan.first { scan.place += 1 }
    if scan.place < end, unsafe buffer[scan.place] == carriageReturn, unsafe buffer[scan.place + 1] == newline {
      scan.place += 1
    }
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
      if byte == scan.first, scan.width == 1 || isSeparator(at: place) { break }
      place += 1
    }
    scan.place = place
    let isBeforeLF = unsafe place > start && bytes[place] == newline && bytes[place - 1] == carriageReturn
    return unsafe UnsafeBufferPointer(start: bytes + start, count: place - start - (isBeforeLF ? 1 : 0))
  }

  /// Whether a separator of several bytes is at a place where its first byte is.
  private func isSeparator(at place: Int) -> Bool {
    // Safe: a separator holds no line end, so the comparison ends at the sentinel.
    let wanted = separator?.bytes ?? []
    for index in wanted.indices where unsafe buffer[place + index] != wanted[index] { return false }
    return true
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
        guard format.quoting == .double else { throw InteractionError(path: path, line: line, .quotedLineEnd) }
        scan.lines += 1
      }
    }
    let field = unsafe UnsafeBufferPointer(start: UnsafePointer(bytes + start), count: place - 1 - start)
    if place < end, unsafe bytes[place] == carriageReturn && (place + 1 == end || bytes[place + 1] == newline) {
      place += 1
    }
    guard unsafe bytes[place] == newline || (bytes[place] == scan.first && (scan.width == 1 || isSeparator(at: place)))
    else { throw InteractionError(path: path, line: line, .textAfterQuote) }
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
  let first: UInt8
  let width: Int
  let isRun: Bool
  let quotes: Bool

  @inline(__always) init(place: Int, _ rule: RecordRule) {
    self.place = place
    first = rule.first
    width = rule.width
    isRun = rule.isRun
    quotes = rule.quotes
  }
}

/// How a record is split.
private struct RecordRule {
  /// The first byte of the separator, and the number of its bytes.
  let first: UInt8
  let width: Int
  /// Whether several separators in a row are one.
  let isRun: Bool
  /// Whether fields may stand in double quotes.
  let quotes: Bool

  init(_ separator: FieldSeparator, _ quoting: FieldQuoting?) {
    first = separator.bytes[0]
    width = separator.bytes.count
    isRun = separator == .space
    quotes = quoting.map { $0 == .double } ?? separator.usuallyQuotes
  }
}

let newline = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let quote = UInt8(ascii: "\"")
