import AkinSupport

// The fields of one record: plain ones and quoted ones (RFC 4180), in the loop over all bytes of a file.

extension RecordReader {
  /// Splits the record at `position` into fields; false if the buffer ends before the record does.
  mutating func split() throws(InteractionError) -> Bool {
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
