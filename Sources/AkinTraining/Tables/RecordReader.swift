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
  var line = 0
  /// Bytes read from the file.
  var bytesRead = 0
  /// Whether the first bytes are UTF-8, though another encoding is chosen.
  var seemsUTF8 = false
  /// The file's size in bytes; `nil` for a pipe.
  let fileSize: Int?
  /// The separator; `nil` until it is detected.
  var separator: FieldSeparator?
  /// What splitting needs of separator and quotes, kept as plain numbers for the loop over records.
  var rule: RecordRule

  let file: Int32
  var buffer: UnsafeMutablePointer<UInt8>
  var capacity = 1 << 20
  var position = 0
  var end = 0
  var atEnd = false
  var nextLine = 1
  var fields: UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>
  var fieldCapacity = 16
  /// Fields of the current record.
  var fieldCount = 0
  /// Whether ``separator`` is known.
  private var hasSeparator: Bool
  /// Whether records will be split again, so that doubled quotes stay.
  var isSampling = false

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

  private var isLoneReturn: Bool { unsafe end - position == 1 && buffer[position] == carriageReturn }

  /// Steps over empty lines and splits the next record; false if the buffer ends before the record does.
  mutating func advance() throws(InteractionError) -> Bool {
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
}

let newline = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let quote = UInt8(ascii: "\"")
